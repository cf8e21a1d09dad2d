"""Units: what one brings, where the next begins, when it stops early, what it refuses."""

from __future__ import annotations

import dataclasses
import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

from inference_worker.audio import decode
from inference_worker.contract import UnitResult
from inference_worker.errors import AudioEmptyError, AudioTooLongError, AudioUnreadableError
from inference_worker.pipeline import UnitControl, analyze_unit
from inference_worker.recording import FileOptions, analyze_file
from inference_worker.registry import Engines
from tests.speech import Encoding, noise, say, silence, write_audio
from tests.unit.inference_worker.engine_doubles import engine_doubles
from tests.unit.inference_worker.requests_for_tests import request_for

SENTENCES = (
    "Where have you been all this time?",
    "I was at home.",
    "Nobody told me about it, not a single word.",
    "I am very sorry.",
    "It will never happen again, I promise.",
)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound = np.concatenate([say(text, pause_s=0.7) for text in SENTENCES])
    return write_audio(tmp_path_factory.mktemp("talk") / "talk.webm", sound, encoding=Encoding(live=True))


def all_units(path: Path, engines: Engines, max_audio_s: float) -> list[UnitResult]:
    return list(analyze_file(path, engines, FileOptions(language="en", max_audio_s=max_audio_s)))


def spans(results: list[UnitResult]) -> list[tuple[float, float]]:
    return [(u.start_s, u.end_s) for result in results for u in result.utterances]


def test_one_unit_brings_everything(talk: Path) -> None:
    engines, transcriber, emotion = engine_doubles()
    result = analyze_unit(request_for(talk), engines, talk)
    duration_s = len(decode(talk)) / 16_000
    assert result.is_last
    assert result.duration_s == result.processed_until_s == pytest.approx(duration_s, abs=0.01)
    assert (result.asr_engine, result.emotion_engine) == ("counting/1", "angry/1")
    assert len(result.utterances) == len(transcriber.clips) == emotion.asked == 5
    first = result.utterances[0]
    assert first.words[0].start_s == pytest.approx(first.start_s + 0.1, abs=0.001)
    assert first.emotion is not None
    assert first.emotion.label == "angry"
    assert result.inference_s >= 0.0 < result.decode_s
    assert UnitResult.from_json(result.to_json()) == result


def test_what_is_usual_travels_from_unit_to_unit(talk: Path) -> None:
    engines, _, _ = engine_doubles()
    whole = all_units(talk, engines, 300.0)[-1].cue_baseline
    parts = all_units(talk, engines, 4.7)
    assert len(parts) > 1
    last = parts[-1].cue_baseline
    assert whole is not None
    assert last is not None
    assert whole.loudness_db.count == last.loudness_db.count == 5
    assert last.loudness_db.mean == pytest.approx(whole.loudness_db.mean, abs=0.1)
    assert all(u.cues is not None for result in parts for u in result.utterances)


def test_nothing_is_measured_of_those_who_switched_it_off(talk: Path) -> None:
    engines, _, _ = engine_doubles()
    (result,) = analyze_file(talk, engines, FileOptions(language="en", want_emotion=False))
    assert [u.cues for u in result.utterances] == [None] * 5
    assert result.cue_baseline is None


def test_clips_are_the_sound_of_their_utterance(talk: Path) -> None:
    engines, transcriber, _ = engine_doubles(batch_size=3)
    result = analyze_unit(request_for(talk), engines, talk)
    whole = decode(talk)
    for utterance, clip in zip(result.utterances, transcriber.clips, strict=True):
        begin = round(utterance.start_s * 16_000)
        np.testing.assert_allclose(clip, whole[begin : begin + len(clip)], atol=1e-6)
        assert len(clip) / 16_000 == pytest.approx(utterance.end_s - utterance.start_s, abs=0.002)


@pytest.mark.parametrize("max_audio_s", [3.0, 4.7, 10.0, 300.0])
def test_units_of_any_size_bring_the_same_utterances(talk: Path, max_audio_s: float) -> None:
    engines, _, _ = engine_doubles()
    whole = spans(all_units(talk, engines, 300.0))
    results = all_units(talk, engines, max_audio_s)
    for left, right in itertools.pairwise(results):
        assert left.processed_until_s == right.start_s > left.start_s
        assert left.processed_until_s <= left.start_s + max_audio_s + 0.07
    assert [result.is_last for result in results] == [False] * (len(results) - 1) + [True]
    found = spans(results)
    if max_audio_s >= 4.7:
        np.testing.assert_allclose(found, whole, atol=0.07)
    else:  # Some sentences are longer than the unit and have to be cut.
        assert len(found) >= len(whole)
        assert all(left[1] <= right[0] for left, right in itertools.pairwise(found))
        spoken_s = sum(end_s - start_s for start_s, end_s in whole)
        assert sum(end_s - start_s for start_s, end_s in found) == pytest.approx(spoken_s, rel=0.12)


def test_without_emotion(talk: Path) -> None:
    engines, _, emotion = engine_doubles()
    result = analyze_unit(request_for(talk, want_emotion=False), engines, talk)
    assert {u.emotion for u in result.utterances} == {None}
    assert (result.emotion_engine, emotion.asked) == (None, 0)


def test_told_to_stop_it_returns_what_it_has(talk: Path) -> None:
    engines, transcriber, _ = engine_doubles()
    control = UnitControl(should_stop=lambda: len(transcriber.clips) >= 2)
    result = analyze_unit(request_for(talk), engines, talk, control)
    assert (result.is_last, len(result.utterances)) == (False, 2)
    rest = analyze_unit(request_for(talk, start_s=result.processed_until_s), engines, talk)
    assert rest.is_last
    whole = analyze_unit(request_for(talk), engines, talk)
    np.testing.assert_allclose(spans([result, rest]), spans([whole]), atol=0.07)


