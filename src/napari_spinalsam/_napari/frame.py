"""Where the volume's grid lies in the viewer: data and world coordinates, slices and the dims slider.

napari draws a slice of a layer with the part of its affine that belongs to the displayed axes, and finds the slice
with the part of the inverse that belongs to the others (``napari.layers.utils._slice_input``). For an oblique scan this
is not the full affine; a click is meant where the user sees it, so the conversions here use those same parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_spinalsam.imaging.volume import AXES

if TYPE_CHECKING:
    from napari.layers import Layer
    from numpy.typing import ArrayLike, NDArray

    from napari_spinalsam.imaging.volume import Axis, Volume
    from napari_spinalsam.session.slice_key import SliceKey

_TRANSFORM = ("scale", "translate", "rotate", "shear", "affine", "units")


def walking_axis(axis: Axis) -> int:
    """Array axis that a view walks along."""
    return AXES.index(axis)


def in_plane_axes(axis: Axis) -> tuple[int, int]:
    """Array axes of the rows and the columns of a view."""
    rows, columns = (i for i in range(3) if i != walking_axis(axis))
    return rows, columns


def layer_matrix(layer: Layer) -> NDArray[np.float64]:
    """(n + 1, n + 1) index -> napari world of a layer with n axes."""
    n = layer.ndim
    matrix = np.eye(n + 1)
    matrix[:n, n] = layer.data_to_world(np.zeros(n))
    for i, unit in enumerate(np.eye(n)):
        matrix[:n, i] = np.asarray(layer.data_to_world(unit)) - matrix[:n, n]
    return matrix


@dataclass(frozen=True, eq=False)
class LayerFrame:
    """The grid of a volume as the layers hold it.

    Parameters
    ----------
    matrix : (n + 1, n + 1) float64 array
        Index of the grid -> napari world, for the n axes of the layers: 3, or 2 for a picture.
    shape : tuple of three int
        Shape of the volume; a picture is ``(1, rows, columns)``.
    transform : dict
        Keyword arguments that put another layer at the same place.
    """

    matrix: NDArray[np.float64]
    shape: tuple[int, int, int]
    transform: dict[str, Any]

    @classmethod
    def of(cls, volume: Volume, layer: Layer) -> LayerFrame:
        """Frame of the volume that was made of an image layer.

        Where the layer has the volume's own grid, its scale, translate, rotate, shear and affine are handed on as they
        are; a layer that runs through the body another way gets the volume's affine instead.
        """
        n = layer.ndim
        matrix = np.eye(n + 1)
        matrix[:n] = volume.napari_affine[3 - n : 3, 3 - n :]
        transform: dict[str, Any] = {"affine": matrix, "units": layer.units}
        if np.allclose(matrix, layer_matrix(layer)):
            transform = {name: getattr(layer, name) for name in _TRANSFORM}
        return cls(matrix, volume.shape, transform)

    @property
    def ndim(self) -> int:
        """Number of axes of the layers: 2 for a picture, 3 for a volume."""
        return self.matrix.shape[0] - 1

    def as_layer_array(self, array: NDArray[Any]) -> NDArray[Any]:
        """View a volume-shaped array as the layers want it: the same memory, a picture without its first axis."""
        return array[0] if self.ndim == 2 else array

    def fits(self, layer: Layer) -> bool:
        """Whether a layer lies on this grid, voxel on voxel."""
        shape = tuple(np.shape(layer.data))
        return shape == self.shape[3 - self.ndim :] and np.allclose(layer_matrix(layer), self.matrix)

    def to_layer(self, rows_columns: ArrayLike, key: SliceKey) -> NDArray[np.float64]:
        """Pixels of a slice, (n, 2) as row and column, in the layers' data coordinates, (n, ndim)."""
        pixels = np.asarray(rows_columns, dtype=float).reshape(-1, 2)
        data = np.full((len(pixels), 3), float(key.index))
        data[:, in_plane_axes(key.axis)] = pixels
        return data[:, 3 - self.ndim :]

    def to_pixels(self, positions: ArrayLike, axis: Axis) -> NDArray[np.float64]:
        """Rows and columns, (n, 2), on the slice on display, of positions (n, ndim) in the layers' data coordinates.

        The positions are what ``layer.world_to_data`` made of the cursor with the whole affine; they are taken back to
        the world, and from there to the pixel that is drawn under the cursor.
        """
        n = self.ndim
        data = np.asarray(positions, dtype=float).reshape(-1, n)
        return self.world_to_pixels(data @ self.matrix[:n, :n].T + self.matrix[:n, n], axis)

    def world_to_pixels(self, world: ArrayLike, axis: Axis) -> NDArray[np.float64]:
        """Rows and columns, (n, 2), on the slice on display, of world positions (n, at least ndim)."""
        n = self.ndim
        shown = [i - (3 - n) for i in in_plane_axes(axis)]
        positions = np.atleast_2d(np.asarray(world, dtype=float))[:, -n:][:, shown]
        drawn = self.matrix[np.ix_(shown, shown)]
        return np.linalg.solve(drawn, (positions - self.matrix[shown, n]).T).T

    def pixels_to_world(self, rows_columns: ArrayLike, axis: Axis) -> NDArray[np.float64]:
        """World positions, (n, 2) along the two displayed axes, where pixels of the slice are drawn."""
        shown = [i - (3 - self.ndim) for i in in_plane_axes(axis)]
        pixels = np.asarray(rows_columns, dtype=float).reshape(-1, 2)
        return pixels @ self.matrix[np.ix_(shown, shown)].T + self.matrix[shown, self.ndim]

    def world_of_slice(self, axis: Axis, index: int) -> float:
        """World coordinate, along the axis of a view, at which napari shows a slice."""
        walk, inverse = self._walk(axis)
        return float((index - inverse[walk, self.ndim]) / inverse[walk, walk])

    def slice_at_world(self, axis: Axis, world: float) -> int:
        """Slice that napari shows at a world coordinate along the axis of a view, kept within the volume."""
        walk, inverse = self._walk(axis)
        # As napari rounds, halves to the even slice: the session must mean the slice that is shown.
        index = int(np.round(inverse[walk, walk] * world + inverse[walk, self.ndim]))
        return min(max(index, 0), self.shape[walking_axis(axis)] - 1)

    def _walk(self, axis: Axis) -> tuple[int, NDArray[np.float64]]:
        return walking_axis(axis) - (3 - self.ndim), np.linalg.inv(self.matrix)
