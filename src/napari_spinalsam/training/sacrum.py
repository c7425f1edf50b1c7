"""A made-up sacrum: five blocks along an arc, fused in part, with wings, canal, foramina, back wall and crest.

Sizes are those of adults, in mm, each varied by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

#: Heights of the five blocks.
_HEIGHTS = (30.0, 25.0, 21.0, 18.0, 15.0)
_LENGTH = sum(_HEIGHTS)
#: Along the arc, as a share of its length: where the sizes below are given.
_PLACES = (0.0, 0.3, 0.55, 0.8, 1.0)
_BODY_DEPTH = (31.0, 20.0, 14.0, 11.0, 8.0)
_BODY_WIDTH = (50.0, 40.0, 33.0, 28.0, 22.0)
_CANAL_DEPTH = (14.0, 10.0, 7.0, 5.0, 4.0)
_CANAL_WIDTH = (30.0, 24.0, 18.0, 13.0, 10.0)
_WALL_DEPTH = (7.0, 7.0, 6.0, 5.0, 4.0)
_CREST_HEIGHT = (11.0, 10.0, 7.0, 4.0, 2.0)
_HALF_SPAN = (54.0, 54.0, 43.0, 32.0, 20.0)


@dataclass(frozen=True, eq=False)
class ArcFrame:
    """Coordinates that follow the sacrum.

    Parameters
    ----------
    along : float32 array
        mm from the upper end plate, downwards, on the arc through the middle of the blocks.
    behind : float32 array
        mm behind the arc.
    beside : float32 array
        mm from the middle plane, without sign.
    """

    along: Array
    behind: Array
    beside: Array

    def size(self, values: tuple[float, ...]) -> Array:
        """Interpolate sizes that are given at ``_PLACES``."""
        return np.interp(self.along, np.array(_PLACES) * _LENGTH, values).astype(np.float32)


def arc_frame(
    points: Array, top: NDArray[np.float64], angle: float, turn: float, size: float, tilt: float = 0.0
) -> ArcFrame:
    """Lay the arc.

    Parameters
    ----------
    points : (3, …) float32
        Positions in mm: towards the feet, the back and the left.
    top : (3,) array
        Middle of the upper end plate.
    angle : float
        Direction of the arc at ``top``: radians from towards the feet to towards the back.
    turn : float
        How far the arc turns to the front until its end, radians, above 0.
    size : float
        1 is an adult of middle size.
    tilt : float
        Of the end plate against the arc, radians.
    """
    down, back = (np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))
    feet, behind = (points[0] - top[0]) / size, (points[1] - top[1]) / size
    u = feet * down[0] + behind * down[1]
    v = feet * back[0] + behind * back[1]
    radius = _LENGTH / turn
    depth = np.hypot(u, v + radius) - radius
    along = radius * np.arctan2(u, v + radius) + np.tan(tilt) * depth
    beside = np.abs(points[2] - top[2]) / size
    return ArcFrame(along.astype(np.float32), depth.astype(np.float32), beside.astype(np.float32))


def sacrum_distance(frame: ArcFrame, rng: np.random.Generator) -> Array:
    """Approximate signed distance to a sacrum of size 1, mm, negative inside.

    Parameters
    ----------
    frame : ArcFrame
        Where the points lie.
    rng : numpy.random.Generator
        Varies the sizes, and how far the blocks are fused.
    """
    vary = np.exp(rng.normal(0.0, 0.12, 5))
    depth = frame.size(_BODY_DEPTH) * vary[0]
    canal = frame.size(_CANAL_DEPTH) * vary[1]
    middle = 0.5 * _LENGTH
    body = _block((frame.along - middle, frame.behind, frame.beside), (middle, depth / 2, frame.size(_BODY_WIDTH) / 2))
    bone = _joined(body, _wings(frame, depth, float(rng.uniform(0.6, 1.0))), 12.0)
    front_of_wall = depth / 2 + canal
    wall = frame.size(_WALL_DEPTH) * vary[2]
    start = float(rng.uniform(-6.0, 6.0))
    back = _block(
        (frame.along - middle - start, frame.behind - front_of_wall - wall / 2, frame.beside),
        (middle - rng.uniform(2.0, 12.0), wall / 2, 0.75 * frame.size(_CANAL_WIDTH) * vary[3]),
    )
    bone = _joined(bone, _joined(back, _pedicles(frame, depth, front_of_wall + wall), 4.0), 4.0)
    bone = _joined(bone, _crest(frame, front_of_wall + wall, vary[4], rng), 4.0)
    bone = np.maximum(bone, -_canal(frame, depth, canal))
    joints = np.cumsum(_HEIGHTS)[:-1]
    bone = np.maximum(bone, -_foramina(frame, joints, float(rng.uniform(3.5, 6.0))))
    for number, joint in enumerate(joints):
        bone = np.maximum(bone, -_remnant_of_disc(frame, float(joint), depth, number == 0, rng))
    return np.asarray(bone, dtype=np.float32)


def _block(offset: tuple[Array, Array, Array], half: tuple[float | Array, ...], rounding: float = 2.5) -> Array:
    """Distance to a box with rounded edges."""
    over = [np.abs(x) - h + rounding for x, h in zip(offset, half, strict=True)]
    outside = np.sqrt(sum(np.maximum(x, 0.0) ** 2 for x in over))
    inside = np.minimum(np.maximum(np.maximum(over[0], over[1]), over[2]), 0.0)
    result: Array = outside + inside - rounding
    return result


def _joined(first: Array, second: Array, blend: float) -> Array:
    """Union of two shapes whose inner edges are rounded over ``blend`` mm (Quilez's polynomial smooth minimum)."""
    share = np.clip(0.5 + 0.5 * (second - first) / blend, 0.0, 1.0)
    result: Array = second + (first - second) * share - blend * share * (1.0 - share)
    return result


def _wings(frame: ArcFrame, body_depth: Array, share: float) -> Array:
    """Alae: thinner than the body, farther back, cut off by the joint with the pelvis."""
    span = frame.size(_HALF_SPAN)
    sideways = frame.beside / np.maximum(span, 1.0)
    half = body_depth * (0.5 - 0.15 * sideways) * share + 2.0
    top = 4.0 + 6.0 * sideways
    end = 0.95 * _LENGTH
    return _block(
        (frame.along - (end + top) / 2, frame.behind - 5.0 * sideways, frame.beside), ((end - top) / 2, half, span), 5.0
    )


def _pedicles(frame: ArcFrame, body_depth: Array, back: Array) -> Array:
    """Bone at both sides of the canal, from the body to the back wall."""
    inner, outer = frame.size(_CANAL_WIDTH) / 2, frame.size(_CANAL_WIDTH) / 2 + 12.0
    middle = 0.48 * _LENGTH
    return _block(
        (frame.along - middle, frame.behind - (body_depth / 4 + back / 2), frame.beside - (inner + outer) / 2),
        (middle - 6.0, (back - body_depth / 2) / 2, (outer - inner) / 2),
    )


def _crest(frame: ArcFrame, behind: Array, share: float, rng: np.random.Generator) -> Array:
    """Median crest: a plate whose height rises and falls once a block."""
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * (frame.along - rng.uniform(8.0, 22.0)) / rng.uniform(20.0, 27.0))
    height = frame.size(_CREST_HEIGHT) * share * wave ** rng.uniform(0.4, 1.5)
    middle = 0.42 * _LENGTH
    return _block(
        (frame.along - middle, frame.behind - behind - height / 2 + 2.0, frame.beside),
        (middle - 2.0, height / 2 + 2.0, float(rng.uniform(2.0, 4.0))),
        1.5,
    )


