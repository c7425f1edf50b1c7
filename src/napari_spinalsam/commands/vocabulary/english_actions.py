"""English verbs, directions, views and windows.

Data only, in the form that :mod:`napari_spinalsam.commands.lexicon` reads: meaning class -> words and phrases.
"""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    "ADD": """
        add, insert, put, place, append, lay, lay down, put down, put in, plant, adding, add in, place down, plot,
        stick, mark, deposit, pop, set, make, i will click, i'll click, let me click, let me place, i'll place, i will
        place, i want to click, get ready for, ready for, wait for, collect, expect, start with, begin with, try
    """,
    "MAKE": """
        make, create, generate, produce, compute, calculate, build, derive, generating, creating, making, work out, come
        up with, construct, gen, calc, recompute, regenerate, recalculate, update, refresh, redraw, rerun, re run,
        render
    """,
    "DRAW": "draw, drag, sketch, drawing, dragging, draw out, drag out",
    "OUTLINE": "outline, outlines, outlining",
    "DROP": "drop",
    "SET": """
        set, change, switch, use, adjust, apply, put, choose, select, set up, change over, toggle to, try, turn to, flip
        to
    """,
    "GIVE": """
        give me, get me, i want, i need, i'd like, i would like, bring up, give, need, want, get, bring me, we need, we
        want, pull up, bring, i wish for, i'm after, lemme have, let me have, let's have, put up, let me get, i'll take
    """,
    "SEE": """
        show, display, view, see, show me, let me see, i want to see, can i see, can we see, could i see, i'd like to
        see, i would like to see, let me look, let's see, reveal, unhide, look, take a look, bring up, put up, let me
        have a look, let's look, i need to see, have a look, look at, want to see, i wanna see, may i see, make visible,
        bring back, draw, pull up, render, overlay, we want to see, let us see, visualize, visualise, disp
    """,
    "VISIBLE": "visible, on, shown, displayed, back on, back",
    "INVISIBLE": "invisible, off, hidden, not visible",
    "HIDE": "hide, conceal, hiding, make invisible, stop showing, stop displaying, unshow, blank out, blank",
    "ON": "on, turn on, switch on, enable, toggle on, switch back on, turn back on",
    "OFF": "off, turn off, switch off, disable, deactivate, toggle off, shut off, switch back off",
    "GO": """
        go, move, jump, navigate, advance, step, scroll, skip, page, proceed, head, get, hop, flip, browse, moving,
        going, walk, shift, leap, slide, take me, bring me, cycle, travel, wheel, switch, change, dolly, let me go,
        let's go, let's move, progress
    """,
    "TOWARD": """
        go to, move to, jump to, move on to, switch to, change to, go on to, on to, switch over to, back to, go back to,
        switch back to, let's go to, proceed to, continue with, continue to, work on, start on, let's do, let's move on
        to, advance to, now, take, use, take me to, set to
    """,
    "OPEN": "open, load, import, open up, loading, opening, read, read in, load up, load in, fetch, opn",
    "BRINGUP": """
        work on, change to the file, switch to the file, switch to the image, i want to look at, look at, let me see,
        show me the image, show me the file
    """,
    "GOTO": """
        go to, jump to, move to, skip to, scroll to, navigate to, back to, take me to, bring me to, go over to, get to,
        switch to, go back to, jump back to, move back to, return to, head to, go forward to, jump forward to, jump
        ahead to, skip ahead to, jump over to, step to, advance to, change to, skip back to, scroll back to, set to,
        display, show, show me, view, see, let me see, bring up, proceed to, turn to, flip to, take us to, jump straight
        to, go straight to, go directly to, jump directly to, go down to, go up to, scroll down to, scroll up to, move
        down to, move up to, locate, find, pull up, select, visit, i want to see, can i see, let's see, move on to, go
        on to, on to, get me to, ahead to, move over to, let's look at, look at, go into, let's go to, let's jump to,
        let me go to, bring us to, navigate back to, position at, goto, move forward to, scroll forward to, skip right
        to, jump right to, go right to, straight to, right to
    """,
    "SKIP": """
        skip, advance, jump ahead, skip ahead, move ahead, go ahead, skip over, skip past, fast forward, jump over, pass
        over, scroll through, leap ahead
    """,
    "NEXT": """
        next, following, subsequent, next one, the next one, nxt, nex, one after, following one, ensuing, upcoming,
        coming, successor
    """,
    "PREV": """
        previous, prior, preceding, previous one, the previous one, prev, before this, before this one, one before,
        prior one, preceding one, the one before, foregoing, earlier, predecessor
    """,
    "FORWARD": """
        forward, forwards, ahead, onward, onwards, fwd, further on, farther, further, ahead by, forward by, fore,
        advance, fwds, keep going, keep scrolling, move along, scroll on, scroll along, go further, move further, walk
        on
    """,
    "BACK": """
        back, backward, backwards, go back, move back, step back, skip back, jump back, scroll back, backward by, back
        by, back up, rewind, get back, flip back, page back, let's go back, bckwards, bk, bck, retreat, bwd, bwds,
        backtrack, walk back, head back, go backwards
    """,
    "UP": """
        up, upward, upwards, up by, cranially, cranial, cephalad, superior, superiorly, headward, toward the head,
        towards the head, up one, higher
    """,
    "DOWN": """
        down, downward, downwards, down by, caudally, caudal, caudad, inferior, inferiorly, footward, toward the feet,
        towards the feet, down one, lower, deeper
    """,
    "LAST": """
        last, final, very last, end, very end, the end of the stack, bottom, bottom most, bottommost, end of the stack,
        end of the series, end of the scan, end of the volume, bottom of the stack, bottom of the series, bottom of the
        scan, bottom of the volume, lowest, lowermost, lowest one, last one
    """,
    "RECENT": "last, latest, most recent, recent, previous, prior, final, very last, preceding",
    "FIRST": """
        very first, beginning, start, top, very beginning, the beginning of the stack, top most, topmost, very start,
        top of the stack, top of the series, top of the scan, top of the volume, beginning of the stack, beginning of
        the series, beginning of the scan, beginning of the volume, start of the stack, start of the series, start of
        the scan, start of the volume, uppermost, highest
    """,
    "MIDDLE": """
        middle, center, centre, halfway, mid, central, midpoint, midway, half way, median, middle of the stack, middle
        of the series, middle of the scan, middle of the volume, center of the stack, centre of the stack, center of the
        series, centre of the series, center of the volume, centre of the volume, center of the scan
    """,
    "SEGMENT": """
        segment, segmenting, run segmentation, run the segmentation, delineate, segment out, start segmentation, start
        segmenting, start the segmentation, do the segmentation, do a segmentation, segmented, segmentate, perform
        segmentation, run sam, perform the segmentation, execute segmentation, run the model, extract, predict, infer,
        seg, re segment, resegment, segmentation by, segmentation from
    """,
    "CLEAR": """
        clear, delete, remove, erase, wipe, get rid of, clean up, clean, throw away, discard, eliminate, wipe out, clear
        out, clear away, clear off, wipe away, clearing, removing, deleting, purge, trash, wipe off, take out, throw
        out, kill, empty, del, rid, dispose of, remove away, delete away, scrub, nuke, reset, rub out, toss, clr, rm,
        zap, sweep away, sweep off, away with, take away, blow away, strip, make go away
    """,
    "DISCARD": """
        discard, reject, throw away, dismiss, scrap, toss, trash, throw out, drop, decline, ditch, bin, get rid of,
        refuse, dump, disregard, abandon, rejected, discarded, toss out, toss away, rejecting
    """,
    "UNDO": """
        undo, undoing, revert, take back, take that back, take it back, roll back, undo that, undo it, step undo,
        rollback, back out, reverse that, reverse it, unwind, control z, ctrl z, ctrl+z, undo my, go back on, retract,
        take this back, rescind, undoo, undu, make it undone, make that undone, cancel my last action, cancel the last
        action, undo my last action, take them back, reverse the last, undo the most recent, misclick, misclicked, i
        misclicked, cmd z, command z, mouse slipped, my mouse slipped, take one back
    """,
    "REDO": """
        redo, reapply, put it back, put that back, redo it, redo that, redoing, undo the undo, reinstate, bring it back,
        bring that back, control y, ctrl y, ctrl+y, reverse the undo, re do, re apply, ctrl shift z, control shift z,
        cmd shift z, shift cmd z, shift ctrl z
    """,
    "TAKE": "take, confirm, approve, commit, adopt, use, i'll take",
    "ACCEPT": """
        accept, keep, accepting, accepted, retain, keeping, hold on to, i accept, i'll take it, i'll keep it, we'll keep
        it, we'll take it, add it to the labels, write it to the labels, add to the labels, write to the labels, add to
        labels, save to labels, put it in the labels, put in the labels, lock in, lock it in, accept it, take it, i'll
        keep, commit it, commit this, commit that, keep this one, keep that one, take this one, take that one, use this
        one, use that one, yes keep it, i will keep it, i will keep this, i will take it, finalize, finalise, make it
        permanent, lock in the mask, make permanent, acc, commit
    """,
    "CHOOSE": """
        choose, select, pick, use, try, take, go with, prefer, switch, i prefer, i'll take, i choose, i'd prefer, show,
        show me, give me, change, let's use, let's take, let's try, switch over, let's go with, preview, i like, i want,
        switch to, change to, go for, go to, see, let me see
    """,
    "SAVE": """
        save, export, write, store, save as, export as, saving, exporting, write out, save out, dump, persist, put on
        disk, save down, backup
    """,
    "MEASURE": """
        measure, how big is, how large is, how big's, how big, how large, quantify, what's the volume of, how dense is,
        how tall is, how many voxels, how many voxels are in, how many voxels has, measuring, gauge, assess the size of,
        how wide is, how long is, how many voxels does, how voluminous is, size up, what size is, how many mm is, how
        high is, how dense, how many cubic millimeters is, how many cubic millimetres is, meas
    """,
    "HAVE": "have, has, contain, contains, does, is",
    "EVALUATE": """
        evaluate, evaluating, score, benchmark, assess, grade, run evaluation, run the evaluation, do the evaluation, do
        an evaluation, run an evaluation, eval
    """,
    "COMPARE": """
        compare, comparing, check, contrast, validate, test, match, measure, compare it, how close is, how close are,
        how well does, how well do, how good is, how good, how does, how do, how accurate is, verify, difference,
        differences, rate
    """,
    "AGAINST": "against, with, to, versus, vs, compare, match, compared, agree, relative to",
    "CHECK": """
        check, verify, validate, inspect, test, checking, look at, show, show me, tell me, display, report, what is,
        what's, whats, tell me about, give me, query, get, print, examine, double check, make sure, confirm, audit,
        review, see, let me know, list, how's, how is, check on, do a check of, run a check on, diagnose, i want to
        know, tell, read out, chk
    """,
    "ZOOM": "zoom, focus, focus on, magnify, enlarge, zooming, blow up, zoom level, scale, zoom it",
    "INWARD": "in, into",
    "OUTWARD": "out",
    "IN": """
        closer, zoom in, magnify, enlarge, nearer, get closer, move closer, go closer, come closer, bigger, larger, make
        bigger, make larger, blow up, zoom closer, up close, zoom up
    """,
    "OUT": """
        zoom out, further away, smaller, farther away, get farther, make smaller, wider, further out, shrink, demagnify,
        zoom back out, zoom back
    """,
    "RESET": """
        reset, fit, restore, reset zoom, default, original, normal, recenter, recentre, center, centre, full, whole, fit
        to window, fit to screen, fit the window, fit the screen, fit in window, fit to view, fit image, fit the image,
        entire, fill, fit everything
    """,
    "FITTED": "screen, window, viewer, canvas, size, fit, home, full, entire",
    "CARRY": "carry, carry over, carry through, extend, spread, transfer, copy, follow",
    "PROPAGATE": """
        propagate, track, propagating, propagation, run propagation, start propagation, start propagating, start
        tracking, run tracking, propagate it, track it, tracking, propogate, propagte, propagation run, run the
        propagation, run the tracking, follow it, track the mask, propagate the mask, prop
    """,
    "UNTIL": "to, until, till, up to, as far as, through to, all the way to, up until, down to, til",
    "APPROVE": """
        approve, approved, sign off, sign off on, approving, mark as approved, mark approved, ok'd, passed, mark as
        done, approves, aprove, aproved, as ok, as okay, as good, as fine, as done, as complete, as completed, as
        correct, as reviewed, as finished, as passed, as approved, signed off, tick off, tick it off, qc ok, qc pass, qc
        passed, check off
    """,
    "FLAG": """
        for review, for checking, for a second look, for follow up, for another look, for discussion, as flagged, as
        suspicious, as questionable, flag, flagged, flagging, mark for review, mark as suspicious, mark as flagged,
        raise a flag on, put a flag on, flag up, needs review, needs another look, mark for checking, mark as
        questionable, flags, raise a flag, put a flag, set a flag, set a flag on, mark for a second look, mark for
        follow up, mark as problematic, as problematic, as needing review, as doubtful, as unclear, as uncertain, as a
        problem, for me to review, needs to be checked, needs a second look, needs checking, requires review, requires a
        second look, needs a review, needs reviewing, needs a second opinion, requires a second opinion, flg, question
        mark on, a question mark on, needs rechecking, needs a check, for recheck, for rechecking, mark for recheck,
        warning sign on
    """,
    "NAMEIT": """
        label, mark, call, name, tag, this is, this one is, annotate, it's, that's, that is, we're at, we're on, now
        we're on, now we're at, we are at, we are on, now at, now on, working on, i'm on, i'm at, i'm doing, now doing,
        labeling, labelling, work on, let's do, let's label, next is, next up is, designate, assign, now comes, let's
        work on, start on, the current label is, the label is, make it, make this, make that, continue with, proceed
        with, go on with, move on to, number, lbl
    """,
    "PAST": """
        just made, we just made, i just made, i made, i just drew, i drew, i placed, i just placed, i added, i just
        added, we placed, i have placed, i have drawn, i've placed, i've drawn, i put, i clicked, i set, i just clicked,
        we drew, we added, placed, drawn, we have, i have
    """,
    "PICK": """
        choose, select, pick, use, take, try, go with, prefer, i prefer, i'll take, let's use, let's take, let's try, go
        for, i choose, i'd prefer, let's go with
    """,
    "MICOFF": "stop, end, pause, close, kill, cut, shut down, quit, finish, cease, silence, mute",
    "MICON": "start, begin, unmute, put on, resume, restart, open, activate",
    "COMPUTE": "do, run, start, get, obtain, execute, perform, infer, predict",
    "CREATE": "make, create, set up",
    "TURN": "turn, switch, put, set, flip, toggle",
    "ABOVE": "above, up, higher, one up, upper, upward, cranial, superior, up one, up by, upwards",
    "BELOW": "below, down, lower, one down, downward, caudal, inferior, down one, down by, downwards",
    "CANCELWORD": "cancel, stop",
    "CONVERT": "convert, turn, transform",
    "AXIAL": """
        axial, transverse, transversal, cross section, cross sectional, axially, axials, transaxial, cross sections,
        horizontal plane, axel, axil, ax
    """,
    "CORONAL": """
        coronal, frontal, coronally, coronals, from the front, frontal plane, front view, colonel, cor
    """,
    "SAGITTAL": """
        sagittal, lateral view, side view, lateral plane, sagittally, sagittals, from the side, sagital, saggital,
        saggittal, sagittle, saggitel, midsagittal, sag, in profile, profile view, from the left,
        from the right, lateral, lat
    """,
    "THREED": """
        3d, 3 d, three d, three dee, 3 dee, three dimensional, 3 dimensional, three dimensions, 3 dimensions, volume
        rendering, volume render, volumetric, rendered volume, volume rendered, 3 dimensionally, third dimension, tree
        d, free d, three the, 3 dim, render the volume, render it, rendering
    """,
    "BONE": "bone, bones, bony, osseous, skeleton",
    "SOFT": """
        soft tissue, soft tissues, softtissue, soft, softtissues, soft tissu, soft issue, muscle, muscles
    """,
    "LUNG": "lung, lungs, pulmonary, lung tissue, airways, air spaces",
    "FULL": "full, complete, whole, entire",
}
