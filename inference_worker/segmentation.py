"""Cuts a stream of sound into utterances at the pauses of the speaker.

All positions are counted in windows of 32 ms from the start of the recording, also when the stream begins later:
so the same recording gives the same utterances however it is divided into units.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inference_worker.audio_mono import SAMPLE_RATE_HZ, Samples
from inference_worker.voice_activity import WINDOW, WINDOW_S, SileroDetector, VoiceDetector


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentationOptions:
    """Where an utterance begins and ends. Probabilities are those of the voice detector."""

    onset_probability: float = 0.5
    offset_probability: float = 0.35
    pause_s: float = 0.6
    """A silence this long ends an utterance,"""
    long_utterance_s: float = 7.0
    short_pause_s: float = 0.32
    """and beyond `long_utterance_s` a silence this long does."""
    padding_before_s: float = 0.256
    """Kept before the first window of speech, so that the first syllable is whole."""
    padding_after_s: float = 0.192
    shortest_speech_s: float = 0.128
    """Less speech than this is a click or a cough and dropped."""
    short_speech_s: float = 0.256
    pause_after_short_s: float = 0.96
    """An utterance with less speech than `short_speech_s` waits so long for a neighbour, which it then belongs to:
    a syllable alone is hard to understand. Without a neighbour it stands alone, as answers do."""
    longest_utterance_s: float = 15.0
    """Longer speech without a pause is cut at its quietest point,"""
    shortest_cut_s: float = 5.0
    """which lies at least this far from its beginning."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One utterance: `samples` is (time,) float32 at 16 kHz, from `start_s` to `end_s` of the recording."""

    start_s: float
    end_s: float
    samples: Samples
    probabilities: tuple[float, ...] = ()
    """How likely each window of it holds speech, 0 in the padding before it; empty: nobody asked the detector."""


def grid_start(time_s: float) -> int:
    """The window in which `time_s` lies."""
    return int(time_s / WINDOW_S + 1e-6)


@functools.lru_cache(maxsize=64)
def _windows(seconds: float) -> int:
    return max(1, round(seconds / WINDOW_S))


@dataclass(slots=True)
class _Open:
    """The utterance that is being spoken: its first window, and what is known of each window since."""

    first: int
    probabilities: list[float]
    last_speech: int
    speech_count: int
    """How many of the windows are speech for sure."""


