import sys

import numpy as np
import pytest

from napari_spinalsam.peak_memory import peak_memory


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell it this way")
def test_the_peak_is_in_bytes_and_stays_when_memory_is_let_go():
    held = np.ones(200_000_000, dtype=np.uint8)
    during = peak_memory()
    assert during >= held.nbytes
    del held
    assert peak_memory() >= during
