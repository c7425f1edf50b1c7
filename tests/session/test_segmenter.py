from __future__ import annotations

import threading

import numpy as np
import pytest
from blocks import blocks_volume
from region_growing import RegionGrowing

from napari_spinalsam.errors import ImageError, PromptError, WeightsError
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.slice_key import SliceKey

KEYS = [SliceKey("axial", index) for index in range(3, 9)]


def test_the_predictor_is_loaded_on_first_use(volume):
    loaded = []

    def load():
        loaded.append(RegionGrowing())
        return loaded[-1]

    segmenter = Segmenter(load)
    assert not segmenter.is_loaded
    assert not segmenter.has(volume, KEYS[0])
    assert loaded == []
    segmenter.embed(volume, KEYS[0])
    segmenter.embed(volume, KEYS[1])
    assert segmenter.is_loaded
    assert len(loaded) == 1


def test_weights_that_cannot_be_loaded_are_tried_again_later(volume):
    answers = [WeightsError("gone", "Get them"), RegionGrowing()]

    def load():
        answer = answers.pop(0)
        if isinstance(answer, WeightsError):
            raise answer
        return answer

    segmenter = Segmenter(load)
    with pytest.raises(WeightsError):
        segmenter.embed(volume, KEYS[0])
    segmenter.embed(volume, KEYS[0])
    assert segmenter.has(volume, KEYS[0])


def test_the_embedding_longest_unused_goes_first(volume, predictor):
    segmenter = Segmenter(lambda: predictor, capacity=3)
    for key in KEYS[:3]:
        segmenter.embed(volume, key)
    segmenter.embed(volume, KEYS[0])
    segmenter.embed(volume, KEYS[3])
    assert [segmenter.has(volume, key) for key in KEYS[:4]] == [True, False, True, True]
    assert predictor.embedded == 4


def test_views_and_volumes_are_told_apart(predictor):
    segmenter = Segmenter(lambda: predictor)
    first, second = blocks_volume(), blocks_volume()
    segmenter.embed(first, SliceKey("axial", 6))
    assert not segmenter.has(first, SliceKey("coronal", 6))
    assert not segmenter.has(second, SliceKey("axial", 6))


def test_a_volume_that_is_gone_never_lends_its_embeddings_to_the_next(predictor):
    segmenter = Segmenter(lambda: predictor)
    for _ in range(20):
        volume = blocks_volume()
        assert not segmenter.has(volume, KEYS[0])
        segmenter.embed(volume, KEYS[0])
        del volume
    assert predictor.embedded == 20


def test_a_slice_that_cannot_be_embedded_is_not_kept(predictor, volume):
    segmenter = Segmenter(lambda: predictor)
    with pytest.raises(ImageError):
        segmenter.embed(volume, SliceKey("axial", 0))
    assert not segmenter.has(volume, SliceKey("axial", 0))
    with pytest.raises(PromptError):
        segmenter.segment(volume, KEYS[0], Prompts(points=(Point(1000, 1000),)))


def test_many_threads_embed_every_slice_once(volume):
    predictor = RegionGrowing()
    segmenter = Segmenter(lambda: predictor)
    results: list[np.ndarray] = []
    start = threading.Barrier(8)

    def work(number: int) -> None:
        start.wait()
        keys = KEYS if number % 2 else KEYS[::-1]
        results.extend(segmenter.segment(volume, key, Prompts(boxes=(Box(5, 5, 24, 23),))).masks[0] for key in keys)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert predictor.embedded == len(KEYS)
    assert len(results) == 8 * len(KEYS)
    assert all(mask.sum() in (12 * 14, 0) for mask in results)


def test_reading_does_not_wait_for_the_network(volume):
    inside, go_on = threading.Event(), threading.Event()

    class Slow(RegionGrowing):
        def embed(self, image):
            inside.set()
            assert go_on.wait(60)
            return super().embed(image)

    segmenter = Segmenter(Slow)
    worker = threading.Thread(target=segmenter.embed, args=(volume, KEYS[0]))
    worker.start()
    assert inside.wait(60)
    assert not segmenter.has(volume, KEYS[0])
    assert worker.is_alive()
    go_on.set()
    worker.join()
    assert segmenter.has(volume, KEYS[0])