class Segmenter:
    """Takes sound block by block, gives utterances as soon as they end.

    The sound begins at window `first_window`; utterances begin at `emit_from` at the earliest, what lies before
    only warms the detector up. Memory is bounded by the longest utterance.
    """

    def __init__(
        self,
        first_window: int = 0,
        emit_from: int = 0,
        options: SegmentationOptions | None = None,
        detector: VoiceDetector | None = None,
    ) -> None:
        self._options = options or SegmentationOptions()
        self._detector = detector or SileroDetector()
        self._next = first_window
        self._floor = max(first_window, emit_from)
        self._emit_from = self._floor
        self._open: _Open | None = None
        self._kept: list[Samples] = []
        self._rest = np.zeros(0, np.float32)

    @property
    def position_s(self) -> float:
        """How far the sound has been looked at."""
        return self._next * WINDOW_S

    @property
    def resume_s(self) -> float:
        """Where the next unit must begin if this one ends now: nothing is lost and nothing doubled."""
        if self._open is not None:
            return self._open.first * WINDOW_S
        padding = _windows(self._options.padding_before_s)
        return max(self._floor, self._next - padding) * WINDOW_S

    def push(self, block: Samples) -> list[Segment]:
        """Utterances that ended within (time,) float32 `block`."""
        sound = np.concatenate([self._rest, block]) if len(self._rest) else block
        whole = len(sound) // WINDOW * WINDOW
        self._rest = sound[whole:]
        return self._windows(sound[:whole].reshape(-1, WINDOW))

    def finish(self) -> list[Segment]:
        """The recording is at its end: what was still being spoken."""
        segments: list[Segment] = []
        partial = len(self._rest)
        if partial:
            segments += self._windows(np.pad(self._rest, (0, WINDOW - partial))[None])
            self._rest = np.zeros(0, np.float32)
        if self._open is not None:
            missing = WINDOW - partial if partial else 0
            segments += self._close(missing)
        return segments

    def force(self) -> list[Segment]:
        """Make `resume_s` move on although speech goes on: cut the open utterance at its quietest point."""
        if self._open is None:
            self._floor = max(self._floor, self._next)
            return []
        return self._cut((self._next - self._open.first) // 2)

    def _windows(self, windows: Samples) -> list[Segment]:
        """Utterances that ended within `(count, WINDOW)`."""
        if not len(windows):
            return []
        segments: list[Segment] = []
        for window, probability in zip(windows, self._detector(windows), strict=True):
            segments += self._window(window, probability)
        return segments

    def _window(self, window: Samples, probability: float) -> list[Segment]:
        index, options = self._next, self._options
        self._next += 1
        if index < self._emit_from:
            return []
        self._kept.append(window)
        if self._open is None:
            padding = _windows(options.padding_before_s)
            if probability < options.onset_probability:
                del self._kept[:-padding]
                return []
            first = max(self._floor, index - padding)
            self._kept = self._kept[-(index - first + 1) :]
            self._open = _Open(first, [0.0] * (index - first) + [probability], index, 1)
            return []
        return self._go_on(self._open, index, probability)

    def _go_on(self, utterance: _Open, index: int, probability: float) -> list[Segment]:
        options = self._options
        is_speech = probability >= options.onset_probability
        utterance.probabilities.append(probability)
        utterance.speech_count += is_speech
        if is_speech or (probability >= options.offset_probability and utterance.last_speech == index - 1):
            utterance.last_speech = index
        length = index - utterance.first + 1
        if index - utterance.last_speech >= self._pause(utterance, length):
            return self._close(0)
        if length >= _windows(options.longest_utterance_s):
            return self._cut(_windows(options.shortest_cut_s))
        return []

    def _pause(self, utterance: _Open, length: int) -> int:
        """How many windows of silence end `utterance`, which is `length` windows long by now."""
        options = self._options
        if length >= _windows(options.long_utterance_s):
            return _windows(options.short_pause_s)
        shortest, short = _windows(options.shortest_speech_s), _windows(options.short_speech_s)
        if shortest <= utterance.speech_count < short:
            return _windows(options.pause_after_short_s)
        return _windows(options.pause_s)

    def _close(self, missing: int) -> list[Segment]:
        """End the open utterance after its last speech; `missing` samples of the last window do not exist."""
        utterance, options = self._open, self._options
        if utterance is None:
            return []
        end = min(utterance.last_speech + 1 + _windows(options.padding_after_s), self._next)
        sound = np.concatenate(self._kept[: end - utterance.first])
        if missing and end == self._next:
            sound = sound[:-missing]
        is_speech = utterance.speech_count >= _windows(options.shortest_speech_s)
        self._open = None
        if not is_speech:
            return []
        self._kept = self._kept[end - utterance.first :]
        self._floor = end
        return [_segment(utterance.first, sound, utterance.probabilities)]

    def _cut(self, shortest: int) -> list[Segment]:
        """Cut the open utterance at its quietest point, at least `shortest` windows from its beginning."""
        utterance = self._open
        if utterance is None:
            return []
        length = len(self._kept)
        shortest = min(max(1, shortest), length)
        cut = length if shortest == length else shortest + _quietest(self._kept[shortest:])
        sound = np.concatenate(self._kept[:cut])
        self._kept, rest = self._kept[cut:], utterance.probabilities[cut:]
        self._floor = utterance.first + cut
        self._open = None
        onset = self._options.onset_probability
        speech = [place for place, probability in enumerate(rest) if probability >= onset]
        if speech:
            # As for a unit that begins here: what is no speech for sure does not open an utterance.
            quiet = max(0, speech[0] - _windows(self._options.padding_before_s))
            self._kept = self._kept[quiet:]
            last = max(utterance.last_speech, self._floor)
            self._open = _Open(self._floor + quiet, rest[quiet:], last, len(speech))
        return [_segment(utterance.first, sound, utterance.probabilities)]


def _segment(first: int, sound: Samples, probabilities: list[float]) -> Segment:
    start_s = first * WINDOW_S
    count = -(-len(sound) // WINDOW)
    return Segment(start_s, start_s + len(sound) / SAMPLE_RATE_HZ, sound, tuple(probabilities[:count]))


def _quietest(windows: list[Samples]) -> int:
    """Index of the window in the middle of the quietest 160 ms."""
    powers = np.array([float(np.mean(np.square(window, dtype=np.float64))) for window in windows])
    smooth = np.convolve(np.pad(powers, 2, mode="edge"), np.full(5, 0.2), "valid")
    return int(np.argmin(smooth))


SegmenterFactory = Callable[[int, int], Segmenter]
"""Makes a segmenter for sound that begins at one window and utterances from another on."""
