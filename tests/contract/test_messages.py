"""Messages between backend and workers: golden files, round trips, and what is refused."""

from __future__ import annotations

import copy
import dataclasses
import json
import typing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.conversations.models import EmotionLabel
from backend.realtime import events
from inference_worker import contract

GOLDEN_DIR = Path(__file__).with_name("golden")
_EMOTION = contract.EmotionEstimate(
    label="angry",
    confident=True,
    probabilities={
        "neutral": 0.1,
        "happy": 0.05,
        "sad": 0.05,
        "angry": 0.65,
        "fear": 0.05,
        "disgust": 0.05,
        "surprise": 0.05,
    },
    strength=0.8,
)
_BASELINE = contract.CueBaseline(
    loudness_db=contract.Moments(count=3, mean=-24.5, squares=12.0),
    pitch_semitones=contract.Moments(count=2, mean=88.0, squares=0.5),
)
_CUES = contract.Cues(
    loudness_dbfs=-18.5,
    pitch_hz=210.0,
    pitch_range_semitones=8.0,
    final_semitones=None,
    syllables_per_s=5.5,
    whispered=False,
    words=("loud", "fast"),
)
_ANCHOR = contract.SpeakerAnchor(speaker="speaker_1", start_s=2.5, end_s=6.0, clarity=3.1)
_IDS: dict[str, Any] = {"analysis_id": "6f1c1f0e-3f0e-4a52-8d0f-3f7f8e0d1a01", "attempt": 2, "unit": 3}
MESSAGES: dict[str, contract.Message] = {
    "analysis_request": contract.AnalysisRequest(
        **_IDS,
        recording_id="0b7c9c3e-52a8-4d5c-9a53-6a1b2c3d4e5f",
        audio_url="http://127.0.0.1:8000/internal/audio/token",
        audio_sha256="00" * 32,
        audio_size_bytes=48_000,
        language=None,
        start_s=12.5,
        max_audio_s=60.0,
        max_duration_s=21600.0,
        want_emotion=True,
        vocabulary=("김서연", "RecognitionHelpers"),
        speakers=(_ANCHOR,),
        cue_baseline=_BASELINE,
        emotion_adaptation=contract.EmotionAdaptation(engine="own/1:abc", width=0, table="AAA=", samples=9),
    ),
    "unit_result": contract.UnitResult(
        **_IDS,
        start_s=12.5,
        processed_until_s=20.0,
        duration_s=20.0,
        is_last=True,
        utterances=(
            contract.Utterance(
                start_s=13.0,
                end_s=14.5,
                text="네가 먼저 말했잖아.",
                words=(contract.Word(text="네가", start_s=13.0, end_s=13.4, confidence=0.75),),
                confidence=0.75,
                language="ko",
                emotion=_EMOTION,
                speaker="A",
                cues=_CUES,
            ),
            contract.Utterance(
                start_s=15.0, end_s=16.0, text="", words=(), confidence=None, language=None, emotion=None
            ),
        ),
        asr_engine="pocketsphinx/en-us",
        emotion_engine=None,
        decode_s=0.25,
        inference_s=1.5,
        cue_baseline=_BASELINE,
        speakers=(_ANCHOR,),
        vocabulary_used=True,
        no_speech=(contract.NoSpeech(start_s=17.0, end_s=18.5, reason="steady"),),
    ),
    "adaptation_request": contract.AdaptationRequest(
        request_id="6f1c1f0e-3f0e-4a52-8d0f-3f7f8e0d1a02",
        recordings=(
            contract.AdaptationRecording(
                recording_id="0b7c9c3e-52a8-4d5c-9a53-6a1b2c3d4e5f",
                audio_url="http://127.0.0.1:8000/internal/audio/token",
                audio_sha256="00" * 32,
                audio_size_bytes=48_000,
                spans=(contract.LabelledSpan(start_s=1.5, end_s=3.0, label="sad"),),
            ),
        ),
    ),
    "adaptation_result": contract.AdaptationResult(
        request_id="6f1c1f0e-3f0e-4a52-8d0f-3f7f8e0d1a02",
        adaptation=contract.EmotionAdaptation(engine="own/1:abc", width=0, table="AAA=", samples=9),
        samples=9,
        recall_before=0.5,
        recall_after=0.75,
    ),
    "unit_failure": contract.UnitFailure(
        **_IDS,
        code="audio_too_long",
        message="The recording is too long. Split it.",
        retryable=False,
        data={"max_duration_s": 21600.0, "parts": 2, "unit": "s"},
    ),
    "live_request": contract.LiveRequest(
        stream_id="0b7c9c3e-52a8-4d5c-9a53-6a1b2c3d4e5f",
        utterance=4,
        revision=2,
        final=False,
        language="ko",
        start_s=12.5,
        audio="AAAA/38AgA==",
        want_emotion=True,
        probabilities=(0.25,),
        vocabulary=("김서연",),
        cue_baseline=contract.CueBaseline(loudness_db=contract.Moments(count=3, mean=-23.5, squares=1.25)),
        emotion_adaptation=contract.EmotionAdaptation(engine="own/1:abc", width=0, table="AAA=", samples=9),
    ),
    "live_result": contract.LiveResult(
        stream_id="0b7c9c3e-52a8-4d5c-9a53-6a1b2c3d4e5f",
        utterance=4,
        revision=3,
        final=True,
        heard=contract.Utterance(
            start_s=12.5,
            end_s=14.0,
            text="네가",
            words=(contract.Word(text="네가", start_s=13.0, end_s=13.4, confidence=0.75),),
            confidence=0.75,
            language="ko",
            emotion=_EMOTION,
        ),
        failure=None,
        retryable=False,
        asr_engine="nemo/parakeet",
        emotion_engine="own/1",
        inference_s=0.125,
        cue_step=contract.CueBaseline(loudness_db=contract.Moments(count=1, mean=-20.0)),
    ),
    "worker_heartbeat": contract.WorkerHeartbeat(
        worker="gpu-1",
        boot_id="b1",
        sent_at=1767225600.5,
        asr_engine="nemo/parakeet",
        emotion_engine="own/1",
        running=(contract.RunningUnit(**_IDS, position_s=14.0, duration_s=None),),
        asr_device="cuda:0 (NVIDIA H200)",
    ),
}
NEGOTIATION = {"unit_failure", "worker_heartbeat"}
FIELDS = [(name, field.name) for name, message in MESSAGES.items() for field in dataclasses.fields(message)]


