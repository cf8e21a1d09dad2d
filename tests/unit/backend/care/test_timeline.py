"""Timelines of days and of one conversation, as JSON and CSV."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from backend.accounts.models import User
from backend.conversations.days import recordings_mark_changed
from backend.conversations.models import Conversation
from tests.conftest import CommittingClient
from tests.unit.backend.care.world import NOON, SECRET, TITLE, make_recording, say

WEEK = "start=2026-03-01&end=2026-03-07"


def test_a_day(owner: User, owner_client: CommittingClient) -> None:
    recording = make_recording(owner)
    say(recording, 0.0, 90.0, "sad", speaker="A")
    say(recording, 90.0, 30.0, "happy", speaker="B")
    say(recording, 120.0, 10.0, "fear", emotion_confident=False)
    say(recording, 130.0, 5.0, None)
    answer = owner_client.get(f"/api/v1/timeline?{WEEK}").json()
    assert answer == {
        "start": "2026-03-01",
        "end": "2026-03-07",
        "step": "day",
        "time_zone": "UTC",
        "buckets": [
            {
                "start": "2026-03-02",
                "end": "2026-03-02",
                "speech_s": 135.0,
                "counted_s": 120.0,
                "uncertainty": 0.25,
                "unsure": {"utterance_count": 1, "speech_s": 10.0},
                "not_asked": {"utterance_count": 1, "speech_s": 5.0},
                "emotions": [
                    {
                        "label": "happy",
                        "share": 0.25,
                        "utterance_count": 1,
                        "speech_s": 30.0,
                        "strength": 0.5,
                    },
                    {"label": "sad", "share": 0.75, "utterance_count": 1, "speech_s": 90.0, "strength": 0.5},
                ],
            }
        ],
        "band": None,
        "speakers": [
            {"speaker": "A", "speech_s": 90.0},
            {"speaker": "B", "speech_s": 30.0},
            {"speaker": "", "speech_s": 15.0},
        ],
    }
    of_a = owner_client.get(f"/api/v1/timeline?{WEEK}&speaker=A").json()
    assert [one["speech_s"] for one in of_a["buckets"]] == [90.0]
    assert owner_client.get("/api/v1/timeline?start=2026-03-03&end=2026-03-07").json()["buckets"] == []


def test_an_unusual_week_against_the_time_before(owner: User, owner_client: CommittingClient) -> None:
    for day in range(20):
        recording = make_recording(owner, NOON - timedelta(days=day + 1))
        say(recording, 0.0, 90.0, "neutral")
        say(recording, 90.0, 10.0, "sad")
    say(make_recording(owner, NOON), 0.0, 100.0, "sad")
    answer = owner_client.get("/api/v1/timeline?start=2026-03-02&end=2026-03-02").json()
    assert (answer["band"]["start"], answer["band"]["end"]) == ("2026-02-10", "2026-03-01")
    assert answer["band"]["bucket_count"] == 20
    assert {"label": "sad", "low": 0.1, "high": 0.1} in answer["band"]["ranges"]
    [day] = answer["buckets"]
    assert day["emotions"][0]["share"] == 1.0


def test_weeks_and_months_are_whole(owner: User, owner_client: CommittingClient) -> None:
    for days in (0, 6, 7, 31):
        say(make_recording(owner, NOON + timedelta(days=days)), 0.0, 60.0)
    weeks = owner_client.get("/api/v1/timeline?start=2026-03-04&end=2026-03-09&step=week").json()
    assert (weeks["start"], weeks["end"]) == ("2026-03-02", "2026-03-15")
    assert [(one["start"], one["end"], one["speech_s"]) for one in weeks["buckets"]] == [
        ("2026-03-02", "2026-03-08", 120.0),
        ("2026-03-09", "2026-03-15", 60.0),
    ]
    months = owner_client.get("/api/v1/timeline?start=2026-03-31&end=2026-04-01&step=month").json()
    assert [(one["start"], one["speech_s"]) for one in months["buckets"]] == [
        ("2026-03-01", 180.0),
        ("2026-04-01", 60.0),
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "start"),
        ("start=2026-03-01", "end"),
        ("start=yesterday&end=2026-03-01", "start"),
        ("start=2026-03-02&end=2026-03-01", "end"),
        ("start=2000-01-01&end=2026-03-01", "end"),
        ("start=0001-01-01&end=0001-01-02", "start"),
        ("start=2026-03-01&end=9999-12-31", "end"),
        (f"{WEEK}&step=hour", "step"),
        (f"{WEEK}&speaker={'x' * 65}", "speaker"),
    ],
)
def test_bad_questions_are_answered_with_the_field(
    owner_client: CommittingClient, query: str, field: str
) -> None:
    response = owner_client.get(f"/api/v1/timeline?{query}")
    assert response.status_code == 400
    assert field in {error["field"] for error in response.json()["errors"]}


def test_what_is_in_the_trash_is_in_no_timeline(owner: User, owner_client: CommittingClient) -> None:
    recording = make_recording(owner)
    say(recording, 0.0, 90.0)
    path = f"/api/v1/conversations/{recording.conversation_id}"
    assert len(owner_client.get(f"/api/v1/timeline?{WEEK}").json()["buckets"]) == 1
    Conversation.objects.update(trashed_at=NOON)
    recordings_mark_changed(owner_id=owner.pk, recording_ids=[recording.pk])
    assert owner_client.get(f"/api/v1/timeline?{WEEK}").json()["buckets"] == []
    assert owner_client.get(f"{path}/timeline").status_code == 404


def test_two_periods(owner: User, owner_client: CommittingClient) -> None:
    say(make_recording(owner, NOON - timedelta(days=10)), 0.0, 60.0, "happy")
    for days in (0, 1):
        say(make_recording(owner, NOON + timedelta(days=days)), 0.0, 60.0, "sad")
    answer = owner_client.get(
        "/api/v1/timeline/comparison?first_start=2026-02-15&first_end=2026-02-28"
        "&second_start=2026-03-01&second_end=2026-03-31"
    ).json()
    assert [(answer[name]["day_count"], answer[name]["counted_s"]) for name in ("first", "second")] == [
        (1, 60.0),
        (2, 120.0),
    ]
    assert [answer[name]["emotions"][0]["label"] for name in ("first", "second")] == ["happy", "sad"]


def test_lanes_of_a_conversation_with_two_recordings(owner: User, owner_client: CommittingClient) -> None:
    first = make_recording(owner, duration_s=100.0)
    second = make_recording(owner, NOON + timedelta(hours=1), conversation=first.conversation)
    say(second, 3.0, 2.0, "happy", speaker="A")
    say(first, 5.0, 2.0, "sad", speaker="A")
    say(first, 1.0, 2.0, None, speaker=None)
    answer = owner_client.get(f"/api/v1/conversations/{first.conversation_id}/timeline").json()
    assert answer["title"] == TITLE
    assert [(one["offset_s"], one["audio_url"]) for one in answer["recordings"]] == [
        (0.0, f"/api/v1/recordings/{first.pk}/audio"),
        (100.0, f"/api/v1/recordings/{second.pk}/audio"),
    ]
    lanes = {
        lane["speaker"]: [(one["at_s"], one["start_s"], one["text"]) for one in lane["utterances"]]
        for lane in answer["lanes"]
    }
    assert lanes == {"": [(1.0, 1.0, SECRET)], "A": [(5.0, 5.0, SECRET), (103.0, 3.0, SECRET)]}
    [unknown] = [lane for lane in answer["lanes"] if lane["speaker"] == ""]
    assert unknown["utterances"][0]["emotion"] is None
    assert answer["lanes"][1]["utterances"][0]["emotion"] == {
        "label": "sad",
        "confident": True,
        "strength": 0.5,
        "probability": 0.75,
    }


def rows_of(response: Any) -> list[list[str]]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_csv_of_days(owner: User, owner_client: CommittingClient) -> None:
    recording = make_recording(owner)
    say(recording, 0.0, 90.0, "sad")
    say(recording, 90.0, 30.0, "happy")
    head, row = rows_of(owner_client.get(f"/api/v1/timeline.csv?{WEEK}"))
    named = dict(zip(head, row, strict=True))
    assert (named["start"], named["speech_min"], named["sad_percent"]) == ("2026-03-02", "2.0", "75.0")
    assert (named["fear_percent"], named["unsure_utterances"]) == ("0.0", "0")


def test_csv_of_a_conversation_runs_nothing(owner: User, owner_client: CommittingClient) -> None:
    recording = make_recording(owner)
    say(recording, 1.0, 2.0, "sad", text='=HYPERLINK("http://evil.example")', speaker="+A")
    Conversation.objects.get()
    path = f"/api/v1/conversations/{recording.conversation_id}/timeline.csv"
    head, row = rows_of(owner_client.get(path))
    assert head == ["speaker", "at_s", "length_s", "sounds", "strength", "probability", "text"]
    assert row == ["'+A", "1.0", "2.0", "sad", "0.5", "0.75", '\'=HYPERLINK("http://evil.example")']
