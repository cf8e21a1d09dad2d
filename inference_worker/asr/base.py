"""What every speech recognition engine offers to the rest of the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from inference_worker.asr.encoded import Encoded
from inference_worker.contract import Word

SAMPLE_RATE_HZ = 16_000
"""All clips are mono at this rate."""

Clip = npt.NDArray[np.float32]
"""`(time,)` float32, nominally in [-1, 1], one utterance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was said in one clip."""

    text: str
    """Empty when nothing was understood, or when the engine does not know the language."""
    words: tuple[Word, ...]
    """Times count from the start of the clip."""
    confidence: float | None
    """A probability in [0, 1]; None where the engine has none or the text is empty."""
    language: str | None
    """BCP 47 primary tag; None when it was neither asked for nor found."""
    encoded: Encoded | None = field(default=None, compare=False)
    """What the encoder made of the clip; None unless the engine was asked to keep it, and has one."""


class Transcriber(Protocol):
    """Turns clips into text."""

    name: str
    """Engine and checkpoint, such as `pocketsphinx/en-us`, or `nemo/nvidia/parakeet-tdt-0.6b-v2@1f2e3d4c` with the
    beginning of the file's SHA-256."""
    device: str
    """Where it computes: `cpu`, or a GPU such as `cuda:0 (NVIDIA H200)`."""
    languages: frozenset[str]
    """What it can transcribe."""
    batch_size: int
    """How many clips at once suit it."""

    boosts_phrases: bool
    """Whether `phrases` change anything."""

    def serving(self, language: str | None) -> str:
        """The `name` of what transcribes `language`: the same, but where several engines are one."""
        ...

    def transcribe(
        self, clips: Sequence[Clip], language: str | None, phrases: tuple[str, ...] = ()
    ) -> list[Transcript]:
        """One transcript a clip, in the same order.

        `phrases` are names and terms of the person, which are then recognised more often.

        `language` None lets the engine decide. A language that is not among `languages` gives empty text marked
        with the asked-for language, never words of another language: the utterance keeps its times and emotion,
        and the screen shows that something was said. Takes clips of any length; silence gives no words.
        """
        ...
