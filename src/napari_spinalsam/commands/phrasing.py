"""The rule table: what may be said, and the operation it means. Earlier rules win.

Data in the notation of :mod:`napari_spinalsam.commands.grammar`.
"""

from __future__ import annotations

from typing import Final

from napari_spinalsam.commands import builders as b
from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.grammar import Rule, rule

_MOVE = "GO GOTO GIVE SEE PRAISE NUM COUNT TIMES MORE SLICE ALL"
_PLACE = "NUM CODE CELL X Y CORNER HERE POS NEG MORE NEW ADD CREATE GIVE DROP AREA"
_SHOWING = "SEE TURN GIVE ON VISIBLE ALL"
_HIDING = "HIDE TURN OFF INVISIBLE ALL"
_LAYER = "IMAGE|MASK|LABELS|LABEL|POINT|BOX|GRID"

RULES: Final[tuple[Rule, ...]] = tuple(
    rule(pattern, b.checked(build))
    for pattern, build in (
        # answers
        ("YES [PRAISE]", b.plain(ops.Confirm)),
        ("NO", b.cancel),
        ("HELP [SEE GIVE HERE]", b.plain(ops.Help)),
        ("REPEAT", b.plain(ops.Repeat)),
        # listening
        ("LISTEN [MIC TURN]", b.plain(ops.StartListening)),
        ("MUTE [MIC TURN]", b.plain(ops.StopListening)),
        ("MIC ON|MICON [TURN]", b.plain(ops.StartListening)),
        ("MIC OFF|MICOFF [TURN]", b.plain(ops.StopListening)),
        # files
        ("=PATH IMAGE|VOLUME|FILE", b.open_image),
        ("OPEN|BRINGUP|SET|TOWARD PATH [FILE IMAGE]", b.open_image),
        ("TOWARD|SET MORE FILE|VOLUME", b.open_image),
        ("OPEN IMAGE|VOLUME|FILE|PATH [FILE IMAGE VOLUME PATH NEW MORE GIVE NUM COUNT]", b.open_image),
        ("SAVE|TAKE MASK LABELS", b.plain(ops.AcceptMask)),
        ("SAVE MASK|SEGMENTATION CODE [AS_FILE NAMEIT LABEL VERTEBRA]", b.accept),
        ("SAVE [PATH LABELS LABEL AS_FILE MASK SEGMENTATION FILE]", b.save_labels),
        # history
        ("UNDO [RECENT LAST STEP TIMES NUM COUNT MORE WRONG POINT BOX MAKE]", b.undone(ops.Undo)),
        ("REDO [RECENT LAST STEP TIMES NUM COUNT MORE WRONG MAKE]", b.undone(ops.Redo)),
        # review marks
        ("&APPROVE [CODE VERTEBRA LEVEL REVIEWWORD LABEL PRAISE LIKE]", b.review),
        ("&FLAG [CODE VERTEBRA LEVEL REVIEWWORD LABEL MORE WRONG]", b.review),
        # masks
        (
            "POINT SEGMENT [MASK MAKE COMPUTE SEGMENTATION ALL PROMPT SET CHOOSE GIVE AREA SLICE PAST]",
            b.plain(ops.SegmentPoints),
        ),
        (
            "BOX SEGMENT [MASK MAKE COMPUTE SEGMENTATION ALL PROMPT SET CHOOSE GIVE AREA POS SLICE PAST]",
            b.plain(ops.SegmentBox),
        ),
        ("CONVERT POINT MASK|SEGMENTATION [PAST]", b.mask_of(ops.SegmentPoints)),
        ("CONVERT BOX MASK|SEGMENTATION [PAST]", b.mask_of(ops.SegmentBox)),
        (
            "POINT MASK [MAKE COMPUTE SEGMENTATION ALL PROMPT SET CHOOSE GIVE PAST CREATE]",
            b.mask_of(ops.SegmentPoints),
        ),
        (
            "BOX MASK [MAKE COMPUTE SEGMENTATION ALL PROMPT SET CHOOSE GIVE PAST CREATE]",
            b.mask_of(ops.SegmentBox),
        ),
        ("POINT OUTLINE [MAKE DRAW GIVE ALL PROMPT PAST CREATE]", b.mask_of(ops.SegmentPoints)),
        ("POINT SEGMENTATION MAKE|COMPUTE|GIVE [ALL PROMPT PAST]", b.plain(ops.SegmentPoints)),
        ("BOX SEGMENTATION MAKE|COMPUTE|GIVE [ALL PROMPT PAST]", b.plain(ops.SegmentBox)),
        ("SEGMENT [MASK MAKE COMPUTE SEGMENTATION AREA VERTEBRA SLICE GIVE POS]", b.either_segment),
        ("MAKE|COMPUTE|GIVE MASK|SEGMENTATION", b.either_segment),
        ("MASK|CANDIDATE NUM|ORD [CHOOSE SET GIVE SEE GO MASK TOWARD CANDIDATE]", b.choose),
        ("PICK ORD", b.choose),
        ("ACCEPT [MASK SEGMENTATION LIKE PRAISE CODE LABEL LABELS CANDIDATE YES]", b.accept),
        ("TAKE MASK [LIKE PRAISE CODE]", b.accept),
        ("LIKE [PRAISE MASK SEGMENTATION]", b.plain(ops.AcceptMask)),
        ("&REJECT [MASK SEGMENTATION WRONG CANDIDATE]", b.plain(ops.RejectMask)),
        ("DISCARD MASK|SEGMENTATION [WRONG CANDIDATE]", b.plain(ops.RejectMask)),
        # clearing
        ("&CLEAR PROMPT [ALL MASK]", b.plain(ops.ClearAll)),
        ("&CLEAR POINT|BOX|MASK [POINT BOX MASK ALL PROMPT PAST]", b.clear),
        ("RESTART [ALL PROMPT WRONG]", b.plain(ops.ClearAll)),
        ("=ANEW", b.plain(ops.ClearAll)),
        ("&CLEAR ALL [PROMPT MASK]", b.plain(ops.ClearAll)),
        ("TAKE POINT|BOX OFF [ALL PROMPT]", b.clear),
        # prompts
        ("POINT MODE [SET TOWARD ADD GIVE PROMPT PICK]", b.plain(ops.AddPoints)),
        ("BOX MODE [SET TOWARD ADD GIVE PROMPT PICK DRAW]", b.plain(ops.AddBox)),
        ("NEG PROMPT [ADD CREATE GIVE]", b.points),
        ("&POINT ADD|CREATE|DRAW|GIVE|DROP|MORE|NEW|NUM|HERE|POS|NEG|CODE [" + _PLACE + "]", b.points),
        ("ADD|DROP HERE [NUM POS NEG MORE]", b.points),
        ("&POS|NEG NUM|CODE|HERE [" + _PLACE + "]", b.points),
        ("&BOX ADD|CREATE|DRAW|GIVE|MORE|NEW|NUM|CODE [DRAW " + _PLACE + "]", b.box),
        ("=BOX", b.box),
        ("&DRAW CODE|NUM [CORNER CELL CODE NUM X Y]", b.box_with_place),
        # levels, before slices: "next level"
        (
            "NEXT VERTEBRA|LEVEL|LABEL [GO GOTO TOWARD SET NAMEIT LEVEL VERTEBRA DOWN NUM]",
            b.neighbour_level(ops.NextLevel),
        ),
        (
            "PREV VERTEBRA|LEVEL|LABEL [GO GOTO TOWARD BACK SET NAMEIT LEVEL VERTEBRA UP NUM]",
            b.neighbour_level(ops.PreviousLevel),
        ),
        ("BELOW VERTEBRA|LEVEL [DOWN GO GOTO TOWARD SET NAMEIT LEVEL VERTEBRA NUM]", b.neighbour_level(ops.NextLevel)),
        (
            "ABOVE VERTEBRA|LEVEL [UP GO GOTO TOWARD SET NAMEIT LEVEL VERTEBRA NUM BACK]",
            b.neighbour_level(ops.PreviousLevel),
        ),
        ("FORWARD|SKIP VERTEBRA|LEVEL [GO NUM]", b.neighbour_level(ops.NextLevel)),
        ("BACK VERTEBRA|LEVEL [GO NUM]", b.neighbour_level(ops.PreviousLevel)),
        # windows
        ("BONE|SOFT|LUNG|FULL WINDOW [SET GIVE SEE GO GOTO TOWARD CHOOSE VIEW]", b.preset),
        ("BONE|SOFT|LUNG SET|TOWARD [GIVE VIEW]", b.preset),
        ("=BONE|SOFT|LUNG SEE|GIVE [VIEW]", b.preset),
        ("FULLRANGE [SET GIVE SEE GO GOTO TOWARD CHOOSE VIEW WINDOW]", b.preset),
        (
            "&WLEVEL|WWIDTH|WINDOW|CODE NUM|CODE [WINDOW WLEVEL WWIDTH SET GIVE MAKE NEG NUM CODE TOWARD GOTO CHOOSE]",
            b.window,
        ),
        # walking
        ("NEXT SLICE AXIAL|CORONAL|SAGITTAL [FORWARD " + _MOVE + "]", b.walk(ops.NextSlice)),
        ("PREV SLICE AXIAL|CORONAL|SAGITTAL [BACK " + _MOVE + "]", b.walk(ops.PreviousSlice)),
        ("NEXT [FORWARD DOWN " + _MOVE + "]", b.walk(ops.NextSlice)),
        ("PREV [BACK UP " + _MOVE + "]", b.walk(ops.PreviousSlice)),
        ("INDEX [OPEN BACK FORWARD UP DOWN GO GOTO TOWARD GIVE SEE SET SLICE NUM CHOOSE]", b.go_to),
        ("GOTO NUM [NUM SLICE BACK FORWARD]", b.go_to_number),
        ("ORD SLICE [GO GOTO TOWARD BACK FORWARD GIVE SEE SET CHOOSE]", b.go_to),
        (
            "LAST|FIRST|MIDDLE SLICE|GOTO|TOWARD|GO "
            "[SLICE GO GOTO TOWARD BACK FORWARD GIVE SEE SET UP DOWN ALL CHOOSE]",
            b.go_to_named,
        ),
        ("=LAST|FIRST|MIDDLE [GIVE SEE]", b.go_to_end_of_stack),
        ("GOTO|TOWARD COUNT SLICE", b.go_to_chinese),
        ("MORE COUNT SLICE [GO FORWARD DOWN]", b.walk(ops.NextSlice)),
        ("BACK NUM|COUNT [GO SLICE TIMES UP MORE]", b.walk(ops.PreviousSlice)),
        ("BACK [GO SLICE UP MORE]", b.back),
        ("FORWARD [GO NUM COUNT SLICE SKIP DOWN MORE TIMES]", b.walk(ops.NextSlice)),
        ("SKIP NUM|COUNT [NUM COUNT SLICE FORWARD DOWN GO MORE]", b.skipped),
        ("SKIP BACK|UP NUM|COUNT [NUM COUNT SLICE GO]", b.walk(ops.PreviousSlice)),
        ("DOWN GO|NUM|COUNT|SLICE [GO NUM COUNT SLICE MORE TIMES]", b.walk(ops.NextSlice)),
        ("UP GO|NUM|COUNT|SLICE [GO NUM COUNT SLICE MORE TIMES]", b.walk(ops.PreviousSlice)),
        # views
        (
            "AXIAL|CORONAL|SAGITTAL|THREED [VIEW SEE GIVE SET GO GOTO TOWARD SLICE IMAGE VOLUME CHOOSE MAKE AREA ALL]",
            b.view,
        ),
        # labels
        ("CODE NAMEIT|LABEL|SET|TOWARD [NAMEIT LABEL SET TOWARD VERTEBRA LEVEL CHOOSE]", b.set_label),
        ("=CODE VERTEBRA", b.set_label),
        ("LABEL NUM [SET NAMEIT TOWARD CHOOSE GO]", b.set_label),
        # layers
        ("&HIDE " + _LAYER + " [" + _LAYER.replace("|", " ") + " " + _HIDING + "]", b.layers(ops.Hide)),
        ("&" + _LAYER + " OFF|INVISIBLE [" + _LAYER.replace("|", " ") + " TURN ALL CREATE]", b.layers(ops.Hide)),
        ("&SEE " + _LAYER + " [" + _LAYER.replace("|", " ") + " " + _SHOWING + "]", b.layers(ops.Show)),
        ("&" + _LAYER + " ON|VISIBLE [" + _LAYER.replace("|", " ") + " TURN ALL CREATE]", b.layers(ops.Show)),
        # camera
        ("FITALL [SEE]", b.zoom("reset")),
        ("RESET CAMERA|ZOOM [FITTED SET GO SEE IMAGE]", b.zoom("reset")),
        ("RESET FITTED IMAGE|SET [FITTED ZOOM]", b.zoom("reset")),
        ("ZOOM INWARD [CAMERA IMAGE MORE CODE CELL COUNT TIMES GO]", b.zoom("in")),
        ("ZOOM OUTWARD [CAMERA IMAGE MORE COUNT TIMES GO]", b.zoom("out")),
        ("IN [ZOOM GO MORE IMAGE CAMERA COUNT TIMES CODE CELL MAKE SET]", b.zoom("in")),
        ("OUT [ZOOM GO MORE IMAGE CAMERA COUNT TIMES MAKE SET]", b.zoom("out")),
        ("ZOOM CODE [CELL GO IN GRID]", b.zoom("in")),
        # jobs
        (
            "PROPAGATE [MASK LABEL LABELS SEGMENTATION FORWARD BACK UP DOWN NEXT PREV REAR NUM COUNT SLICE INDEX ORD "
            "BOTHWAYS NEIGHBOUR UNTIL ALL GO CARRY]",
            b.propagate,
        ),
        (
            "CARRY MASK|SEGMENTATION|LABEL|COUNT|SLICE "
            "FORWARD|BACK|BOTHWAYS|UNTIL|NEIGHBOUR|COUNT|UP|DOWN "
            "[MASK SEGMENTATION LABEL FORWARD BACK UP DOWN NEXT PREV NUM COUNT SLICE INDEX BOTHWAYS "
            "NEIGHBOUR UNTIL ALL]",
            b.propagate,
        ),
        ("STOP [JOB ALL]", b.plain(ops.Stop)),
        ("CANCELWORD JOB", b.plain(ops.Stop)),
        # figures
        ("&EVALUATE [TRUTH METRIC MASK LABELS SEGMENTATION AGAINST GIVE]", b.plain(ops.Evaluate)),
        (
            "&TRUTH COMPARE|AGAINST|METRIC|MEASURE [MASK LABELS SEGMENTATION METRIC COMPARE AGAINST CHECK WHICH]",
            b.plain(ops.Evaluate),
        ),
        ("=METRIC", b.plain(ops.Evaluate)),
        (
            "&METRIC CHECK|MAKE|COMPUTE|COMPARE|GIVE|MEASURE [MASK LABELS SEGMENTATION TRUTH AGAINST METRIC]",
            b.plain(ops.Evaluate),
        ),
        ("&MEASURE [CODE VERTEBRA LEVEL LABEL SIZE NUM HAVE]", b.measure),
        ("=SIZE [VERTEBRA]", b.measure),
        (
            "&SIZE CHECK|CODE|MAKE|COMPUTE|WHICH|GIVE|VERTEBRA|LABEL "
            "[CODE VERTEBRA LEVEL LABEL SIZE NUM MAKE COMPUTE CHECK HAVE]",
            b.measure,
        ),
        ("=DEVICE [MEMORY]", b.plain(ops.CheckDevice)),
        ("&DEVICE CHECK|STATUS|WHICH|MEMORY [CHECK STATUS WHICH MEMORY DEVICE]", b.plain(ops.CheckDevice)),
        ("&MEMORY CHECK|WHICH|STATUS [CHECK STATUS WHICH]", b.plain(ops.CheckDevice)),
        ("&MODEL CHECK|STATUS|WHICH [CHECK STATUS WHICH MODEL]", b.plain(ops.CheckModel)),
    )
)