def _canal(frame: ArcFrame, body_depth: Array, canal: Array) -> Array:
    """Inside of the canal, open at both ends, flat in front and narrower behind."""
    half_width = frame.size(_CANAL_WIDTH) / 2
    centre = body_depth / 2 + canal / 2
    return np.maximum(
        np.abs(frame.behind - centre) - canal / 2,
        frame.beside - half_width * (1.0 - 0.4 * (frame.behind - centre) / np.maximum(canal, 1.0)),
    )


def _foramina(frame: ArcFrame, joints: NDArray[np.float64], radius: float) -> Array:
    """Channels from front to back beside the body at every joint of two blocks."""
    nearest = np.min([np.abs(frame.along - np.float32(joint)) for joint in joints], axis=0)
    sideways = frame.beside - frame.size(_CANAL_WIDTH) / 2 - np.float32(radius + 1.0)
    result: Array = np.hypot(nearest, sideways) - radius * (1.0 - 0.4 * frame.along / _LENGTH)
    return result


def _remnant_of_disc(frame: ArcFrame, joint: float, body_depth: Array, first: bool, rng: np.random.Generator) -> Array:
    """Gap between two blocks, from the front or inside, where they have not fused; the first is the widest."""
    thickness = rng.uniform(0.8, 5.0) if first else rng.uniform(0.0, 2.5)
    front = -0.6 if rng.random() < 0.6 else rng.uniform(-0.4, -0.1)
    back = rng.uniform(-0.1, 0.5 if first else 0.3)
    centre, half = (front + back) / 2, (back - front) / 2
    between = np.abs(frame.along - joint) - thickness / 2
    result: Array = np.maximum(between, np.abs(frame.behind - centre * body_depth) - half * body_depth)
    return np.maximum(result, frame.beside - frame.size(_BODY_WIDTH) * 0.45)
