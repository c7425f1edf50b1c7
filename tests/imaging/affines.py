"""Hypothesis strategies for grids as scanners and programs make them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation


@st.composite
def affines(draw, *, shears: bool = True) -> np.ndarray:
    """Invertible affines: any axis order, flips, oblique up to 40 degrees, anisotropic, shifted, slightly sheared."""
    spacing = draw(st.tuples(*[st.floats(0.2, 6.0)] * 3))
    order = draw(st.permutations(range(3)))
    signs = draw(st.tuples(*[st.sampled_from([-1.0, 1.0])] * 3))
    angles = draw(st.tuples(*[st.floats(-40, 40)] * 3))
    shear = draw(st.floats(-0.1, 0.1)) if shears else 0.0
    shift = draw(st.tuples(*[st.floats(-500, 500)] * 3))
    matrix = np.eye(4)
    sheared = np.eye(3)
    sheared[0, 1] = shear
    matrix[:3, :3] = Rotation.from_euler("xyz", angles, degrees=True).as_matrix() @ sheared
    matrix[:3, :3] = (matrix[:3, :3][:, order] * signs) * spacing
    matrix[:3, 3] = shift
    return matrix


shapes = st.tuples(*[st.integers(1, 6)] * 3)
