"""The real stack: upload speech, watch it being analysed, read the captions over push and over REST."""

from __future__ import annotations

import os
import time
import uuid
from itertools import pairwise
from pathlib import Path

import httpx
import psycopg
import pytest

from inference_worker.contract import EMOTION_LABELS
from tests import speech
from tests.live_stack import LiveStack, Person, wait_until

pytestmark = pytest.mark.stack


def test_ready_names_every_part(stack: LiveStack) -> None:
    answer = httpx.get(f"{stack.url}/readyz")
    assert answer.status_code == 200
    assert answer.json()["parts"] == {
        "database": "ok",
        "redis": "ok",
        "storage": "ok",
        "inference_worker": "ok",
    }


def test_speech_becomes_captions_with_emotion(person: Person, spoken: Path) -> None:
    with person.listening():
        uploaded = person.upload(spoken, language="en")
        assert uploaded["analysis"]["state"] == "queued"
        recording = person.finished(uploaded["id"])
        wait_until(lambda: "done" in _states(person), limit_s=60, what="the last event is pushed")
    analysis = recording["analysis"]
    assert (analysis["state"], analysis["progress"], analysis["error"]) == ("done", 1.0, None)
    assert analysis["low_accuracy"] is True
    utterances = person.utterances(recording["id"])
    assert len(utterances) == 2 == analysis["utterance_count"]
    assert "nothing" in utterances[1]["text"].lower()
    for utterance in utterances:
        assert 0 <= utterance["start_s"] < utterance["end_s"] <= recording["duration_s"]
        assert [w["text"] for w in utterance["words"]] == utterance["text"].split()
        assert utterance["emotion"]["label"] in EMOTION_LABELS
        assert sum(utterance["emotion"]["probabilities"].values()) == pytest.approx(1.0, abs=1e-3)
    assert utterances[0]["end_s"] <= utterances[1]["start_s"]


def test_push_says_the_same_as_rest(person: Person, spoken: Path) -> None:
    with person.listening():
        recording = person.finished(person.upload(spoken, language="en")["id"])
        wait_until(lambda: "done" in _states(person), limit_s=60, what="the last event is pushed")
    pushed = [event for _, event in person.events if event["type"] == "utterances.stored"]
    assert [u for event in pushed for u in event["utterances"]] == person.utterances(recording["id"])
    assert pushed[-1]["recording"] == recording
    states = _states(person)
    assert states == sorted(states, key=["queued", "running", "done"].index)
    assert set(states) == {"queued", "running", "done"}
    revisions = sorted(event["revision"] for _, event in person.events if "revision" in event)
    assert revisions == list(range(revisions[0], revisions[0] + len(revisions)))


def test_a_long_recording_comes_unit_by_unit(person: Person, spoken_long: Path) -> None:
    with person.listening():
        recording = person.finished(person.upload(spoken_long, language="en")["id"], limit_s=400)
        wait_until(lambda: "done" in _states(person), limit_s=60, what="the last event is pushed")
    stored = [event for _, event in person.events if event["type"] == "utterances.stored"]
    assert len(stored) >= 2
    progress = [event["recording"]["analysis"]["progress"] for event in stored]
    assert progress == sorted(progress)
    assert 0 < progress[0] < progress[-1] == 1.0
    utterances = person.utterances(recording["id"])
    assert len(utterances) == 14
    assert [u["index"] for u in utterances] == list(range(14))
    assert all(a["end_s"] <= b["start_s"] for a, b in pairwise(utterances))


@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="SQLite has no server that ends connections")
def test_it_goes_on_when_the_database_has_ended_every_connection(person: Person, spoken: Path) -> None:
    person.finished(person.upload(spoken, language="en")["id"])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).rowcount
    assert ended >= 1  # the results worker keeps one
    recording = person.finished(person.upload(spoken, language="en")["id"])
    assert recording["analysis"]["state"] == "done"
    assert recording["analysis"]["attempt"] == 1


