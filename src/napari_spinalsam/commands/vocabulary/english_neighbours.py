"""English and medical words that lie near a word of the vocabulary and mean something else.

Data only: none of these is taken for a misspelt command word.
"""

from __future__ import annotations

from typing import Final

WORDS_OF_THEIR_OWN: Final = """
    able abnormal abort abortion about above accepted accepts account across advance advanced advances advice after
    age aged ages alive alone along among amount another anterior aorta approve approves around ask asked asks
    aspect awake axes axial axially axis axle back backs bake band bands base before belong below best better bike
    bird birds bitter black block blocks bloom bonding boned bones book boom born bother bound bounding boxed boxer
    brand bread breadth break breaks bride bring bringing brother building bump burn burns butter cable cage cake
    call called calls cancel cancelled cancels cancer cancers candle card cards care carried carries carry case
    cased cases catch cave cell cells cement center centre chance change changed changes charge charged cheap check
    checked checks checkup cheek cheeks chest chip choice choices choose chose chosen chuck class classes clay clean
    cleaner cleared clears clip clips close closed closes closest cloth clothes cold collar color colour column
    columns command commands commend comment commented comments company compare compared compares contact contacts
    content contents contest context contract contrast cook coordinate coordinated coordinates copies copy cord
    cords core corn corner corners corona coronal coronary cost count country counts county court cover crack credit
    cress crop crops cross cursor cursory curve curved data date dated deep dental depth device devices dice dices
    difference differences disc discs disk disks dive does dollar done doom dose dosed doses draw drawn draws dream
    dress drive driven driver drives drone drop dropped drops drum dust edema edit edits eight elder enter entered
    enters even event ever every except excepted exit exits expect expects expert experts export exported exports
    exterior face faces facet facets fame fan farm fast fate fell fellow fever fight file filed files fill filled
    fills film filter filters final finally find finding findings finds fine firm five fives fix flag flagged flags
    flame flames flap flat fled flesh flip flips flow fold folder food foot form formal formed forms forward
    forwards found founding four fox foxes fragment fragments frame framed frames freight fresh from full fully fuse
    fused fusion gate gave general ghost gird give given gives giving glass gone good goose grade grades grand grass
    grate gray great greed green greet grey grid grin grind gross ground grounds grow guest guide guided gust hallo
    hand hands hard hate have head heads heady hear heard heart height held hell hello help helped helps herd here
    hid hidden hide hides hike hip hips hire hold holder hole honest hood horn hose host hour hours house hover
    image imaged images imagine imaging import important imported imports improve improved improves inferior
    infusion inject inspect interior issue issues jet joint joints just keep keeps kept kind know label labeled
    labels lack lake land lapel last lasting lasts late later lateral latter layer layered layers left length lesion
    lesions let lets letter letters level levels lever libel lift light lights like liked likes line lined lines lip
    list listed listen listened listens lists literal live lived liver lives living loft longs look looked looks
    loose lose loss lost love lover lower lumber lump lumps lunge lungs make makes making man manage manager mark
    marked marking marks masked masking mass massage masses mast match matched mate matter matters mature measure
    measured measures medal meddle member members memoir memory men mental mesh message messages metal mic mice
    middle might mild mildly milk mind mine minus mix modal model models mole month mood moose more most mother
    mouse mouth move moved mover moves movie much muddle mule must mutate mute muted mutes mutual nation neck necks
    needle nerve nerves nest net never next nice night nine noise none normal normally north nose null numb number
    numbers object objects often older open opened opener opens order other others oven over pace pack packed page
    pages pain pains paint palace pan pans paper parental past paste patch pedicle peep pelvis pen pepper petal
    phone pint place placed places plain plains plan plane planet planned plans plant plants plate play played
    player plays pleasure plus pointed pointer pointing pointless points port post posted poster posterior posts
    pound pounding power praise preference preferences press pressed preview price prices pride print printed prints
    prior priority process processes progress project projects prone proper properly property prove proven proves
    pull pulled pulls pump push pushed pushes race rack rage raise rake range ranges rank rate rates ratio ration
    read reader reads ready real really red redone reduce reduced reduction reed reference references reject
    rejected rejects remember remembers remove removed remover rental repeal repeat repeated repeats replace
    replaced report reported reports reset resets respect rest review reviewed reviewer reviews reward rice riddle
    ride rides right rights rise rode role roll rolls roof room root rose rotate rotated rotation round rounding
    rule rules rush saddle sagittal sake sand save saved saves saving scanned scanner scans scant scar scare scars
    scene scope score scored scores segment segmented segments seize sell series serious session seven sever several
    shape shaped shapes share shared sharp shave shaved sheep shell ship shop short showed shower shown shows side
    sides sight signal silence since six size sized sizes skate sleep slice sliced slices slide slime slip slow
    slower smart snow soft sort sorts sound sounding sounds south space spaces spice spin spinal spine spines splice
    sport spray spread spreads stable stage stages stake stand standard stands stars start started starts state
    static statics station stations stats statue statues status stay stays steep step stepped steps stitch stone
    stop stopped stops store stored stores storm story stow strap straw stray strip subject such superior sweep
    switch switched table tables take taken takes taking task tax taxi tell tells ten test tested tests text than
    them then there these thick thin thing things think thinks those thread threads tile tiles tilt tissue tissues
    title told tone took torn toward towards tower trace traced track tracked tracks tract tracts trade tray
    treasure treat treated treatment trick trip truck trunk trust turn turned turns unable uncle under undone unit
    unite united units until unto upon upper used user uses vase very vice view viewed views voice voiced voices
    volume volumes wage wait waiting waits wake want wanted wants warm watch wave weep weight weights went what when
    where which while white who whole whom whose wide widow widows width window window's winter wise witch wonder
    wood word words work worked worker works world worth write writes written wrong wrote yard year years yellow yes
    yet you're your yours zone zones zoom zoomed zooms
"""
