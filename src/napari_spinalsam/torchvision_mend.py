"""Let a CPU build of torch live with a torchvision wheel that was built for CUDA.

Such a pair is common where torch came from the CPU index and torchvision from PyPI. Importing torchvision then dies
with "operator torchvision::nms does not exist", because it registers fake kernels for operators whose compiled library
could not be loaded. segment_anything needs torchvision's operators in its automatic mask generator only, which this
project does not use, so declaring their schemas is enough.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

_OPERATORS = ("nms", "qnms")
_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
# A library fragment takes its definitions with it when it is collected, so it is kept as long as the process lives.
_KEPT: list[object] = []


@cache
def mend_torchvision() -> tuple[str, ...]:
    """Declare torchvision's missing operators; call it before anything imports torchvision or segment_anything.

    Where torchvision's compiled operators can be loaded nothing is changed. Calling it again does nothing.

    Returns
    -------
    tuple of str
        The operators that had to be declared. They have a schema and no kernel: calling one raises.
    """
    import torch

    _load_compiled_operators()
    missing = tuple(name for name in _OPERATORS if not hasattr(torch.ops.torchvision, name))
    if missing:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in missing:
            library.define(name + _SCHEMA)
        _KEPT.append(library)
    return missing


def _load_compiled_operators() -> None:
    """Load torchvision's own operators, as importing it would do, without importing it."""
    import torch

    package = find_spec("torchvision")
    if package is None or package.origin is None:
        return
    for extension in sorted(Path(package.origin).parent.glob("_C.*")):
        try:
            torch.ops.load_library(str(extension))
        except OSError:  # built for another torch: exactly the case to mend
            return
