"""English words that say nothing by themselves.

Data only, in the form that :mod:`napari_spinalsam.commands.lexicon` reads: meaning class -> words and phrases.
"""

from __future__ import annotations

from typing import Final

#: Said without meaning anything: dropped wherever they stand.
FILLERS: Final = """
    uh, um, er, erm, hm, hmm, ah, oh, uhm, umm, please, pls, plz, kindly, could you, can you, would you, will you,
    can we, could we, would you please, could you please, can you please, would you mind, i want to, i'd like to, id
    like to, i would like to, i would like you to, i'd like you to, i want you to, i need you to, i need to, i
    wanna, we need to, we want to, we should, let's, lets, let us, let me, go ahead and, just, okay, ok, okey,
    alright, all right, right then, so, well, hey, hi, computer, hey computer, hello computer, napari, hey napari,
    spinalsam, actually, thanks, thank you, thanks a lot, now, right now, for me, if you could, if you can, if
    possible, if you would, if you please, real quick, quickly, real quickly, simply, you know, like, maybe you
    could, perhaps you could, perhaps you can, as well, this time, at once, immediately, for now, i think, i guess,
    i mean, would be nice, would be great, first of all, do me a favor and, feel free to, try to, want to, ready to,
    time to, it's time to, i'm ready to, you can, for us, for a moment, for a second, a bit, a little, again, a
    little bit, slightly, dear, my friend, buddy, mate, man, sir, is it possible to, would it be possible to, do you
    mind, how about, what about, why don't you, why don't we, help me, help me to, i'd want to, may i, may we, can i
    just, could i just, can i get, could i get, could i have, can i have, may i have, i'll have, can i please have,
    once, we can, we could, hello, hi there, hey there, right, listen up, then please, i want you, and now, now
    please, try and, so now, we should now, begin by, begin to
"""

#: Small words that every rule allows.
GLUE: Final = """
    a, an, the, this, that, these, those, it, its, my, our, to, of, on, in, into, onto, for, at, with, by, from,
    using, as, me, us, them, some, current, currently, present, existing, ones, and, which is, that is, that are,
    over, number, no., nr, equal, equals, via, based, whole, towards, toward, per, within, entire
"""
