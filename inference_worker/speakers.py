"""Who speaks in the utterances of a unit: `speaker_1`, `speaker_2`, … the same throughout a recording.

A diarizer numbers speakers by their arrival in the sound that it is given, and workers keep nothing between units. So
each result carries one clear stretch of every speaker's voice as times of the recording ("anchors"), and the next unit
puts those stretches before its own sound: whoever the diarizer then hears in an anchor is that speaker.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from inference_worker.audio import read_blocks
from inference_worker.audio_mono import SAMPLE_RATE_HZ, Samples
from inference_worker.contract import SpeakerAnchor
from inference_worker.segmentation import Segment

ANCHOR_S = 8.0
"""Longest stretch that is kept of a voice."""
HEARD_PROBABILITY = 0.5
"""Below it nobody is named."""
PAUSE_S = 0.3
"""Silence between the stretches that are put one after the other."""

Activity = npt.NDArray[np.float32]


class Diarizer(Protocol):
    """Tells voices apart."""

    name: str
    most_speakers: int
    frame_s: float

    def activity(self, sound: Samples) -> Activity:
        """`(frames, most_speakers)` float32: how likely each speaker speaks in each frame of `(time,)` float32.

        Speakers are in the order of their arrival. For one thread at a time.
        """
        ...


class UnitSpeakers:
    """Gathers the sound of a unit's utterances, then names the speakers of all of them at once."""

    def __init__(self, diarizer: Diarizer, anchors: Sequence[SpeakerAnchor], audio_path: Path) -> None:
        self._diarizer = diarizer
        self._anchors = list(anchors)[: diarizer.most_speakers]
        self._audio_path = audio_path
        self._segments: list[Segment] = []

    def add(self, segment: Segment) -> None:
        """The next utterance."""
        self._segments.append(segment)

    def named(self) -> tuple[list[str | None], tuple[SpeakerAnchor, ...]]:
        """The speaker of each utterance, None where nobody is heard clearly; and the anchors for the next unit."""
        if not self._segments:
            return [], tuple(self._anchors)
        known = [_stretch(self._audio_path, anchor) for anchor in self._anchors]
        levels = self._levels([*known, *(segment.samples for segment in self._segments)])
        speakers = _matched(levels[: len(known)], [anchor.speaker for anchor in self._anchors])
        names: list[str | None] = []
        for level in levels[len(known) :]:
            column = int(np.argmax(level))
            if level[column] < HEARD_PROBABILITY:
                names.append(None)
                continue
            if column not in speakers:
                speakers[column] = _next_name(speakers.values())
            names.append(speakers[column])
        return names, self._better_anchors(names, levels[len(known) :])

    def _levels(self, parts: Sequence[Samples]) -> list[Activity]:
        """`(most_speakers,)` for each part: the mean of its frames."""
        pause = np.zeros(round(PAUSE_S * SAMPLE_RATE_HZ), np.float32)
        activity = self._diarizer.activity(
            np.concatenate([piece for part in parts for piece in (part, pause)])
        )
        frame = self._diarizer.frame_s * SAMPLE_RATE_HZ
        levels, start = [], 0
        for part in parts:
            first = min(int(start / frame), len(activity) - 1)
            frames = activity[first : max(first + 1, int((start + len(part)) / frame))]
            levels.append(frames.mean(axis=0))
            start += len(part) + len(pause)
        return levels

    def _better_anchors(
        self, names: Sequence[str | None], levels: Sequence[Activity]
    ) -> tuple[SpeakerAnchor, ...]:
        """Of each speaker the clearest and longest stretch so far."""
        best = {anchor.speaker: anchor for anchor in self._anchors}
        for segment, name, level in zip(self._segments, names, levels, strict=True):
            if name is None:
                continue
            length_s = min(segment.end_s - segment.start_s, ANCHOR_S)
            others = np.sort(level)[-2] if len(level) > 1 else 0.0
            clarity = round(float(level.max() - others) * length_s, 3)
            if name not in best or clarity > best[name].clarity:
                start_s = round(segment.start_s, 3)
                best[name] = SpeakerAnchor(
                    speaker=name, start_s=start_s, end_s=round(start_s + length_s, 3), clarity=clarity
                )
        return tuple(best[name] for name in sorted(best))


def _matched(levels: Sequence[Activity], names: Sequence[str]) -> dict[int, str]:
    """Which column of the diarizer is which known speaker: the surest pairs first, each once."""
    pairs = [
        (float(probability), column, name)
        for level, name in zip(levels, names, strict=True)
        for column, probability in enumerate(level)
    ]
    pairs.sort(key=lambda pair: -pair[0])
    found: dict[int, str] = {}
    for probability, column, name in pairs:
        if probability >= HEARD_PROBABILITY and column not in found and name not in found.values():
            found[column] = name
    # Whoever is not heard again keeps the name: a new voice gets a new one.
    return found | {-1 - place: name for place, name in enumerate(names) if name not in found.values()}


def _next_name(taken: Iterable[str]) -> str:
    used = set(taken)
    number = 1
    while f"speaker_{number}" in used:
        number += 1
    return f"speaker_{number}"


def _stretch(path: Path, anchor: SpeakerAnchor) -> Samples:
    """The sound of an anchor."""
    count = round((anchor.end_s - anchor.start_s) * SAMPLE_RATE_HZ)
    parts: list[Samples] = []
    with closing(read_blocks(path, anchor.start_s)) as blocks:
        for block in blocks:
            parts.append(block)
            if sum(map(len, parts)) >= count:
                break
    return np.concatenate(parts)[:count] if parts else np.zeros(SAMPLE_RATE_HZ, np.float32)
