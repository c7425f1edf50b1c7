r"""Kaldi's ``final.mdl`` in binary: the transition model and the nnet3 network.

Tokens are followed by a space; an int is ``\4`` and 4 bytes, a float ``\4`` and 4 bytes, a double ``\10`` and 8
bytes; a vector is ``FV ``, its length and its data. Matrices are written compressed to 16 bits a number ("CM2":
smallest number, range, rows, columns, then each number as a share of the range), which Kaldi reads wherever it reads a
matrix.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.training.voice.acoustic_model import CONTEXT, OFFSETS, AffineLayer
from napari_spinalsam.training.voice.features import CEPSTRA
from napari_spinalsam.training.voice.phones import output_of, phone_ids

_LOG_HALF: Final = math.log(0.5)
_NOT_EMITTING: Final = -1
_STEPS: Final = 65535
_LINEAR: Final = b"<LinearParams> CM2 "
_BIAS: Final = b"<BiasParams> FV "
_MATRIX_HEADER: Final = 16
_INT: Final = 5


def write_model(path: Path, layers: Sequence[AffineLayer], priors: NDArray[np.float32]) -> None:
    """Write a network that ends in a log softmax.

    Parameters
    ----------
    path : Path
    layers : sequence of AffineLayer
        A ReLU follows each but the last.
    priors : ndarray
        (outputs,) how often each output is right; Kaldi divides by it.
    """
    path.write_bytes(b"\0B" + _transition_model() + _network(layers) + _context_and_priors(priors))


def read_layers(path: Path) -> list[AffineLayer]:
    """Read the layers of a file that `write_model` wrote; to 16 bits a number."""
    data, layers, place = path.read_bytes(), [], 0
    for offsets in (*OFFSETS, (0,)):
        place = data.index(_LINEAR, place) + len(_LINEAR)
        smallest, extent, rows, columns = struct.unpack_from("<ffii", data, place)
        place += _MATRIX_HEADER
        shares = np.frombuffer(data, "<u2", rows * columns, place).reshape(rows, columns)
        place = data.index(_BIAS, place + 2 * shares.size) + len(_BIAS) + _INT
        bias = np.frombuffer(data, "<f4", rows, place)
        weight = (smallest + shares.astype(np.float32) * (extent / _STEPS)).astype(np.float32)
        layers.append(AffineLayer(offsets, weight, bias.copy()))
    return layers


def _transition_model() -> bytes:
    """One emitting state a phone, left with probability 1/2 every frame."""
    ids = phone_ids()
    phones = list(ids.values())
    data = _token("<TransitionModel>") + _token("<Topology>")
    data += _int_vector(phones) + _int_vector([_NOT_EMITTING, *([0] * len(phones))])
    data += _int(1)  # topologies
    data += _int(2)  # states
    data += _int(0) + _int(2) + _int(0) + _float(0.5) + _int(1) + _float(0.5)  # class 0; stay, or on to state 1
    data += _int(_NOT_EMITTING) + _int(0)
    data += _token("</Topology>") + _token("<Triples>") + _int(len(phones))
    for name, number in ids.items():
        data += _int(number) + _int(0) + _int(output_of(name))
    data += _token("</Triples>") + _token("<LogProbs>")
    data += _float_vector(np.array([0.0] + [_LOG_HALF] * (2 * len(phones)), dtype=np.float32))
    return data + _token("</LogProbs>") + _token("</TransitionModel>")


def _network(layers: Sequence[AffineLayer]) -> bytes:
    lines, components, previous = [f"input-node name=input dim={CEPSTRA}"], b"", "input"
    for i, layer in enumerate(layers):
        spliced = ", ".join(previous if offset == 0 else f"Offset({previous}, {offset})" for offset in layer.offsets)
        spliced = f"Append({spliced})" if len(layer.offsets) > 1 else spliced
        last = i == len(layers) - 1
        kind, after = ("LogSoftmaxComponent", f"log{i}") if last else ("RectifiedLinearComponent", f"relu{i}")
        lines += [
            f"component-node name=affine{i} component=affine{i} input={spliced}",
            f"component-node name={after} component={after} input=affine{i}",
        ]
        components += _token("<ComponentName>") + _token(f"affine{i}") + _affine(layer)
        components += _token("<ComponentName>") + _token(after) + _nonlinearity(kind, len(layer.bias))
        previous = after
    lines.append(f"output-node name=output input={previous} objective=linear")
    return (
        _token("<Nnet3>")
        + ("\n" + "\n".join(lines) + "\n\n").encode("ascii")
        + _token("<NumComponents>")
        + _int(2 * len(layers))
        + components
        + _token("</Nnet3>")
    )


def _context_and_priors(priors: NDArray[np.float32]) -> bytes:
    data = _token("<LeftContext>") + _int(CONTEXT) + _token("<RightContext>") + _int(CONTEXT)
    return data + _token("<Priors>") + _float_vector(priors)


def _affine(layer: AffineLayer) -> bytes:
    data = _token("<FixedAffineComponent>") + _token("<LinearParams>") + _matrix(layer.weight)
    data += _token("<BiasParams>") + _float_vector(layer.bias)
    return data + _token("</FixedAffineComponent>")


def _nonlinearity(kind: str, size: int) -> bytes:
    """Write a component without parameters; its statistics of training are empty."""
    empty = _float_vector(np.zeros(0, dtype=np.float32))
    data = _token(f"<{kind}>") + _token("<Dim>") + _int(size)
    data += _token("<ValueAvg>") + empty + _token("<DerivAvg>") + empty + _token("<Count>") + _double(0.0)
    data += _token("<OderivRms>") + empty + _token("<OderivCount>") + _double(0.0)
    data += _token("<NumDimsSelfRepaired>") + _double(0.0) + _token("<NumDimsProcessed>") + _double(0.0)
    return data + _token(f"</{kind}>")


def _token(text: str) -> bytes:
    return text.encode("ascii") + b" "


def _int(value: int) -> bytes:
    return b"\4" + struct.pack("<i", value)


def _float(value: float) -> bytes:
    return b"\4" + struct.pack("<f", value)


def _double(value: float) -> bytes:
    return b"\x08" + struct.pack("<d", value)


def _int_vector(values: Sequence[int]) -> bytes:
    return b"\4" + struct.pack(f"<i{len(values)}i", len(values), *values)


def _float_vector(values: NDArray[np.float32]) -> bytes:
    return _token("FV") + _int(len(values)) + values.astype("<f4").tobytes()


def _matrix(values: NDArray[np.float32]) -> bytes:
    smallest, extent = float(values.min()), float(np.ptp(values))
    shares = np.round((values - smallest) / (extent or 1.0) * _STEPS).astype("<u2")
    header = struct.pack("<ffii", smallest, extent, *values.shape)
    return _token("CM2") + header + shares.tobytes()
