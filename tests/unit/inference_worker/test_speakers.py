"""Speakers keep their names through the units of a recording, whatever order the diarizer finds them in."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from inference_worker.contract import AnalysisRequest, SpeakerAnchor, UnitResult
from inference_worker.pipeline import analyze_unit
from inference_worker.registry import Engines
from inference_worker.segmentation import Segment
from inference_worker.speakers import ANCHOR_S, Activity, UnitSpeakers
from tests.speech import say, tone, write_audio
from tests.unit.inference_worker.engine_doubles import CountingTranscriber
from tests.unit.inference_worker.requests_for_tests import request_for

FRAME = 1280
LOW_HZ, HIGH_HZ, MIDDLE_HZ = 200.0, 1200.0, 600.0


class PitchDiarizer:
    """Knows voices by their strongest frequency and numbers them by arrival, as Sortformer does."""

    name, most_speakers, frame_s = "pitch/1", 4, FRAME / 16_000

    def __init__(self, limits_hz: tuple[float, ...] = (400.0, 900.0)) -> None:
        self.limits_hz = limits_hz
        self.heard_s: list[float] = []

    def activity(self, sound: np.ndarray) -> Activity:
        self.heard_s.append(round(len(sound) / 16_000, 2))
        frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
        activity = np.zeros((len(frames), self.most_speakers), np.float32)
        columns: dict[int, int] = {}
        for index, frame in enumerate(frames):
            if np.abs(frame).max() < 0.01:
                continue
            strongest_hz = np.argmax(np.abs(np.fft.rfft(frame))) * 16_000 / FRAME
            voice = int(np.searchsorted(self.limits_hz, strongest_hz))
            if (column := columns.setdefault(voice, len(columns))) < self.most_speakers:
                activity[index, column] = 0.9
        return activity


def part(frequency_hz: float, start_s: float, length_s: float = 2.0) -> Segment:
    return Segment(start_s, start_s + length_s, tone(frequency_hz, length_s))


def recording(folder: Path, *parts: Segment) -> Path:
    sound = np.zeros(round(parts[-1].end_s * 16_000), np.float32)
    for one in parts:
        begin = round(one.start_s * 16_000)
        sound[begin : begin + len(one.samples)] = one.samples
    return write_audio(folder / "talk.flac", sound)


def test_speakers_are_numbered_by_their_first_words(tmp_path: Path) -> None:
    parts = [part(HIGH_HZ, 0.0), part(LOW_HZ, 3.0, 12.0), part(HIGH_HZ, 16.0, 3.0)]
    speakers = UnitSpeakers(PitchDiarizer(), (), recording(tmp_path, *parts))
    for one in parts:
        speakers.add(one)
    names, anchors = speakers.named()
    assert names == ["speaker_1", "speaker_2", "speaker_1"]
    assert [(anchor.speaker, anchor.start_s, anchor.end_s) for anchor in anchors] == [
        ("speaker_1", 16.0, 19.0),
        ("speaker_2", 3.0, 3.0 + ANCHOR_S),
    ]
    assert anchors[0].clarity == pytest.approx(0.9 * 3.0, abs=0.1)


def test_names_stay_when_the_next_unit_begins_with_somebody_else(tmp_path: Path) -> None:
    parts = [
        part(HIGH_HZ, 0.0),
        part(LOW_HZ, 3.0),
        part(LOW_HZ, 6.0),
        part(MIDDLE_HZ, 9.0),
        part(HIGH_HZ, 12.0),
    ]
    path = recording(tmp_path, *parts)
    diarizer = PitchDiarizer()
    anchors: tuple[SpeakerAnchor, ...] = ()
    names: list[str | None] = []
    for unit in (parts[:2], parts[2:4], parts[4:]):
        speakers = UnitSpeakers(diarizer, anchors, path)
        for one in unit:
            speakers.add(one)
        found, anchors = speakers.named()
        names += found
    assert names == ["speaker_1", "speaker_2", "speaker_2", "speaker_3", "speaker_1"]
    assert [anchor.speaker for anchor in anchors] == ["speaker_1", "speaker_2", "speaker_3"]
    # The second unit heard two anchors before its own two utterances.
    assert diarizer.heard_s == [4.6, 9.2, 9.2]


def test_whoever_is_silent_in_a_unit_keeps_the_name(tmp_path: Path) -> None:
    parts = [part(HIGH_HZ, 0.0), part(LOW_HZ, 3.0), part(MIDDLE_HZ, 6.0)]
    path = recording(tmp_path, *parts)
    lost = SpeakerAnchor(speaker="speaker_1", start_s=2.2, end_s=2.8, clarity=1.0)
    speakers = UnitSpeakers(PitchDiarizer(), (lost,), path)
    speakers.add(parts[2])
    names, anchors = speakers.named()
    assert names == ["speaker_2"]
    assert [anchor.speaker for anchor in anchors] == ["speaker_1", "speaker_2"]


def test_nobody_is_named_where_nobody_is_heard(tmp_path: Path) -> None:
    quiet = Segment(3.0, 4.0, np.zeros(16_000, np.float32))
    path = recording(tmp_path, part(LOW_HZ, 0.0), quiet)
    speakers = UnitSpeakers(PitchDiarizer(), (), path)
    for one in (part(LOW_HZ, 0.0), quiet):
        speakers.add(one)
    names, anchors = speakers.named()
    assert names == ["speaker_1", None]
    assert len(anchors) == 1


def test_a_unit_without_utterances_hands_the_anchors_on(tmp_path: Path) -> None:
    anchor = SpeakerAnchor(speaker="speaker_1", start_s=0.0, end_s=2.0, clarity=1.0)
    diarizer = PitchDiarizer()
    assert UnitSpeakers(diarizer, (anchor,), tmp_path / "none").named() == ([], (anchor,))
    assert diarizer.heard_s == []


def unit(request: AnalysisRequest, engines: Engines, path: Path, *, before: UnitResult | None) -> UnitResult:
    if before is not None:
        request = dataclasses.replace(
            request, unit=before.unit + 1, start_s=before.processed_until_s, speakers=before.speakers
        )
    return analyze_unit(request, engines, path)


def test_the_pipeline_names_speakers_over_its_units(tmp_path: Path) -> None:
    spoken = [
        say("Nobody told me about it.", "en-us", pause_s=0.6),
        say("I am very sorry.", "en-us+f4", pause_s=0.6),
    ]
    path = write_audio(tmp_path / "talk.flac", np.concatenate([*spoken, *spoken[::-1]]))
    plain = analyze_unit(request_for(path), Engines(CountingTranscriber(), None), path)
    assert [utterance.speaker for utterance in plain.utterances] == [None] * 4
    assert plain.speakers == ()

    class Loudness(PitchDiarizer):
        """One voice for everything."""

        def __init__(self) -> None:
            super().__init__(limits_hz=())

    engines = Engines(CountingTranscriber(), None, None, Loudness())
    request = request_for(path, max_audio_s=4.0)
    result = unit(request, engines, path, before=None)
    names = [utterance.speaker for utterance in result.utterances]
    while not result.is_last:
        result = unit(request, engines, path, before=result)
        names += [utterance.speaker for utterance in result.utterances]
    assert names == ["speaker_1"] * 4
    assert [anchor.speaker for anchor in result.speakers] == ["speaker_1"]
