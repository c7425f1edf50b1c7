"""The benchmark measures every stage; no test asserts how long one takes."""

import re


def test_it_measures_every_way_and_stage(command):
    done = command("benchmark", "--threads", 1, "--embeddings", 1, "--prompts", 2)
    assert done.status == 0
    rows = [line.split("|")[1:-1] for line in done.out.splitlines() if line.startswith("| ")][2:]
    stages = {(row[0].strip(), row[1].strip()) for row in rows}
    assert {stage for _, stage in stages} == {"embedding", "prompt", "typed command to mask", "embedding, from disk"}
    assert len({way for way, _ in stages}) == 3
    assert all(float(row[2]) > 0 and float(row[3]) >= float(row[2]) for row in rows)
    assert re.search(r"Masks for the box: IoU [01]\.\d+", done.out)


def test_only_published_networks_have_random_weights(command):
    done = command("benchmark", "--random-weights")
    assert done.status == 2
    assert "vit_b" in done.err