def test_every_process_tells_prometheus_what_it_does(stack: LiveStack, person: Person, spoken: Path) -> None:
    with person.listening():
        person.finished(person.upload(spoken, language="en")["id"])
        address = stack.environment["METRICS_ADDRESS"]
        host, _, port = address.rpartition(":")
        web, results, inference = (_metrics(f"http://{host}:{int(port) + i}/metrics") for i in range(3))
    assert web['rh_websockets{kind="events"}'] >= 1
    assert web['rh_request_seconds_count{method="POST",route="api/v1/recordings",status="201"}'] >= 1
    assert results['rh_units_total{outcome="stored"}'] >= 1
    assert results['rh_queue_wait_seconds_count{queue="interactive"}'] >= 1
    assert results['rh_queue_length{queue="interactive"}'] == 0
    assert results["rh_workers"] == 1
    assert results['rh_analyses_open{state="running"}'] == 0
    assert inference['rh_worker_units_total{outcome="done"}'] >= 1
    assert inference["rh_worker_audio_seconds_total"] >= 1
    assert inference['rh_worker_stage_seconds_sum{stage="inference"}'] > 0


def _metrics(address: str) -> dict[str, float]:
    lines = [line for line in httpx.get(address).text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_an_idle_socket_stays_open(person: Person, spoken: Path) -> None:
    with person.listening():
        time.sleep(8)
        person.finished(person.upload(spoken, language="en")["id"])
        wait_until(lambda: "done" in _states(person), limit_s=60, what="the last event is pushed")


def test_the_same_upload_again_changes_nothing(person: Person, spoken: Path) -> None:
    recording_id = str(uuid.uuid4())
    first = person.upload(spoken, recording_id=recording_id, language="en")
    again = person.upload(spoken, recording_id=recording_id, language="en")
    assert first["id"] == again["id"]
    person.finished(recording_id)
    assert len(person.http.get("/api/v1/recordings").json()["results"]) == 1
    assert len(person.utterances(recording_id)) == 2


def test_a_client_that_was_away_catches_up_by_revision(person: Person, spoken: Path) -> None:
    recording = person.finished(person.upload(spoken, language="en")["id"])
    changes = person.http.get("/api/v1/changes", params={"since": 0}).json()
    assert changes["recordings"] == [recording]
    assert changes["utterances"] == person.utterances(recording["id"])
    assert changes["more"] is False
    person.http.delete(f"/api/v1/recordings/{recording['id']}").raise_for_status()
    later = person.http.get("/api/v1/changes", params={"since": changes["revision"]}).json()
    assert later["deleted_recording_ids"] == [recording["id"]]
    assert later["recordings"] == later["utterances"] == []


def test_nobody_else_hears_or_sees_it(stack: LiveStack, person: Person, spoken: Path) -> None:
    stranger = Person(stack.url)
    with stranger.listening():
        recording = person.finished(person.upload(spoken, language="en")["id"])
    assert [event["type"] for _, event in stranger.events] == ["hello"]
    assert stranger.http.get(f"/api/v1/recordings/{recording['id']}").status_code == 404
    assert stranger.http.get(recording["audio_url"]).status_code == 404


def test_korean_speech_is_heard_without_invented_english_words(person: Person, tmp_path: Path) -> None:
    path = speech.write_audio(
        tmp_path / "korean.wav", speech.say("안녕하세요 반갑습니다", voice="ko", pause_s=0.6)
    )
    recording = person.finished(person.upload(path, language="ko")["id"])
    utterances = person.utterances(recording["id"])
    assert len(utterances) >= 1
    assert all(u["text"] == "" and u["words"] == [] and u["language"] == "ko" for u in utterances)
    assert all(u["emotion"] is not None for u in utterances)


def test_emotion_is_left_out_for_who_does_not_want_it(person: Person, spoken: Path) -> None:
    person.http.patch("/api/v1/me", json={"emotion_enabled": False}).raise_for_status()
    recording = person.finished(person.upload(spoken, language="en")["id"])
    assert [u["emotion"] for u in person.utterances(recording["id"])] == [None, None]


def _states(person: Person) -> list[str]:
    """As a client puts them together: by revision. Two processes tell of a recording, and either may be the slower."""
    told = [event for _, event in person.events if "recording" in event]
    told.sort(key=lambda event: event["revision"])
    return [event["recording"]["analysis"]["state"] for event in told]
