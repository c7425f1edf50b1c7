"""The table from operation class to its handler. Each module holds the handlers of one concept."""

from __future__ import annotations

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.session.handlers import (
    about,
    answers,
    display,
    files,
    labels,
    masks,
    measuring,
    navigation,
    prompts,
    propagation,
    reviews,
    steps,
    voice,
)
from napari_spinalsam.session.scene import Handler

HANDLERS: dict[type[ops.BaseOperation], Handler] = {
    ops.OpenImage: files.open_image,
    ops.AddPoints: prompts.add_points,
    ops.AddBox: prompts.add_box,
    ops.SegmentPoints: masks.segment_points,
    ops.SegmentBox: masks.segment_box,
    ops.ClearPoints: prompts.clear_points,
    ops.ClearBoxes: prompts.clear_boxes,
    ops.ClearAll: prompts.clear_all,
    ops.PreviousSlice: navigation.previous_slice,
    ops.NextSlice: navigation.next_slice,
    ops.CheckDevice: about.check_device,
    ops.CheckModel: about.check_model,
    ops.Help: about.tell_help,
    ops.Undo: steps.undo,
    ops.Redo: steps.redo,
    ops.AcceptMask: masks.accept_mask,
    ops.RejectMask: masks.reject_mask,
    ops.ChooseMask: masks.choose_mask,
    ops.SetLabel: labels.set_label,
    ops.GoToSlice: navigation.go_to_slice,
    ops.SetView: navigation.set_view,
    ops.SetWindow: display.set_window,
    ops.Show: display.show,
    ops.Hide: display.hide,
    ops.Zoom: display.zoom,
    ops.NextLevel: labels.next_level,
    ops.PreviousLevel: labels.previous_level,
    ops.Review: reviews.review,
    ops.Propagate: propagation.propagate,
    ops.Stop: answers.stop,
    ops.SaveLabels: files.save_labels,
    ops.Measure: measuring.measure,
    ops.Evaluate: measuring.evaluate,
    ops.StartListening: voice.start_listening,
    ops.StopListening: voice.stop_listening,
    ops.Repeat: about.repeat,
    ops.Confirm: answers.confirm,
    ops.Cancel: answers.cancel,
}


def handler_of(operation: ops.BaseOperation) -> Handler:
    """Look up the handler of an operation."""
    return HANDLERS[type(operation)]
