import struct

import numpy as np

from napari_spinalsam.training.voice.acoustic_model import AffineLayer
from napari_spinalsam.training.voice.nnet3_file import write_model


def test_matrices_keep_sixteen_bits(tmp_path):
    weight = np.random.default_rng(0).normal(size=(3, 80)).astype(np.float32)
    layers = [AffineLayer((-1, 0), weight, np.zeros(3, np.float32)), AffineLayer((0,), weight[:, :3], weight[:, 0])]
    write_model(tmp_path / "final.mdl", layers, np.full(3, 1 / 3, np.float32))
    content = (tmp_path / "final.mdl").read_bytes()
    assert content.startswith(b"\0B<TransitionModel> ")
    place = content.index(b"CM2 ") + 4
    smallest, extent, rows, columns = struct.unpack_from("<ffii", content, place)
    assert (rows, columns) == (3, 80)
    shares = np.frombuffer(content, "<u2", rows * columns, place + 16).reshape(rows, columns)
    np.testing.assert_allclose(smallest + extent * shares / 65535, weight, atol=extent / 65535)


def test_network_is_described_in_kaldis_words(tmp_path):
    layers = [
        AffineLayer((-1, 0), np.ones((3, 80), np.float32), np.zeros(3, np.float32)),
        AffineLayer((0,), np.ones((2, 3), np.float32), np.zeros(2, np.float32)),
    ]
    write_model(tmp_path / "final.mdl", layers, np.full(2, 0.5, np.float32))
    description = (tmp_path / "final.mdl").read_bytes().partition(b"<Nnet3> \n")[2].partition(b"\n\n")[0].decode()
    assert description.splitlines() == [
        "input-node name=input dim=40",
        "component-node name=affine0 component=affine0 input=Append(Offset(input, -1), input)",
        "component-node name=relu0 component=relu0 input=affine0",
        "component-node name=affine1 component=affine1 input=relu0",
        "component-node name=log1 component=log1 input=affine1",
        "output-node name=output input=log1 objective=linear",
    ]
