"""Voice on and off. The microphone is the front end's; a session without one says so."""

from __future__ import annotations

from napari_spinalsam.commands.operations import StartListening, StopListening
from napari_spinalsam.errors import OperationError
from napari_spinalsam.session.scene import Effect, Listening, Scene


def start_listening(scene: Scene, _operation: StartListening) -> Effect:
    """Listen from now on, or wake up."""
    return Effect(_ears(scene).start_listening())


def stop_listening(scene: Scene, _operation: StopListening) -> Effect:
    """Fall asleep until the wake phrase, or switch the microphone off: as the front end is set."""
    return Effect(_ears(scene).stop_listening())


def _ears(scene: Scene) -> Listening:
    if scene.listening is None:
        raise OperationError("There is no microphone here", "Open the SpinalSAM dock in napari, and speak there")
    return scene.listening