def golden(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((GOLDEN_DIR / f"{name}.json").read_text())
    return loaded


def test_each_message_type_has_a_golden_file() -> None:
    nested = {
        "Message",
        "Word",
        "EmotionEstimate",
        "Utterance",
        "RunningUnit",
        "Cues",
        "CueBaseline",
        "Moments",
        "EmotionAdaptation",
        "LabelledSpan",
        "AdaptationRecording",
        "NoSpeech",
        "SpeakerAnchor",
    }
    declared = {name for name, value in vars(contract).items() if dataclasses.is_dataclass(value)}
    assert {type(message).__name__ for message in MESSAGES.values()} == declared - nested
    assert sorted(path.stem for path in GOLDEN_DIR.iterdir()) == sorted(MESSAGES)


@pytest.mark.parametrize("name", MESSAGES)
def test_golden(name: str) -> None:
    """A change of a golden file is a change of the protocol: raise `CONTRACT_VERSION` unless it only adds."""
    message = MESSAGES[name]
    assert json.loads(json.dumps(message.to_json())) == golden(name)
    assert type(message).from_json(golden(name)) == message


@pytest.mark.parametrize("name", MESSAGES)
def test_unknown_keys_are_ignored(name: str) -> None:
    payload = golden(name)
    payload["added_later"] = {"x": [1]}
    for value in payload.values():
        if isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    item["added_later"] = 1
    assert type(MESSAGES[name]).from_json(payload) == MESSAGES[name]


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_wrong_type_is_named(name: str, field: str) -> None:
    payload = golden(name) | {field: object()}
    with pytest.raises(contract.ContractError, match="version" if field == "version" else field):
        type(MESSAGES[name]).from_json(payload)


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_missing_field_is_named_or_has_its_default(name: str, field: str) -> None:
    message = MESSAGES[name]
    payload = golden(name)
    del payload[field]
    defaults = {f.name: f.default for f in dataclasses.fields(message)}
    if defaults[field] is dataclasses.MISSING:
        with pytest.raises(contract.ContractError, match=f"{type(message).__name__}.{field}: missing"):
            type(message).from_json(payload)
    else:
        read = type(message).from_json(payload)
        assert getattr(read, field) == defaults[field]


@pytest.mark.parametrize("version", [0, 2, "1", None])
@pytest.mark.parametrize("name", sorted(set(MESSAGES) - NEGOTIATION))
def test_another_version_is_refused(name: str, version: Any) -> None:
    with pytest.raises(contract.ContractError, match="version"):
        type(MESSAGES[name]).from_json(golden(name) | {"version": version})


@pytest.mark.parametrize("name", sorted(NEGOTIATION))
def test_what_tells_of_a_mismatch_is_read_from_any_version(name: str) -> None:
    read = type(MESSAGES[name]).from_json(golden(name) | {"version": 2, "added_later": {}})
    assert dataclasses.replace(read, version=1) == MESSAGES[name]


@pytest.mark.parametrize("payload", [None, [], "{}", 1, True])
def test_what_is_no_object_is_refused(payload: Any) -> None:
    for message in MESSAGES.values():
        with pytest.raises(contract.ContractError, match="object is needed"):
            type(message).from_json(payload)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_s", float("nan")),
        ("start_s", float("inf")),
        ("start_s", float("-inf")),
        pytest.param("start_s", 10**400, id="start_s-too-large"),
        ("start_s", "1.0"),
        ("start_s", True),
        ("start_s", None),
        ("unit", 1.0),
        ("unit", True),
        ("audio_url", None),
        ("language", 1),
        ("want_emotion", 1),
    ],
)
def test_values_that_are_not_what_they_should_be(field: str, value: Any) -> None:
    with pytest.raises(contract.ContractError, match=field):
        contract.AnalysisRequest.from_json(golden("analysis_request") | {field: value})