def test_the_soft_limit_always_lets_one_utterance_through(talk: Path) -> None:
    engines, _, _ = engine_doubles()
    start_s, count, units = 0.0, 0, 0
    while True:
        control = UnitControl(soft_limit_s=0.0)
        result = analyze_unit(request_for(talk, start_s=start_s), engines, talk, control)
        count, units = count + len(result.utterances), units + 1
        if result.is_last:
            break
        assert result.processed_until_s > start_s
        start_s = result.processed_until_s
    assert count == 5
    assert units > 5


def test_progress_is_told_and_never_goes_back(talk: Path) -> None:
    engines, _, _ = engine_doubles()
    told: list[tuple[float, float | None]] = []
    control = UnitControl(progress=lambda position_s, duration_s: told.append((position_s, duration_s)))
    result = analyze_unit(request_for(talk), engines, talk, control)
    assert told == sorted(told, key=lambda entry: entry[0])
    assert len(told) == 6
    assert all(duration_s == pytest.approx(result.duration_s, abs=0.05) for _, duration_s in told)


@pytest.mark.parametrize(
    "sound", [silence(5.0), noise(5.0, -40.0), silence(0.2)], ids=["still", "hiss", "blip"]
)
def test_a_silent_recording_is_done_without_utterances(tmp_path: Path, sound: Any) -> None:
    engines, transcriber, _ = engine_doubles()
    path = write_audio(tmp_path / "silent.wav", sound)
    result = analyze_unit(request_for(path), engines, path)
    assert (result.is_last, result.utterances, transcriber.clips) == (True, (), [])


def test_a_recording_cut_off_gives_the_utterances_that_are_there(talk: Path, tmp_path: Path) -> None:
    engines, _, _ = engine_doubles()
    whole = spans(all_units(talk, engines, 60.0))
    cut = tmp_path / "cut.webm"
    cut.write_bytes(talk.read_bytes()[: talk.stat().st_size // 2])
    found = spans(all_units(cut, engines, 60.0))
    assert 2 <= len(found) < 5
    np.testing.assert_allclose(found[:-1], whole[: len(found) - 1], atol=0.04)


def test_a_header_that_promises_too_much_does_not_matter(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "whole.flac", np.concatenate([say("one two three", pause_s=1.0)] * 8))
    cut = tmp_path / "cut.flac"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    results = all_units(cut, engine_doubles()[0], 5.0)
    assert results[-1].is_last
    assert results[-1].duration_s == pytest.approx(len(decode(cut)) / 16_000, abs=0.05)


def test_too_long_is_refused(talk: Path) -> None:
    with pytest.raises(AudioTooLongError) as failure:
        analyze_unit(request_for(talk, max_duration_s=5.0), engine_doubles()[0], talk)
    assert failure.value.data["max_duration_s"] == 5.0
    assert failure.value.retryable is False


@pytest.mark.parametrize(("content", "error"), [(b"", AudioEmptyError), (b"%PDF-1.4", AudioUnreadableError)])
def test_bad_files_are_refused(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(error):
        analyze_unit(request_for(path), engine_doubles()[0], path)


def test_a_start_after_the_end_is_the_last_unit(talk: Path) -> None:
    result = analyze_unit(request_for(talk, start_s=500.0), engine_doubles()[0], talk)
    assert (result.is_last, result.utterances, result.processed_until_s) == (True, (), 500.0)


def long_recording(path: Path, hours: float) -> Path:
    """Silence at the lowest bit rate, an encoded second repeated, as a browser would write it."""
    with av.open(str(path), "w", options={"live": "1"}) as container:
        stream = container.add_stream("libopus", rate=48_000)
        stream.layout, stream.bit_rate = "mono", 6_000
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.float32), format="flt", layout="mono")
        frame.sample_rate = 48_000
        packets = []
        for index in range(4):
            frame.pts = index * 960
            packets += stream.encode(frame)
        payload = bytes(packets[-1])
        for index in range(round(hours * 3600 * 50)):
            packet = av.Packet(payload)
            packet.stream, packet.time_base = stream, Fraction(1, 48_000)
            packet.pts = packet.dts = index * 960
            packet.duration = 960
            container.mux(packet)
    return path


def test_four_hours_cost_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    path = long_recording(tmp_path / "long.webm", 4.0)
    engines, _, _ = engine_doubles()
    with pytest.raises(AudioTooLongError):
        analyze_unit(request_for(path, max_duration_s=3 * 3600.0), engines, path)
    # What the first pass has not loaded, such as filters, is not the recording's.
    analyze_unit(request_for(path, max_duration_s=20_000.0, max_audio_s=60.0), engines, path)
    before = psutil.Process().memory_info().rss
    for start_s in (0.0, 4 * 3600.0 - 400.0):
        result = analyze_unit(
            request_for(path, start_s=start_s, max_audio_s=300.0, max_duration_s=20_000.0), engines, path
        )
        assert result.duration_s == pytest.approx(4 * 3600.0, abs=1.0)
        assert result.utterances == ()
    assert psutil.Process().memory_info().rss - before < 20_000_000


def test_the_vocabulary_reaches_the_engine_and_the_result_says_so(talk: Path) -> None:
    engines, transcriber, _ = engine_doubles()
    request = dataclasses.replace(request_for(talk, language="en"), vocabulary=("Seoyeon",))
    assert analyze_unit(request, engines, talk).vocabulary_used is True
    assert set(transcriber.phrases_asked) == {("Seoyeon",)}
    transcriber.boosts_phrases = False
    assert analyze_unit(request, engines, talk).vocabulary_used is False
    assert analyze_unit(request_for(talk, language="en"), engines, talk).vocabulary_used is None
