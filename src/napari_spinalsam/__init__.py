"""Prompted segmentation of spine CT in napari, on your own machine.

Importing this package imports neither torch nor napari nor transformers; each room is imported where it is used.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("napari-spinalsam")
except PackageNotFoundError:  # a source tree that is not installed
    __version__ = "0.0.0"

__all__ = ["__version__"]
