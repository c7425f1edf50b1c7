"""English and medical words that lie near a word of the vocabulary and mean something else.

Data only: none of these is taken for a misspelt command word.
"""

from __future__ import annotations

from typing import Final

WORDS_OF_THEIR_OWN: Final = """
    able abnormal abort abortion aborts about above absolute accelerate accelerated acceleration accelerators accent
    accepted accepts accessing account across activated adapt adapted adapters addition additionally additions
    adjusts advance advanced advances advice after age aged ages alive alone along alternate alternating among
    amount angles annotated another answers anterior aorta appends apple approve approves arise around ask asked
    asks aspect assets assigns attentions attenuation audios averaged averages avoids awaitable awake axes axial
    axially axis axle back backgrounds backs bake baked band bands bank base bases before begins belong below
    benchmarks besides best better biased bidirectional bike bird birds bitter black blanks block blocks bloom
    bonding bonds boned bones bonus book boom born bother bound bounding boxed boxer brand bread breadth break
    breaks bride bring bringing brings brother browser browsers building builds built bump burn burns butter cable
    cage cake calculated calculates calculations call called callee caller calls cancel cancelled cancels cancer
    cancers candle card cards care carried carries carry case cased cases catch causal cave cell cells cement center
    centers centre certain chance change changed changes charge charged cheap check checked checker checkpointed
    checks checkup cheek cheeks chest chip choice choices choose chooser chooses chose chosen chuck class classes
    clay clean cleaner cleaning cleared clears clip clips clock clocks clone close closed closes closest cloth
    clothes coarse codes coefficients cold collar collects color colour column columns command commands commend
    comment commented comments commits commutation commute commuting company compare compared compares compilation
    completing computational computations conditional conditioned conditions confirms conform conformer consistency
    consistently consisting constructed constructor constructs construed contact contacts content contents contest
    context contexts continued continues contract contrast controls converts cook coordinate coordinated coordinates
    copies copy cord cords core cores corn corner corners corona coronal coronary corrected corrects cost count
    country counts county court cover crack created creates credit cress crop crops cross currency cursor cursors
    cursory curve curved cycled cycler cycles data datasets date dated deactivated deactivates deep defaults
    definite deleted deletes deliberate dental depth derived derives designated detail detection detections device
    devices dice dices difference differences different dilation dimensionality directional directive directives
    disabled disables disc discards discs disk disks displays distances dive does dollar done doom dose dosed doses
    doubled doubles doubly drain draw drawn draws dream dress drive driven driver drives drone drop dropped drops
    drum dust dynamics ease edema edit edits eight elder eliminated embeddings emits enabled enables encoding
    endings ensuring enter entered enters entirety erased evaluated evaluates evaluations even event ever every
    evolution exceeding except excepted excessive excluded excludes exclusively executed executes exit exiting exits
    expect expecting expects expert experts export exported exports exposing exterior extracts extras face faces
    facet facets fame fan farm fast fate fell fellow fever fields fight file filed filenames files fill filled fills
    film filter filters final finalized finalizer finally find finding findings finds fine finishes firm five fives
    fix flag flagged flags flame flames flap flat flavor fled flesh flip flips flow fold folder follows font food
    foot form formal formats formed forms forward forwards found founding four fox foxes fragment fragments frame
    framed frames freight fresh friends from full fully fuse fused fusion gate gave general generated generates
    generation generative ghost gird give given gives giving glass gone good goose grad grade grades grand grass
    grate grave gray great greed green greet grey grid grin grind gross ground grounds grow guest guide guided gust
    hallo hand hands handy hangs hard hate have head heading heads heady hear heard heart height held hell hello
    help helped helps herd here hid hidden hide hides highlighted highlighter highlights hike hip hips hire hold
    holder hole honest hood horizontally horn hose host hour hours house hover image imaged images imagine imaging
    immediate import important imported imports improve improved improves included includes incorrectly inferior
    infers influence informational informative infusion inject injection inner insertion inserts inset inspect
    inspecting inspects instruction integrate inter intercept interior interrupted invert issue issued issues jet
    joint joints just keep keeps kept kind know label labeled labels lack lake land lanes lapel last lasting lasts
    late latent later lateral latex latter layer layered layers leading lease leaves left lemma length lesion
    lesions let lets letter letters level levels lever libel lies lift light lights like liked likes line lined
    lines links lip list listed listen listened listens listing lists liter literal live lived liver lives living
    loader locale located locations locks loft longs look looked looks loops loose lose loss lost love lover lower
    lowers lumber lump lumps lunge lungs make makes making man manage manager mark marked marking marks masked
    masking mass massage masses mast match matched matcher mate math matter matters mature maximums meant measure
    measured measures medal meddle media medial medians member members memoir memory men mental mesh message
    messages metal mic mice middle midpoints might mild mildly milk mind mine minus misses mistaken mistakes mix
    modal model models mole moles moments month mood moose more most mother mouse mouth move moved mover moves movie
    much muddle mule must mutate mute muted mutes mutual names nation nearly neck necks needle negatives nerve
    nerves nest net networks networkx neutral never newer next nice night nine noise none normal normally normals
    north nose null numb number numbers object objects often older open opened opener opens operating operator
    operators order orientations other others outcomes outlined outlines outputs oven over overlaps overlays overly
    override overwrites overwritten pace pack packed page paged pager pages pain pains paint painting palace pan
    pane pans paper param parental parse parsed passes past paste pasted patch patent pedicle peep pelvis pen pepper
    performs perimeter permanently permissions permissive persists petal phone pint place placed places plain plains
    plan plane planet planned plans plant plants plat plate play played player plays pleasure plus pointed pointer
    pointers pointing pointless points port portions positional positioned positives possibly post posted poster
    posterior posts pound pounding power praise precious precisions predicate predicates predicting predictions
    predicts preference preferences prefers preparation prepending presents press pressed pressing prevent preview
    price prices pride print printed printer printing prints prior priority problems proceeds process processed
    processes processors produced producer produces product profiler profiles programs progress project projecting
    projections projector projects prone propagated propagates proper properly property protection proto prove
    proven proves provision pull pulled pulls pump pure push pushed pushes qualify quantity questions race rack rage
    raise raised raises rake range ranges rangle rank rate rates ratio ration read reader reads ready real really
    rebind recompile recomputed reconstructing red redone reduce reduced reduction reed reference references
    reflecting refuses reindexing reinstated reject rejected rejection rejects remain remapping remember remembers
    remote remove removed remover removes renderer renders rental reordering repeal repeat repeated repeating
    repeats replace replaced report reported reports repos require required reset resets resetting resnet resort
    respect respecting rest restarts restored restores resumed retaining retains returns reuse reversed reverts
    review reviewed reviewer reviews revisions reward rice riddle ride rides right rights rise rode role roll rolls
    roof room root rose rotate rotated rotation round rounding rule rules rush saddle sagittal sake sale sampled
    sampler samples sand sans satisfies save saved saves saving savings saying scaled scaler scales scanned scanner
    scanning scans scant scar scare scars scene scope scopes score scored scores seconds seeks seems seen sees
    segment segmented segments seize selecting selections selective selector selects sell sends series serious
    serves session seven sever several shape shaped shapes share shared sharp shave shaved sheep sheet shell shifts
    ship shop short shot showed shower shown shows shrinks shrunk side sided sides sight signal silence since sine
    sites sitting six size sized sizes skate skill slack sleep slice sliced slices slide slime slip slow slower
    smart snow soft sort sorts sound sounding sounds south space spaces spans spawning speeds spice spin spinal
    spine spines spiral splice spline sport spray spread spreads stable stacks stage stages stake stand standard
    standards stands star stars start started starts state stated static statics stating station stations statistic
    statistical stats statue statues status stay stays steep step stepped steps sticks sticky stitch stone stop
    stopped stops store stored stores storm story stow strap straw stray strip subject subsequence subsequently such
    suggestions superior surfaces sweep switch switched table tables take taken takes taking task tax taxi tell
    tells ten terminal terminals terminated terminates test tested tests text than them then there these thick thin
    thing things think thinks those thousands thread threads throughput thrown throws tile tiled tiler tiles tilt
    timed timer timers tissue tissues title titles toggled told tone took torn toward towards tower trace traced
    tracing track tracked tracks tract tracts trade trailing transfers transformed transformer transforms transport
    transversals traversal traverse tray treasure treat treated treatment trick trip truck trunk trust truthy turn
    turned turns tying unable uncertainty uncle under understood undone unit unite united units unity until unto
    upon upper usages used user uses util validated validates variants vase versions very vice videos view viewed
    viewers views visuals voice voiced voices volume volumes wage wait waited waiting waits wake want wanted wants
    warm watch wave weep weight weights went what wheels when where which while white who whole whom whose wide
    widen widow widows width widths window window's winter wise witch wonder wood word words work worked worker
    works world worth write writer writes written wrong wrote yard year years yellow yes yet you're your yours zone
    zones zoom zoomed zooms
"""