def test_the_error_names_the_place_in_the_depth() -> None:
    payload = golden("unit_result")
    payload["utterances"][0]["words"][0]["start_s"] = "x"
    with pytest.raises(contract.ContractError, match=r"UnitResult.utterances\[0\].words\[0\].start_s"):
        contract.UnitResult.from_json(payload)
    payload = golden("unit_result")
    payload["utterances"][0]["emotion"]["probabilities"]["sad"] = float("nan")
    with pytest.raises(contract.ContractError, match=r"utterances\[0\].emotion.probabilities.sad"):
        contract.UnitResult.from_json(payload)


def test_whole_numbers_are_read_as_seconds() -> None:
    request = contract.AnalysisRequest.from_json(golden("analysis_request") | {"start_s": 12})
    assert (request.start_s, type(request.start_s)) == (12.0, float)


def _strategy(hint: Any) -> st.SearchStrategy[Any]:
    if dataclasses.is_dataclass(hint):
        return messages(typing.cast(type[contract.Message], hint))
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return st.lists(_strategy(arguments[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(st.text(max_size=5), _strategy(arguments[1]), max_size=3)
    if arguments:
        return st.one_of(*(_strategy(argument) for argument in arguments))
    return _SIMPLE[hint]


_SIMPLE = {
    str: st.text(max_size=10),
    int: st.integers(),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    type(None): st.none(),
}


def messages(message: type[contract.Message]) -> st.SearchStrategy[contract.Message]:
    hints = typing.get_type_hints(message)
    hints.pop("version", None)
    return st.builds(message, **{name: _strategy(hint) for name, hint in hints.items()})


@settings(deadline=None)
@given(message=st.one_of(*(messages(type(message)) for message in MESSAGES.values())))
def test_every_message_comes_back_as_it_was(message: contract.Message) -> None:
    before = copy.deepcopy(message)
    assert type(message).from_json(json.loads(json.dumps(message.to_json()))) == message == before


def test_the_labels_of_emotion_are_the_same_everywhere() -> None:
    assert tuple(EmotionLabel.values) == contract.EMOTION_LABELS
    assert typing.get_args(typing.get_type_hints(events.Emotion)["label"]) == contract.EMOTION_LABELS
    (word,) = typing.get_args(typing.get_type_hints(events.Cues)["words"])
    assert typing.get_args(word) == contract.CUE_WORDS


def test_no_unit_is_handed_out_twice_while_it_runs() -> None:
    assert contract.VISIBILITY_TIMEOUT_S > contract.UNIT_HARD_LIMIT_S
