"""What a checkpoint's encoder made of a clip, in few numbers: for heads that listen to the pass of recognition."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FrameSums:
    """The frames of one piece of a clip, added up."""

    count: int
    total: Floats
    """`(width,)`."""
    squares: Floats
    """`(width,)`."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A clip as the encoder of a checkpoint hears it."""

    checkpoint: str
    """`fingerprint` of the checkpoint's file: numbers of another encoder mean something else."""
    vector: Floats
    """`(2 * width,)`: mean and deviation of the frames."""


def joined(checkpoint: str, parts: Sequence[FrameSums]) -> Encoded:
    """A clip that was recognised in `parts`, of which there is at least one."""
    count = max(sum(part.count for part in parts), 1)
    mean = np.sum([part.total for part in parts], axis=0) / count
    variance = np.sum([part.squares for part in parts], axis=0) / count - mean**2
    return Encoded(checkpoint, np.concatenate([mean, np.sqrt(np.maximum(variance, 0.0))]))


def fingerprint(path: Path) -> str:
    """Sixteen hex digits of the file's SHA-256. Reads all of it: seconds for a large checkpoint."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]
