"""Embedding archives: nothing lost, nothing done twice, also when a worker is killed in the middle."""

import os
import signal

import nibabel as nib
import numpy as np
import pytest
from networks import CONFIG, random_sam

from napari_spinalsam.errors import ConfigError, ImageError
from napari_spinalsam.network.small import save_small_sam
from napari_spinalsam.segmentation.archive import Embedder, embed, embed_here, embed_on_cluster, split
from napari_spinalsam.segmentation.embedding_store import EmbeddingStore


@pytest.fixture
def embedder(tmp_path):
    save_small_sam(tmp_path / "network", CONFIG, random_sam().state_dict(), {})
    return Embedder(str(tmp_path / "network"), "cpu", tmp_path / "store", 10**9)


@pytest.fixture
def scans(tmp_path):
    """Two small scans, one with a slice of air."""
    paths = []
    for i, shape in enumerate([(20, 24, 40), (16, 20, 18)]):
        hu = np.random.default_rng(i).normal(100.0, 300.0, shape).astype(np.float32)
        if i == 0:
            hu[:, :, 5] = -1000.0
        paths.append(tmp_path / f"scan{i}.nii.gz")
        nib.save(nib.Nifti1Image(hu, np.diag([1.0, 1.0, 2.0, 1.0])), paths[-1])
    return paths


def test_every_slice_is_embedded_once(scans, embedder):
    tasks = list(split(scans, ["axial", "sagittal"], embedder))
    assert {task.end - task.first for task in tasks} <= set(range(1, 17))
    first = list(embed_here(tasks))
    assert sum(each.computed for each in first) == 40 + 20 + 18 + 16 - 1
    assert sum(each.empty for each in first) == 1
    assert EmbeddingStore(embedder.store).report().entries == 93
    again = list(embed_here(tasks))
    assert sum(each.computed for each in again) == 0
    assert sum(each.found for each in again) == 93


def test_a_scan_that_cannot_be_read_is_named(tmp_path, embedder):
    (tmp_path / "broken.nii.gz").write_bytes(b"no NIfTI")
    with pytest.raises(ImageError, match="broken"):
        list(split([tmp_path / "broken.nii.gz"], ["axial"], embedder))


def test_no_scheduler_is_told(scans, embedder):
    pytest.importorskip("distributed")
    with pytest.raises(ConfigError, match="no dask scheduler"):
        list(embed_on_cluster(split(scans, ["axial"], embedder), "tcp://127.0.0.1:9"))


def test_a_killed_worker_costs_nothing(scans, embedder):
    distributed = pytest.importorskip("distributed")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    with cluster:
        workers = [worker.pid for worker in cluster.workers.values()]
        tasks = list(split(scans, ["axial", "sagittal", "coronal"], embedder))
        done = []
        for each in embed_on_cluster(tasks, cluster.scheduler_address):
            done.append(each)
            if len(done) == 1:
                os.kill(workers[0], signal.SIGKILL)
    assert {each.task for each in done} == set(tasks)
    assert len(done) == len(tasks)
    entries = EmbeddingStore(embedder.store).report().entries
    slices = sum(task.end - task.first for task in tasks)
    assert entries == slices - sum(each.empty for each in done)
    # What the killed worker had finished is not computed again.
    assert sum(each.computed for each in done) <= entries
    assert sum(embed(task).computed for task in tasks) == 0
