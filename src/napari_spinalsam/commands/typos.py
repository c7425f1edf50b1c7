"""Misspelt words, mended within a bound that never turns one command into another.

The bound: the same first letter (but for two letters swapped at the start); words of four letters only where two
neighbours are swapped; one mistake from five letters on, two from nine on; nothing where two words are equally near; and
never a word that is a word of its own ("mass" is not "mask").
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from napari_spinalsam.commands.codes import REGION_WORDS
from napari_spinalsam.commands.lexicon import lexicon
from napari_spinalsam.commands.numbers import ENGLISH_WORDS

_SHORTEST: Final = 4

#: English and medical words that lie near a word of the vocabulary and mean something else.
_WORDS_OF_THEIR_OWN: Final = frozenset(
    """
mass masses ask asks asked task mast mark marked marks marking masked masking paint pain pains joint joints pint print printed prints
points pointed pointing lever levels never clean cleaner cleared clears lungs lunge longs label labeled labels lapel libel slices sliced
slide slime spice splice since silence state stake skate stone phone prone drone alone bones boned zones zone honest done gone tone none
lines line lined fine find kind mind mine nine liver over cover cave save saved saves saving shave shaved save wave have gave cases cased
case base vase care core more moves moved mover love lover lower power tower widow widows window winter wonder under order older elder
folder holder hold hole whole while white write writes wrote written right rights night light lights sight might eight weight weights height
freight fight reject rejects rejected object objects project projects subject inject except accepts accepted excepted expect expects aspect
inspect respect open opens opened opener upon often over oven even event seven sever never fever ever every very reset rest resets best
test tests tested text next nest neck necks net nerve nerves back backs pack packed lack black block blocks stop stops stopped step steps
stepped strap strip trip drop drops dropped crop crops shop ship chip hip hips lip help helps helped held hell shell sell tell tells told
cold hold fold good food wood mood hood look looks looked book took cook foot root roof room zoom zooms zoomed boom bloom doom hide hides
hid hidden wide side sides ride rides bride guide guided pride shown showed shows shower slow slower snow stow know flow grow draw draws
drawn dream drum straw track tracks tracked trace traced trade truck trunk view views viewed review reviews reviewed reviewer preview level
repeat repeats repeated repeal report reports reported export exports exported expert experts import imports imported important port sport
sport short sort sorts start starts started smart stars store stores stored story storm score scores scored scope score scored measure
measures measured pleasure treasure press pressed cress dress approve approves improve improved improves prove proves proven flag flags
flagged flat flap flow fled compare compares compared company comment comments commented comments command commands commend content contents
contest context contrast contact contacts contract cancel cancels cancelled cancer cancers candle center centre enter enters entered lumber
number numbers numb member members remember remembers frame frames framed flame flames fame image images imaged imagine imaging manage message
messages massage manager age aged ages page pages stage stages cage wage rage range ranges change changed changes charge charged chance
place placed places plate plane plan plans plant plants planet planned plain plains replace replaced palace pace space spaces face faces race
pelvis pedicle disc discs disk disks spin spine spines spinal signal final finally finding findings finds facet facets lesion lesions
session fusion infusion edema cord cords card cards carry carries carried crack rack rank rate rates late later layer layers layered
lateral literal general several cell cells call calls called fell full fully null pull pulls pulled push pushed rush pushes such much
must just dust trust gust rest check checks checked chest cheek cheeks chuck thick trick thing things think thinks thin then than them
there these those where when what who whom whose which witch switch switched stitch patch match matched watch catch much choose chosen chose
close closed closes closest cloth clothes classes class glass grass gross cross across
forward reward forwards toward towards around ground grounds round sound sounds bound pound found
pointer pointless coordinate coordinates coordinated
after before below above about abort abortion aorta about along alone belong among amount account count counts county country court
undone unto until unit units unite united under uncle unable read reads red reed reduce reduced reduction reader ready real really
redone rode ride role roll rolls rule rules mule mole more
great greet green greed grade grades grate wait waits waiting want wants wanted went wrong bring bringing
like liked likes lake bike hike hire here hear heard heart head heads heady herd hard card yard word words work works worked worker world
worth north south mouth month mouse house hours hour four your you're yours year years yes yet jet let lets left lift list lists listen listens
listened listed lost last lasts lasting fast past paste post cost most host ghost guest
play plays played player clay stay stays stray tray gray grey spray
move remove moved removed remover mover movie
keep keeps kept deep sleep sheep cheap steep sweep weep peep
take takes taken taking make makes making bake lake rake sake cake wake awake
give gives given giving live lives lived living alive five fives dive drive drives driver driven
turn turns turned burn burns born torn corn horn form forms formed from farm firm warm
stand stands standard sand hand hands band bands land
spread spreads thread threads bread break breaks
color colour collar dollar
axle axis axes axial axially taxi
coronal coronary corona corner corners
sagittal
mute muted mutes mutate mutual mature
segment segments segmented fragment fragments cement
boxed boxer fox foxes tax fix six mix
bounding pounding sounding founding rounding bonding building
gird bird birds grid grind grin grand brand
dice dices nice mice rice price prices slice device devices advice vice voice voices choice choices
voiced mice mic
model models modal medal metal petal mental dental
mental rental parental
checked checkup
status statue statues static statics stats starts
memory memoir
dose doses does dosed nose rose those hose lose loose goose moose noise
volume volumes column columns
size sizes sized seize wise rise raise praise noise
length depth width breadth
window's
flip flips slip clip clips trip
fused fuse used user uses
pan pans fan man men pen ten
other others mother brother another bother
edit edits credit exit exits
copy copies
middle riddle saddle muddle meddle needle
lift loft soft
hello hallo yellow fellow
mild mildly milk
normal normally formal abnormal
loss glass
plus minus
posts posted poster posterior anterior interior superior inferior exterior
lumps lump bump pump
tissue tissues issue issues
cursor cursory
hover cover
press
mesh fresh flesh
tract tracts
scar scars scare
scans scanned scanner scant scene
series serious
later latter letter letters better bitter butter matter matters
reference references preference preferences difference differences
prior priority
upper paper pepper proper properly property
rotate rotated rotation
station stations nation ration ratio
treat treated treatment
sharp shape shapes shaped share shared
stable table tables cable able
title tile tiles tilt file files filed fill fills filled film filter filters
date data dated gate mate fate hate rate
open
curve curved
process processes progress
advance advanced advances
""".split()
)


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[tuple[str, ...], frozenset[str]]:
    words = {
        word for word in lexicon().words | REGION_WORDS if word.isascii() and word.isalpha() and len(word) >= _SHORTEST
    }
    return tuple(sorted(words | {word for word in ENGLISH_WORDS if len(word) > _SHORTEST})), frozenset(words)


@lru_cache(maxsize=4096)
def correct(word: str) -> str | None:
    """The word of the vocabulary that a misspelt one stands for, or None where that is not certain."""
    if (
        len(word) < _SHORTEST
        or not word.isascii()
        or not word.isalpha()
        or word in _WORDS_OF_THEIR_OWN
        or word in _vocabulary()[1]
    ):
        return None
    near = process.extract(word, _vocabulary()[0], scorer=OSA.distance, score_cutoff=2, limit=8)
    allowed = [
        (distance, candidate) for candidate, distance, _ in near if _within_bound(word, candidate, int(distance))
    ]
    if not allowed:
        return None
    best = min(distance for distance, _ in allowed)
    winners = [candidate for distance, candidate in allowed if distance == best]
    return winners[0] if len({_stem(winner) for winner in winners}) == 1 else None


def _stem(word: str) -> str:
    """Singular and plural are the same word here."""
    return word[:-2] if word.endswith("es") and len(word) > 4 else word.rstrip("s")


def _within_bound(word: str, right: str, distance: int) -> bool:
    swapped = distance == 1 and len(word) == len(right) and sorted(word) == sorted(right)
    if swapped:
        return True
    if word[0] != right[0] or len(right) <= _SHORTEST:
        return False
    return distance <= (1 if len(right) < 9 else 2)
