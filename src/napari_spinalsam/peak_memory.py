"""How much memory a process has needed."""

from __future__ import annotations

import sys


def peak_memory() -> int | None:
    """Return the most memory that this process ever held, in bytes; None on Windows, which does not tell it so."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
