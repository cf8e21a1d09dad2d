"""Corrected emotions go to the worker's commands."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from backend.analyses.models import Analysis
from backend.conversations.models import Utterance
from inference_worker.__main__ import main
from inference_worker.emotion.clips import read_clip, read_clips
from tests import speech
from tests.conftest import CommittingClient
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh
from tests.unit.backend.conftest import body_of, stored_files
from tests.unit.backend.conversations.conftest import LINES, Line, listed


def correct(client: CommittingClient, line: Line, label: str) -> Any:
    body = {"revision": line["revision"], "emotion": label}
    answer = client.patch(f"/api/v1/utterances/{line['id']}", body, format="json")
    assert answer.status_code == 200
    return answer.json()


def exported(client: CommittingClient, into: Path) -> list[dict[str, str]]:
    content = body_of(client.get("/api/v1/corrections"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(into)
    return list(csv.DictReader((into / "clips.csv").open(encoding="utf-8", newline="")))


@pytest.fixture
def spoken_recording(upload: Any, owner_client: CommittingClient) -> dict[str, Any]:
    audio = speech.audio_bytes("talk.wav", speech.say("You said it first. So we begin now.", pause_s=4.0))
    answer: dict[str, Any] = upload(owner_client, audio=audio).json()
    return answer


def test_the_commands_take_the_set(
    owner_client: CommittingClient,
    spoken_recording: dict[str, Any],
    deliver: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from_worker = messages_for(spoken_recording)
    deliver(from_worker)
    lines = listed(owner_client, spoken_recording["id"])
    correct(owner_client, lines[0], "sad")
    correct(owner_client, lines[1], "happy")
    correct(owner_client, lines[2], "fear")
    rows = exported(owner_client, tmp_path)
    assert [(row["emotion"], row["machine_emotion"], row["language"]) for row in rows] == [
        ("sad", "angry", "en"),
        ("happy", "happy", "ko"),
        ("fear", "neutral", "en"),
    ]
    assert {row["path"] for row in rows} == {f"audio/{spoken_recording['id']}.wav"}
    clips = read_clips(tmp_path / "clips.csv")
    assert [round(len(read_clip(clip)) / 16_000, 3) for clip in clips] == [2.0, 1.5, 1.5]
    assert main(["emotion", "evaluate", str(tmp_path / "clips.csv"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["corpus"]["corrections"]["n"] == 3


def messages_for(recording: dict[str, Any]) -> Any:
    analysis = Analysis.objects.select_related("recording").get(recording_id=recording["id"])
    return messages.unit_result(fresh(analysis), is_last=True, utterances=LINES)


def test_only_what_a_person_corrected_and_what_holds(
    owner_client: CommittingClient, lines: list[Line], tmp_path: Path
) -> None:
    edit = correct(owner_client, lines[0], "sad")["edit"]
    correct(owner_client, lines[2], "happy")
    owner_client.post(f"/api/v1/edits/{edit['id']}/undo")
    rows = exported(owner_client, tmp_path)
    assert [(row["text"], row["emotion"]) for row in rows] == [("So we begin", "happy")]


def test_corrections_outlive_a_new_analysis(
    owner_client: CommittingClient, lines: list[Line], deliver: Any, tmp_path: Path
) -> None:
    correct(owner_client, correct(owner_client, lines[0], "sad")["utterances"][0], "fear")
    path = f"/api/v1/recordings/{lines[0]['recording_id']}/retry"
    assert owner_client.post(path, {"discard_edits": True}, format="json").status_code == 202
    deliver(messages_for({"id": lines[0]["recording_id"]}))
    assert not Utterance.objects.filter(machine_emotion_label__isnull=False).exists()
    [row] = exported(owner_client, tmp_path)
    assert (row["emotion"], row["machine_emotion"], row["text"]) == ("fear", "angry", "You sad it first.")
    assert (row["start_s"], row["end_s"]) == ("1.0", "3.0")


def test_without_audio_there_is_no_row(
    owner_client: CommittingClient, lines: list[Line], tmp_path: Path
) -> None:
    correct(owner_client, lines[0], "sad")
    default_storage.delete(stored_files()[0])
    assert exported(owner_client, tmp_path) == []


def test_of_nobody_else(
    owner_client: CommittingClient, stranger_client: CommittingClient, lines: list[Line], tmp_path: Path
) -> None:
    correct(owner_client, lines[0], "sad")
    assert exported(stranger_client, tmp_path) == []
