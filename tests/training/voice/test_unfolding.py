import numpy as np
import pytest
import torch

from napari_spinalsam.training.voice.acoustic_model import CONTEXT, TimeDelayNetwork
from napari_spinalsam.training.voice.features import CEPSTRA
from napari_spinalsam.training.voice.nnet3_file import read_layers, write_model
from napari_spinalsam.training.voice.phones import PHONES
from napari_spinalsam.training.voice.unfolding import unfolded, widened

MEAN, SCALE = torch.linspace(-3, 3, CEPSTRA), torch.linspace(0.5, 2, CEPSTRA)


def _network(width: int = 12) -> TimeDelayNetwork:
    torch.manual_seed(0)
    network = TimeDelayNetwork(len(PHONES), width, MEAN, SCALE)
    for norm in network.norms:
        norm.running_mean.uniform_(0.1, 0.5)
        norm.running_var.uniform_(0.5, 2.0)
    return network.eval()


def _cepstra(batch: int = 8) -> torch.Tensor:
    torch.manual_seed(1)
    return torch.randn(batch, 3 * 10 - 2 + 2 * CONTEXT, CEPSTRA) / SCALE + MEAN


@pytest.mark.parametrize("training", [False, True])
def test_a_folded_network_is_unfolded_to_the_same_one(training):
    network, cepstra = _network(), _cepstra()
    again = unfolded(network.folded(), (MEAN, SCALE), cepstra).train(training)
    with torch.no_grad():
        torch.testing.assert_close(again(cepstra), network(cepstra), atol=2e-3, rtol=2e-3)


def test_a_wider_network_says_nearly_the_same():
    network, cepstra = _network(), _cepstra()
    wide = unfolded(widened(network.folded(), 30, np.random.default_rng(0)), (MEAN, SCALE), cepstra).eval()
    assert all(linear.out_features == 30 for linear in wide.hidden)
    with torch.no_grad():
        wanted, got = network(cepstra), wide(cepstra)
    assert float((wanted - got).abs().mean()) < 0.05 * float(wanted.std())


def test_layers_are_read_back_from_kaldis_file(tmp_path):
    layers = _network().folded()
    write_model(tmp_path / "final.mdl", layers, np.full(len(PHONES), 1 / len(PHONES), np.float32))
    read = read_layers(tmp_path / "final.mdl")
    assert [layer.offsets for layer in read] == [layer.offsets for layer in layers]
    for got, wanted in zip(read, layers, strict=True):
        np.testing.assert_allclose(got.weight, wanted.weight, atol=np.ptp(wanted.weight) / 60_000)
        np.testing.assert_array_equal(got.bias, wanted.bias)
