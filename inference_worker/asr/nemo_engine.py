"""The NeMo engine around the model itself: guards, batches, words, languages. Knows no NeMo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip, Transcript
from inference_worker.asr.encoded import joined
from inference_worker.asr.nemo_clips import pieces, prepared
from inference_worker.asr.nemo_words import Decoded, sureness, without_language_tag, words_of
from inference_worker.batching import BatchBudget, BatchSteps, SharedPass, in_batches
from inference_worker.contract import Word
from inference_worker.errors import OutOfMemoryError

Phrases = tuple[str, ...]
"""Names and terms that are likelier than the model thinks."""


class AcousticModel(Protocol):
    """What recognises one batch."""

    frame_s: float
    """Seconds from one frame of the encoder to the next."""

    prepares_ahead: bool
    """Whether it pays to prepare a batch while another one is decoded."""

    def prepare(self, clips: Sequence[Clip], language: str | None) -> Any | None:
        """`clips`, all in `language` (None: find out, or the only one), as `decode` takes them.

        May be called by another thread while `decode` runs. Returns None when the memory of the device was too small.
        """
        ...

    def decode(self, prepared: Any, phrases: Sequence[Phrases]) -> list[Decoded] | None:
        """What is said in the clips that `prepare` was given. For one thread at a time.

        `phrases` are those of each clip, in the same order. Returns None when the memory of the device was too small
        for so many.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a checkpoint can do."""

    name: str
    """Engine and checkpoint, such as `nemo/nvidia/parakeet-tdt-0.6b-v2`."""
    device: str = "cpu"
    """See `Transcriber`."""
    languages: frozenset[str]
    takes_language: bool
    """Whether the model is told the language of each request."""
    keeps_encoded: str | None = None
    """Fingerprint of the checkpoint where transcripts shall say what its encoder made of the clip."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A clip, or a piece of a long one."""

    clip: Clip
    language: str | None
    phrases: Phrases


class NemoTranscriber:
    """One checkpoint as a `Transcriber`. Threads share its passes."""

    boosts_phrases = True

    def __init__(self, model: AcousticModel, abilities: Abilities, budget: BatchBudget) -> None:
        self.name, self.languages = abilities.name, abilities.languages
        self.device = abilities.device
        self.batch_size = budget.largest
        self.keeps_encoded = abilities.keeps_encoded
        """Fingerprint of the checkpoint where transcripts say what its encoder made of the clips."""
        self._model, self._abilities, self._budget = model, abilities, budget
        self._shared: SharedPass[_Job, Decoded] = SharedPass(self._work)

    def serving(self, language: str | None) -> str:
        """See `Transcriber`."""
        return self.name

    def transcribe(
        self, clips: Sequence[Clip], language: str | None, phrases: Phrases = ()
    ) -> list[Transcript]:
        """See `Transcriber`. Raises `OutOfMemoryError` if one clip alone is too much for the device."""
        if language is not None and language not in self.languages:
            return [Transcript(text="", words=(), confidence=None, language=language) for _ in clips]
        jobs: list[_Job] = []
        parts: list[list[float]] = []
        for clip in clips:
            sound = prepared(clip)
            cut = [] if sound is None else list(pieces(sound))
            parts.append([start_s for start_s, _ in cut])
            jobs += [_Job(piece, language, phrases) for _, piece in cut]
        decoded = iter(zip(jobs, self._shared(jobs) if jobs else [], strict=True))
        return [self._joined([(start_s, *next(decoded)) for start_s in starts], language) for starts in parts]

    def _work(self, jobs: Sequence[_Job]) -> list[Decoded]:
        """One pass for the jobs of all callers; those of one language together if the model is told it."""
        if not self._abilities.takes_language:
            return self._in_batches(jobs, None)
        order = sorted(range(len(jobs)), key=lambda index: jobs[index].language or "")
        results: dict[int, Decoded] = {}
        for language, same in groupby(order, key=lambda index: jobs[index].language):
            indices = list(same)
            results.update(
                zip(indices, self._in_batches([jobs[index] for index in indices], language), strict=True)
            )
        return [results[index] for index in range(len(jobs))]

    def _in_batches(self, jobs: Sequence[_Job], language: str | None) -> list[Decoded]:
        model = self._model

        def prepare(batch: list[_Job]) -> tuple[Any, list[Phrases]] | None:
            ready = model.prepare([job.clip for job in batch], language)
            return None if ready is None else (ready, [job.phrases for job in batch])

        steps = BatchSteps(
            prepare=prepare, run=lambda ready: model.decode(*ready), ahead=model.prepares_ahead
        )
        try:
            return in_batches(jobs, lambda job: len(job.clip), self._budget, steps)
        except MemoryError as error:
            raise OutOfMemoryError("The inference machine ran out of memory; try again later.") from error

    def _joined(self, parts: Sequence[tuple[float, _Job, Decoded]], asked: str | None) -> Transcript:
        texts: list[str] = []
        words: list[Word] = []
        found: str | None = None
        for start_s, job, decoded in parts:
            plain, tag = without_language_tag(decoded)
            found = found or tag
            texts.append(plain.text)
            words += words_of(plain, self._model.frame_s, len(job.clip) / SAMPLE_RATE_HZ, start_s)
        heard = [decoded.heard for _, _, decoded in parts if decoded.heard is not None]
        checkpoint = self._abilities.keeps_encoded
        return Transcript(
            text=" ".join(text for text in texts if text),
            words=tuple(words),
            confidence=sureness(words),
            language=asked or found or self._only_language,
            encoded=joined(checkpoint, heard) if checkpoint is not None and heard else None,
        )

    @property
    def _only_language(self) -> str | None:
        return next(iter(self.languages)) if len(self.languages) == 1 else None
