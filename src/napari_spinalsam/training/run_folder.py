"""Names in the folder of a fine-tuning run that other programs look for."""

from __future__ import annotations

from typing import Final

#: What a killed run is continued from.
CHECKPOINT: Final = "checkpoint.pt"
