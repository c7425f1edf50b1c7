"""Words that may stand for each other in a command, so that the model meets more words than the templates hold."""

from __future__ import annotations

import random
import re
from typing import Final

#: One class a line; the words of a class mean the same in every command that has one of them.
_CLASSES: Final = """
delete, remove, erase, wipe, get rid of, eliminate, clear away, take out, strip, dispose of, rub out
show, display, reveal, present, make visible, put up, let me see, bring up
hide, conceal, make invisible, remove from view, tuck away, switch off, blank out
slice, image, picture, frame, section, cut, slide, plane
slices, images, pictures, frames, sections, cuts, slides, planes
go to, jump to, move to, navigate to, skip to, head to, take me to, hop to, proceed to, turn to, travel to
go back, move back, step back, head back, retreat, backtrack, back up, return, scroll back, walk back, flip back
forward, ahead, onward, forwards, onwards, further
backward, backwards
next, following, subsequent, upcoming
previous, prior, preceding, earlier, former
generate, create, make, produce, compute, build, calculate, derive, work out, render, predict, infer, obtain
mask, segmentation, contour, outline
vertebra, vertebral body, spinal level, backbone segment
keep, retain, preserve, hold on to, hang on to, accept
reject, discard, dismiss, throw out, throw away, drop, scrap, dump, bin, trash, toss, ditch, decline
wrong, incorrect, bad, mistaken, faulty, inaccurate, erroneous
good, great, nice, excellent, wonderful, lovely, superb, awesome, decent
save, store, write out, export, dump
open, load, import, read in, bring in, pull in
start, begin, launch, kick off, initiate, commence
stop, halt, abort, end, terminate, break off, quit, cease
place, put, add, insert, plant, stick
draw, sketch, trace, drag
box, bounding box, rectangle, bbox, frame box
points, seed points, prompt points, clicks, dots, markers, landmarks
point, seed point, prompt point, dot, marker, landmark
negative, background, exclusion
measure, quantify, gauge, size up, determine the size of
big, large, huge
compare, contrast
ground truth, reference, gold standard, reference segmentation, expert segmentation, manual segmentation
check, verify, inspect, examine
gpu, graphics card, graphics processor, video card
parameters, weights, model weights, network weights
flag, highlight, tag
approve, okay, validate, green-light
propagate, carry, track, extend, spread, continue, transfer, push, project
switch to, change to, go to, toggle to, flip to, swap to
pick, choose, select, go with, opt for
undo, take back, revert, reverse, roll back
redo, reapply, restore, repeat the undone step
turn on, switch on, enable, activate, power on
turn off, switch off, disable, deactivate, power off
microphone, mic, voice control, voice input
zoom in, magnify, enlarge, blow up, come closer
zoom out, shrink, pull back the camera, demagnify
see, make out, recognise, discern, distinguish, spot, identify
clearly, well, properly, sharply, nicely, in detail, decently
lung, pulmonary, chest
view, plane, orientation, perspective, projection
window, windowing, contrast setting, display window
entire, whole, full, complete
job, process, task, computation
fracture, break, crack
patient, subject, person
want to, would like to, need to, wish to, have to, intend to
i want, i need, i'd like, i wish for, i require, give me
can you, could you, would you, are you able to, is it possible to
show me, give me, let me see, let me have, get me, present me
"""
_GROUPS: Final = tuple(tuple(word.strip() for word in line.split(",")) for line in _CLASSES.strip().splitlines())
_GROUP_OF: Final = {word: group for group in reversed(_GROUPS) for word in group}
_WORD: Final = re.compile(
    rf"(?<![\w{{])(?:{'|'.join(sorted(map(re.escape, _GROUP_OF), key=len, reverse=True))})(?![\w}}])"
)
#: Words that mean something else in these surroundings.
_EXCEPTIONS: Final = re.compile(
    r"take (?:it|that|this|the preview|me) |set the|mark(?:ed)? (?:it|this|the level|\{label)|frame|drop "
)


def vary(text: str, rng: random.Random) -> str:
    """Replace one word of ``text`` by another of its class, where there is one."""
    places = list(_WORD.finditer(text))
    if not places or _EXCEPTIONS.search(text):
        return text
    match = rng.choice(places)
    return text[: match.start()] + rng.choice(_GROUP_OF[match.group()]) + text[match.end() :]
