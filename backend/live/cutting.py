"""Cuts a live stream into utterances by the same rules as the worker cuts a recording.

Only probabilities and levels come in, no sound: a stream of hours costs a few hundred bytes. Everything is counted in
windows of 512 samples from the beginning of the stream, so that the same sound gives the same cuts, also when the
server was restarted in the middle. A test holds it against `inference_worker.segmentation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.live.frames import SAMPLE_RATE_HZ

WINDOW = 512
WINDOW_S = WINDOW / SAMPLE_RATE_HZ
WARM_UP = 313
"""Windows (10 s) that only the detector hears before a stream goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOptions:
    """Where an utterance begins and ends; see `SegmentationOptions` of the worker."""

    onset_probability: float = 0.5
    offset_probability: float = 0.35
    pause_s: float = 0.6
    long_utterance_s: float = 7.0
    short_pause_s: float = 0.32
    padding_before_s: float = 0.256
    padding_after_s: float = 0.192
    shortest_speech_s: float = 0.128
    short_speech_s: float = 0.256
    pause_after_short_s: float = 0.96
    longest_utterance_s: float = 15.0
    shortest_cut_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Window:
    """What is known of 32 ms of sound."""

    probability: float
    """Of speech, in [0, 1]."""
    power: float
    """Mean square of the samples, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Cut:
    """An utterance from one sample to before another. `is_speech` False: it was a click, and is no utterance."""

    first: int
    end: int
    is_speech: bool
    probabilities: tuple[float, ...]
    """How likely each of its windows holds speech, 0 in the padding before it."""


@dataclass(slots=True)
class _Open:
    first: int
    probabilities: list[float]
    last_speech: int


def _windows(seconds: float) -> int:
    return max(1, round(seconds / WINDOW_S))


class Cutter:
    """Takes window after window, says where utterances end."""

    def __init__(self, first_window: int, emit_from: int, options: CutOptions) -> None:
        """The sound begins at `first_window`; utterances begin at `emit_from` at the earliest."""
        self._options = options
        self._next = first_window
        self._emit_from = self._floor = max(first_window, emit_from)
        self._open: _Open | None = None
        self._powers: list[float] = []

    @property
    def next_window(self) -> int:
        return self._next

    @property
    def open_first(self) -> int | None:
        """The first sample of the utterance that is being spoken."""
        return None if self._open is None else self._open.first * WINDOW

    @property
    def spoken_s(self) -> float:
        """Seconds of speech in the open utterance."""
        return 0.0 if self._open is None else self._speech_windows(self._open) * WINDOW_S

    @property
    def open_probabilities(self) -> tuple[float, ...]:
        """How likely each window of the open utterance holds speech."""
        return () if self._open is None else tuple(self._open.probabilities)

    @property
    def is_speech_now(self) -> bool:
        return self._open is not None and self._next - 1 - self._open.last_speech < _windows(0.25)

    @property
    def resume_window(self) -> int:
        """From here on the stream has to be heard again if this one ends now."""
        if self._open is not None:
            return self._open.first
        return max(self._floor, self._next - _windows(self._options.padding_before_s))

    def push(self, window: Window) -> Cut | None:
        """One more window; the utterance that ends with it, if one does."""
        index, options = self._next, self._options
        self._next += 1
        if index < self._emit_from:
            return None
        self._powers.append(window.power)
        if self._open is not None:
            return self._go_on(self._open, index, window.probability)
        padding = _windows(options.padding_before_s)
        if window.probability < options.onset_probability:
            del self._powers[:-padding]
            return None
        first = max(self._floor, index - padding)
        self._powers = self._powers[-(index - first + 1) :]
        self._open = _Open(first, [0.0] * (index - first) + [window.probability], index)
        return None

    def finish(self, missing: int) -> Cut | None:
        """The stream is over; `missing` samples of the last window do not exist."""
        return None if self._open is None else self._close(self._open, missing)

    def _go_on(self, utterance: _Open, index: int, probability: float) -> Cut | None:
        options = self._options
        is_speech = probability >= options.onset_probability
        utterance.probabilities.append(probability)
        if is_speech or (probability >= options.offset_probability and utterance.last_speech == index - 1):
            utterance.last_speech = index
        length = index - utterance.first + 1
        if index - utterance.last_speech >= self._pause(utterance, length):
            return self._close(utterance, 0)
        if length >= _windows(options.longest_utterance_s):
            return self._cut(utterance)
        return None

    def _pause(self, utterance: _Open, length: int) -> int:
        """How many windows of silence end `utterance`, which is `length` windows long by now."""
        options = self._options
        if length >= _windows(options.long_utterance_s):
            return _windows(min(options.short_pause_s, options.pause_s))
        shortest, short = _windows(options.shortest_speech_s), _windows(options.short_speech_s)
        if shortest <= self._speech_windows(utterance) < short:
            return _windows(max(options.pause_after_short_s, options.pause_s))
        return _windows(options.pause_s)

    def _speech_windows(self, utterance: _Open) -> int:
        onset = self._options.onset_probability
        return sum(probability >= onset for probability in utterance.probabilities)

    def _close(self, utterance: _Open, missing: int) -> Cut:
        options = self._options
        end = min(utterance.last_speech + 1 + _windows(options.padding_after_s), self._next)
        is_speech = self._speech_windows(utterance) >= _windows(options.shortest_speech_s)
        self._open = None
        if is_speech:
            self._powers = self._powers[end - utterance.first :]
            self._floor = end
        end_sample = end * WINDOW - (missing if end == self._next else 0)
        return Cut(
            utterance.first * WINDOW,
            end_sample,
            is_speech,
            tuple(utterance.probabilities[: end - utterance.first]),
        )

    def _cut(self, utterance: _Open) -> Cut:
        """Speech without a pause is cut at its quietest point."""
        length = len(self._powers)
        shortest = min(_windows(self._options.shortest_cut_s), length)
        cut = length if shortest == length else shortest + _quietest(self._powers[shortest:])
        self._powers, rest = self._powers[cut:], utterance.probabilities[cut:]
        self._floor = utterance.first + cut
        self._open = None
        onset = self._options.onset_probability
        begins = next((place for place, probability in enumerate(rest) if probability >= onset), None)
        if begins is not None:
            quiet = max(0, begins - _windows(self._options.padding_before_s))
            self._powers = self._powers[quiet:]
            self._open = _Open(self._floor + quiet, rest[quiet:], max(utterance.last_speech, self._floor))
        end = utterance.first + cut
        return Cut(utterance.first * WINDOW, end * WINDOW, True, tuple(utterance.probabilities[:cut]))


def _quietest(powers: Sequence[float]) -> int:
    """Index of the window in the middle of the quietest 160 ms."""
    padded = [powers[0]] * 2 + list(powers) + [powers[-1]] * 2
    sums = [sum(padded[i : i + 5]) for i in range(len(powers))]
    return sums.index(min(sums))
