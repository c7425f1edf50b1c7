"""``embed`` fills the store, and says what it did."""

import nibabel as nib
import numpy as np
import pytest


@pytest.fixture
def scan(tmp_path):
    hu = np.random.default_rng(0).normal(100.0, 300.0, (12, 14, 4)).astype(np.float32)
    nib.save(nib.Nifti1Image(hu, np.eye(4)), tmp_path / "scan.nii.gz")
    return tmp_path / "scan.nii.gz"


def test_a_scan_is_embedded_once(command, scan, tmp_path):
    words = ("embed", scan, "--axis", "axial", "--store", tmp_path / "store")
    assert command(*words).out.startswith("4 slices embedded, 0 were there, 0 show nothing")
    folder = command("embed", scan.parent, *words[2:])
    assert folder.out.startswith("0 slices embedded, 4 were there")


def test_wrong_words_are_told(command, scan, tmp_path):
    assert command("embed", scan, "--axis", "oblique").status == 2
    missing = command("embed", tmp_path / "none.nii.gz")
    assert missing.status == 1
    assert "none.nii.gz" in missing.err
