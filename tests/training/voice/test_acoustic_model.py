import numpy as np
import torch

from napari_spinalsam.training.voice.acoustic_model import CONTEXT, AffineLayer, TimeDelayNetwork, pad_context
from napari_spinalsam.training.voice.features import CEPSTRA


def _network() -> TimeDelayNetwork:
    torch.manual_seed(0)
    network = TimeDelayNetwork(7, 12, torch.randn(CEPSTRA), torch.rand(CEPSTRA) + 0.5)
    for norm in network.norms:
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2.0)
        torch.nn.init.normal_(norm.weight)
        torch.nn.init.normal_(norm.bias)
    return network.eval()


def _answer(layers: list[AffineLayer], cepstra: np.ndarray, frame: int, depth: int) -> np.ndarray:
    """Output of layer ``depth`` at a frame, computed from the definition of the splicing."""
    if depth < 0:
        return cepstra[frame]
    layer = layers[depth]
    below = np.concatenate([_answer(layers, cepstra, frame + offset, depth - 1) for offset in layer.offsets])
    out = layer.weight @ below + layer.bias
    return out if depth == len(layers) - 1 else np.maximum(out, 0)


def test_an_answer_every_third_frame():
    frames = 3 * 5 - 2 + 2 * CONTEXT
    assert _network()(torch.zeros(2, frames, CEPSTRA)).shape == (2, 5, 7)


def test_folded_layers_are_the_network():
    network = _network()
    cepstra = torch.randn(1, 4 + 2 * CONTEXT, CEPSTRA)
    with torch.no_grad():
        wanted = network(cepstra)[0].numpy()
    layers = network.folded()
    for k in range(2):
        got = _answer(layers, cepstra[0].numpy(), CONTEXT + 3 * k, len(layers) - 1)
        np.testing.assert_allclose(got, wanted[k], rtol=1e-3, atol=1e-3)


def test_padding_repeats_the_ends():
    padded = pad_context(np.arange(3, dtype=np.float32)[:, None])
    assert padded[:, 0].tolist() == [0.0] * CONTEXT + [0.0, 1.0, 2.0] + [2.0] * CONTEXT
