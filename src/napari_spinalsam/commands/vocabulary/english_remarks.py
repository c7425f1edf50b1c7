"""English phrases that are answers, verdicts, questions, or whole commands.

Data only, in the form that :mod:`napari_spinalsam.commands.lexicon` reads: meaning class -> words and phrases.
"""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    "LISTEN": """
        listen, listen to me, wake up, unmute, mic on, voice on, start to listen, begin to listen, start hearing me,
        listen up, listen again, unmute yourself, go hands free, let me talk to you, listen now, hear me, ears on, voice
        mode, voice mode on, hear me now, hands free, hands free mode, open your ears, prick up your ears
    """,
    "MUTE": """
        mute, mic off, voice off, stop to listen, go to sleep, mute yourself, stop hearing me, quit listening, no more
        listening, don't listen, do not listen, stop listening to me, be deaf, don't listen to me, mute it, i have to
        take a call mute, ears off, close your ears, cover your ears
    """,
    "REJECT": """
        reject, discard, discard it, reject it, throw it away, get rid of it, drop it, scrap it, trash it, bin it, toss
        it, dump it, throw that away, scrap that, trash that, reject that, discard that, i don't want it, i reject, i
        don't like it, don't keep it, do not keep it, don't like it, rejected, toss it out, i don't like this one, i
        don't like this, don't accept, don't accept it, don't keep this, don't keep that, ditch it, decline it, i do not
        want it, i do not like it, i don't like this mask, throw it out, dismiss it, get rid of that
    """,
    "RESTART": """
        reset, start over, start again, start afresh, start from scratch, begin again, start fresh, clean slate, clear
        everything, begin anew, start anew, rst, fresh start, begin from scratch, try again from scratch, everything
        away
    """,
    "LIKE": """
        looks good, that looks good, this looks good, it looks good, looks great, that looks great, looks right, that
        looks right, looks fine, that looks fine, looks perfect, that looks perfect, that's good, thats good, that's
        great, that's perfect, thats perfect, that works, works for me, i like it, i like that, i like this one, good
        enough, it's good, it's fine, that's fine, looks correct, that looks correct, looks ok, looks okay, happy with
        it, happy with that, i'm happy with it, i'm happy with this, i'm happy with that, this one is good, this is
        good, this is fine, that's a good one, good mask, nice mask, perfect mask, great mask, looks alright, looks all
        right, this mask is good, this mask is fine, the mask is good, the mask looks good, this mask looks good, mask
        looks good, the mask looks right, the mask is fine, looks accurate, that is good, this looks right, this looks
        fine, this looks great, it looks right, it looks fine, it looks great, looks very good, that'll do, that will
        do, that'll work, nailed it, satisfied, i'm satisfied, the mask is right, the mask is correct, the mask is
        perfect, mask is good, looks excellent, looks nice, looks about right
    """,
    "PRAISE": """
        great, perfect, nice, good, excellent, fine, very good, very nice, awesome, lovely, wonderful, super, good job,
        well done, great job, cool, beautiful, brilliant, correct, nice one, yes, yep, yeah, sweet
    """,
    "WRONG": """
        wrong, that's wrong, thats wrong, bad, that's bad, not right, that's not right, oops, whoops, ups, mistake, my
        mistake, that was a mistake, no good, that's no good, doesn't look right, that doesn't look right, looks wrong,
        that looks wrong, incorrect, that's incorrect, it's wrong, this is wrong, looks bad, not good, that's not good,
        misclick, misclicked, i misclicked, mouse slipped, my mouse slipped,
        terrible, awful, that was wrong, poor, sorry, oh no, damn, no that's wrong, that isn't right, this isn't right,
        not what i wanted, that's not what i wanted, looks terrible, rubbish, garbage, that's terrible, this is bad,
        that is wrong, i made a mistake, that's not it, that's not correct, not correct, no, nope, that was not what i
        wanted, that wasn't right, shoot, that looks bad
    """,
    "WHICH": """
        which, what, is, are, am, we, i, you, running, run, used, being used, in use, use, using, loaded, active, on,
        does, do, do we have, much, how much, how, available, left, free, there, it, correct, right, ok, okay, intact,
        complete, have, got, tell me, match, matches, matching, consistent, properly, correctly, currently, working,
        computing, if, whether, with, all, every, still, these, everything, integrity, were, was, the right, valid, is
        it, or, not, compute, present, show me, actually
    """,
    "HELP": """
        help, what can i say, what can you do, list commands, list the commands, list all commands, show commands, show
        the commands, show me the commands, command list, what commands are there, what are the commands, what are my
        options, available commands, show available commands, list available commands, what commands can i use, which
        commands are there, which commands can i use, i need help, help me, show help, show me help, show the help, open
        help, open the help, what can i do, what can be said, what can i do here, what can i ask, help please, give me
        help, some help, what do you understand, what commands do you understand, what commands do you know, which
        commands do you know, which commands do you understand, list what i can say, show me what i can say, show me all
        commands, show all commands, show me a list of commands, list of commands, give me the commands, give me a list
        of commands, tell me the commands, tell me what i can say, i don't know what to say, what are the available
        commands, which commands are available, what commands are available, what am i able to say, what could i say,
        what else can i say, what things can i say, show me the command list, show me the help, tell me what you can do,
        what are the possible commands, list everything i can say, list all the commands, what voice commands are there,
        what voice commands can i use, which voice commands are there, what are the voice commands, show me available
        commands, show me the available commands, what do you know, commands please, command overview, command
        reference, help page, help screen, help menu, bring up help, bring up the help, display help, display the help,
        what operations are there, what can i tell you, usage help, possible commands, all commands, give me all
        commands, list all possible commands, usage, instructions, manual, user manual, show instructions, show me the
        instructions, how do i talk to you, how do i use this, how does this work, how do i use this program, i do not
        know what to say, i do not know what i can say, what should i say
    """,
    "STOP": """
        stop, abort, halt, interrupt, terminate, kill, stop it, stop that, stop this, abort that, abort it, break off,
        cease, stop right there, stop now, stop everything, abort mission, stopp, emergency stop, stop at once, stop
        immediately, stop right now, please stop, stop working, stop running
    """,
    "REPEAT": """
        repeat, repeat that, restate, restate that, restate it,
        say that again, say it again, come again, what did you say, what did you hear, what did you
        do, what was that, pardon, pardon me, what did i say, what did i just say, repeat it, once more what was that,
        what have you heard, what did you just do, what did you understand, what was done, say again, one more time what
        was that, can you say that again, repeat the last, what was that again, what have you done, what did you just
        hear, what did you just say, show me again what you heard, show what you heard, tell me again, i didn't catch
        that, i did not catch that, i missed that, tell me what you heard, tell me what you did, repeat what you heard,
        repeat what you did, repeat yourself, what just happened, say that one more time, say that once more, read that
        back, read it back, beg your pardon, i beg your pardon, sorry what was that, show that again what was heard,
        repeat what i said, repeat what you said, repeat your last message, repeat the last message, repeat the message,
        repeat the last answer, what you say, what did you just understand, once more please, repeat what was heard
    """,
    "YES": """
        yes, yeah, yep, yup, confirm, affirmative, do it, go ahead, proceed, sure, yes do it, yes please, of course,
        definitely, absolutely, go for it, confirmed, i confirm, yes i'm sure, i'm sure, yes i am sure, yes go ahead, do
        that, make it so, that's a yes, ok do it, okay do it, sure thing, please do, i am sure, certainly, yes sir, aye,
        yea, yes of course, by all means, yes that's right, yes confirm, positive i'm sure, yes proceed, overwrite it,
        yes overwrite, yes overwrite it, overwrite, go on then, yes continue, carry on, sounds good, agreed, permission
        granted, i agree, affirm, roger, roger that, confirm it, confirm that, yess, absolutely yes, granted, you may
        proceed, you may, very well
    """,
    "NO": """
        no, nope, nah, cancel, never mind, nevermind, forget it, no thanks, no thank you, cancel that, cancel it, no
        don't, no do not, no dont do it, no don't do it, no do not do it, forget that, forget about it, no cancel, no
        cancel that, no way, i changed my mind, changed my mind, no stop, no wait, scratch that, rather not, cancel
        this, better not, not now, no leave it, no keep it, leave it alone, no never mind, dismiss that question, do not
        do it, don't do it, do not do that, don't do that, don't overwrite, don't overwrite it, do not overwrite it, do
        not overwrite, no dont, absolutely not, call it off, on second thought no, nay, denied, better not do that, no i
        changed my mind, don't, please don't, please do not
    """,
    "FITALL": """
        fit to window, fit to screen, fit the window, fit the screen, fit in window, fit to view, fit image, fit the
        image, fit everything, reset zoom, zoom to fit, zoom reset, reset the zoom, reset view, reset the view, reset
        camera, reset the camera, fit in the window, fit it to the window, fit it to the screen, fit image to window,
        fit the image to the window, fit the image to the screen, fit to the window, fit to the screen, fit view, fit
        the view, full view, original size, actual size, home view, fit screen, fit window, fit on screen, fit on the
        screen, zoom all the way out, show the whole image, show the whole slice, show the entire image, show the entire
        slice, see the whole image, see the whole slice, the whole image, whole image, unzoom, center the view,
        recenter, recenter the view, show the full image, show the full slice, fit it in the window, fit it all, fit to
        frame, make it fit, make it fit the window, make it fit the screen, zoom to full, back to normal size, normal
        size, default zoom, default view, normal zoom, zoom back to normal, let me see the whole image, let me see the
        whole slice, initial view, original view, back to initial view, the initial view, display the entire image,
        display the whole image, display the whole slice, display the full image, display the entire slice, show the
        entire picture, show the whole picture, see the entire image, see the entire slice, see the whole picture, show
        me the whole image, show me the whole slice, show me the whole picture, show me the entire image, show me the
        entire slice, show me the full image, show the whole scan, fit the picture, fit to size, full picture, full
        image, whole picture, whole slice, 100 percent, entire picture, entire image, entire slice, zoom to 100 percent,
        show all of it, fit all, reset camera position, reset the camera position, show entire picture, show entire
        image, show whole image, show full image, show full picture, complete image, show the complete image, to fit
    """,
    "REVIEWWORD": """
        review, mark, as, is, done, set, status, second look, a second look, follow up, followup, another look,
        checking, check, later, attention, problem, suspicious, questionable, needs, revision, reviewing, inspection,
        discussion, reviewed, bone, one, for good, problematic, highlight, level, tag, put, this
    """,
    "CHAT": """
        do it again, do that again, try again, not that one, not this, undos, redos, not this one, this point, that
        point, these point
    """,
    "FULLRANGE": """
        full range, whole range, entire range, full hu range, complete range, full dynamic range, full intensity range,
        unwindowed, whole intensity range, maximum range, full hu, all values, full window, whole hu range, entire hu
        range, full hounsfield range, all hu values, reset the window, reset window, reset windowing, reset the
        windowing, default window, no window, full range of intensities, full intensity window, original window, reset
        the contrast, reset contrast, widest range, widest intensity range, full gray range, full grey range, full range
        of gray values, full range of grey values, min max, min to max, all intensities, all gray values, all grey
        values, full scale, auto contrast
    """,
}
