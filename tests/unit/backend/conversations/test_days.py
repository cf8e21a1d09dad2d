"""Day sums are what a count over all utterances would give, after any order of changes."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.analyses.models import Analysis
from backend.conversations.days import days_refresh, recordings_mark_changed
from backend.conversations.models import (
    ChangedRecording,
    Conversation,
    Recording,
    RecordingDay,
    SpeechDay,
    Utterance,
)
from tests.conftest import CommittingClient
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh


def make_recording(owner: User, began_at: datetime) -> Recording:
    conversation = Conversation.objects.create(owner=owner, revision=1)
    return Recording.objects.create(
        id=uuid.uuid4(),
        owner=owner,
        conversation=conversation,
        source="file",
        size_bytes=1,
        recorded_at=began_at,
        revision=1,
    )


def say(
    recording: Recording, start_s: float, end_s: float, label: str | None = "sad", **fields: Any
) -> Utterance:
    sound: dict[str, Any] = {
        "emotion_label": label,
        "emotion_confident": label is not None,
        "emotion_probabilities": {label: 0.75, "neutral": 0.25} if label else None,
        "emotion_strength": 0.5 if label else None,
    }
    recordings_mark_changed(owner_id=recording.owner_id, recording_ids=[recording.pk])
    return Utterance.objects.create(
        owner_id=recording.owner_id,
        recording=recording,
        index=Utterance.objects.filter(recording=recording).count(),
        start_s=start_s,
        end_s=end_s,
        revision=1,
        **{**sound, **fields},
    )


def sums(owner: User) -> list[tuple[Any, ...]]:
    days_refresh(user=User.objects.get(pk=owner.pk))
    rows = SpeechDay.objects.filter(owner=owner).order_by("day", "speaker", "emotion")
    return list(
        rows.values_list(
            "day", "speaker", "emotion", "utterance_count", "speech_s", "strength_s", "uncertainty_s"
        )
    )


def test_one_day_by_speaker_and_emotion(owner: User) -> None:
    recording = make_recording(owner, datetime(2026, 3, 1, 12, tzinfo=UTC))
    say(recording, 0.0, 2.0, "sad", speaker="A")
    say(recording, 2.0, 6.0, "sad", speaker="A", emotion_strength=0.25)
    say(recording, 6.0, 7.0, "angry", speaker="B")
    say(recording, 7.0, 9.0, "fear", speaker="A", emotion_confident=False)
    say(recording, 9.0, 10.0, None)
    day = date(2026, 3, 1)
    assert sums(owner) == [
        (day, "", "", 1, 1.0, 0.0, 0.0),
        (day, "A", "sad", 2, 6.0, 2.0, 1.5),
        (day, "A", "unsure", 1, 2.0, 1.0, 0.5),
        (day, "B", "angry", 1, 1.0, 0.5, 0.25),
    ]
    assert not ChangedRecording.objects.exists()


def test_a_recording_over_midnight_of_its_owner_is_split(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(time_zone="Asia/Seoul")
    # Half a minute before midnight in Seoul, and on for a day and a bit.
    recording = make_recording(owner, datetime(2026, 3, 1, 14, 59, 30, tzinfo=UTC))
    for start_s in (0.0, 29.0, 30.0, 30.0 + 86_400.0):
        say(recording, start_s, start_s + 1.0)
    assert [(day, count) for day, _, _, count, *_ in sums(owner)] == [
        (date(2026, 3, 1), 2),
        (date(2026, 3, 2), 1),
        (date(2026, 3, 3), 1),
    ]


def test_the_day_that_is_an_hour_shorter(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(time_zone="Europe/Berlin")
    recording = make_recording(owner, datetime(2026, 3, 28, 23, 0, tzinfo=UTC))
    for start_s in (0.0, 23 * 3600.0 - 1, 23 * 3600.0):
        say(recording, start_s, start_s + 1.0)
    assert [(day, count) for day, _, _, count, *_ in sums(owner)] == [
        (date(2026, 3, 29), 2),
        (date(2026, 3, 30), 1),
    ]


def test_another_time_zone_sums_everything_anew(owner: User) -> None:
    recording = make_recording(owner, datetime(2026, 3, 1, 23, 0, tzinfo=UTC))
    say(recording, 0.0, 1.0)
    assert [row[0] for row in sums(owner)] == [date(2026, 3, 1)]
    User.objects.filter(pk=owner.pk).update(time_zone="Asia/Seoul")
    assert [row[0] for row in sums(owner)] == [date(2026, 3, 2)]


def test_results_a_new_analysis_and_deletion_through_the_api(
    owner: User, owner_client: CommittingClient, analysis: Analysis, deliver: Callable[..., None]
) -> None:
    deliver(messages.unit_result(fresh(analysis)))
    deliver(messages.unit_result(fresh(analysis), is_last=True))
    [row] = sums(owner)
    assert row[2:6] == ("angry", 2, 2.0, 1.0)
    path = f"/api/v1/recordings/{analysis.recording_id}"
    assert owner_client.post(f"{path}/retry").status_code == 202
    sad = messages.utterance("anew", 1.0, 5.0, emotion=messages.emotion("sad"))
    deliver(messages.unit_result(fresh(analysis), is_last=True, utterances=(sad,)))
    [row] = sums(owner)
    assert row[2:6] == ("sad", 1, 4.0, 2.0)
    owner_client.delete(path)
    assert sums(owner) == []
    assert not RecordingDay.objects.exists()


def test_one_persons_changes_cost_another_nothing(owner: User, stranger: User) -> None:
    recording = make_recording(stranger, datetime(2026, 3, 1, tzinfo=UTC))
    say(recording, 0.0, 1.0)
    assert sums(owner) == []
    assert ChangedRecording.objects.count() == 1
    with CaptureQueriesContext(
        connection,
    ) as queries:
        days_refresh(user=owner)
    assert len(queries) == 1


def test_a_mark_that_comes_during_a_refresh_stays(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = make_recording(owner, datetime(2026, 3, 1, tzinfo=UTC))
    say(recording, 0.0, 1.0)
    days_refresh(user=owner)
    recordings_mark_changed(owner_id=owner.pk, recording_ids=[recording.pk])
    [first] = ChangedRecording.objects.values_list("pk", flat=True)
    monkeypatch.setattr(
        "backend.conversations.days._recordings_sum",
        lambda *_: recordings_mark_changed(owner_id=owner.pk, recording_ids=[recording.pk]) or set(),
    )
    days_refresh(user=owner)
    [left] = ChangedRecording.objects.values_list("pk", flat=True)
    assert left > first


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "relabel", "remove", "delete", "refresh"]),
        st.integers(0, 2),
        st.integers(0, 3 * 86_400),
        st.sampled_from(["sad", "happy", None]),
        st.booleans(),
    ),
    max_size=25,
)


@given(STEPS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_order_of_changes(owner: User, steps: list[tuple[str, int, int, str | None, bool]]) -> None:
    Recording.objects.filter(owner=owner).delete()
    ChangedRecording.objects.all().delete()
    RecordingDay.objects.all().delete()
    SpeechDay.objects.all().delete()
    began_at = datetime(2026, 3, 1, 20, tzinfo=UTC)
    recordings = [make_recording(owner, began_at + timedelta(days=n)) for n in range(3)]
    for step, which, start_s, label, is_sure in steps:
        recording = recordings[which]
        there = Utterance.objects.filter(recording=recording)
        match step:
            case "say" if Recording.objects.filter(pk=recording.pk).exists():
                say(recording, float(start_s), start_s + 2.0, label, emotion_confident=is_sure)
            case "relabel":
                there.update(emotion_label=label)
            case "remove":
                there.filter(start_s__gt=start_s).delete()
            case "delete":
                Recording.objects.filter(pk=recording.pk).delete()
            case "refresh":
                days_refresh(user=owner)
        recordings_mark_changed(owner_id=owner.pk, recording_ids=[recording.pk])
    expected: dict[tuple[date, str], list[float]] = defaultdict(lambda: [0, 0.0])
    for utterance in Utterance.objects.filter(owner=owner).select_related("recording"):
        began = utterance.recording.recorded_at or utterance.recording.created_at
        day = (began + timedelta(seconds=utterance.start_s)).date()
        sounds = utterance.emotion_label or ""
        cell = expected[day, "unsure" if sounds and not utterance.emotion_confident else sounds]
        cell[0] += 1
        cell[1] += utterance.end_s - utterance.start_s
    assert {(row[0], row[2]): [row[3], row[4]] for row in sums(owner)} == expected
