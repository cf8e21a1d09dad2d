"""Exports, read back by parsers that are not ours."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pysrt
import pytest
import webvtt
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from backend.conversations.exports import files
from backend.conversations.exports.data import harmless
from backend.conversations.exports.lines import SCRIPT_WORDS
from backend.conversations.models import Recording, Utterance
from tests.conftest import CommittingClient
from tests.unit.backend.conftest import body_of
from tests.unit.backend.conversations.conftest import Line

WEB_WORDS = Path(__file__).resolve().parents[4] / "clients/web/src/shared/i18n"


def export(client: CommittingClient, lines: list[Line], form: str, **options: Any) -> bytes:
    path = f"/api/v1/conversations/{lines[0]['conversation_id']}/export/{form}"
    response = client.get(path, {"language": "en", **options})
    assert response.status_code == 200, response.content
    assert int(response["Content-Length"]) > 0
    return body_of(response)


def write(line: Line, **changes: Any) -> None:
    Utterance.objects.filter(pk=line["id"]).update(**changes)


def test_the_script(owner_client: CommittingClient, lines: list[Line]) -> None:
    text = export(owner_client, lines, "txt").decode()
    assert text.splitlines()[2:] == [
        "A: (angrily) You sad it first.",
        "B: (happily) 회의가 세시에 시작해요",
        "A: So we begin",
        "",
    ]
    assert "B: (기쁘게) 회의가" in export(owner_client, lines, "txt", language="ko").decode()
    assert "(" not in export(owner_client, lines, "txt", emotion="false").decode()


def test_subrip(owner_client: CommittingClient, lines: list[Line]) -> None:
    write(lines[2], text="a --> b\n\n2\n00:00", emotion_confident=False)
    found = pysrt.from_string(export(owner_client, lines, "srt").decode())
    assert [(str(cue.start), str(cue.end), cue.text) for cue in found] == [
        ("00:00:01,000", "00:00:03,000", "A: (angrily) You sad it first."),
        ("00:00:04,000", "00:00:05,500", "B: (happily) 회의가 세시에 시작해요"),
        ("00:00:08,000", "00:00:09,500", "A: (unsure) a → b 2 00:00"),
    ]


def test_webvtt(owner_client: CommittingClient, lines: list[Line]) -> None:
    write(lines[2], text="<b> & --> c", speaker="A<B>")
    text = export(owner_client, lines, "vtt").decode()
    found = webvtt.from_string(text)
    assert [(cue.start, cue.end) for cue in found] == [
        ("00:00:01.000", "00:00:03.000"),
        ("00:00:04.000", "00:00:05.500"),
        ("00:00:08.000", "00:00:09.500"),
    ]
    assert found[0].raw_text == "<v A><c.angry>(angrily) You sad it first.</c></v>"
    assert found[1].voice == "B"
    assert found[1].text == "(happily) 회의가 세시에 시작해요"
    assert found[2].raw_text == "<v A&lt;B&gt;><c.neutral>&lt;b&gt; &amp; --&gt; c</c></v>"
    assert "::cue(.angry)" in text
    assert "<c." not in export(owner_client, lines, "vtt", emotion="false").decode()


def test_recordings_of_a_conversation_follow_each_other(
    owner_client: CommittingClient, lines: list[Line], upload: Any
) -> None:
    later = upload(owner_client, conversation_id=lines[0]["conversation_id"]).json()
    recording = Recording.objects.get(pk=later["id"])
    Utterance.objects.create(
        owner=recording.owner, recording=recording, index=0, start_s=1, end_s=2, text="later", revision=9
    )
    found = pysrt.from_string(export(owner_client, lines, "srt").decode())
    # The first one is thirty seconds long.
    assert (str(found[-1].start), found[-1].text) == ("00:00:31,000", "later")
    alone = pysrt.from_string(export(owner_client, lines, "srt", recording_id=later["id"]).decode())
    assert [(str(cue.start), cue.text) for cue in alone] == [("00:00:01,000", "later")]


def test_the_table(owner_client: CommittingClient, lines: list[Line]) -> None:
    write(lines[0], text='=HYPERLINK("http://x")', speaker="@A")
    write(lines[2], emotion_label=None)
    content = export(owner_client, lines, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["text"] for row in rows] == [
        '\'=HYPERLINK("http://x")',
        lines[1]["text"],
        lines[2]["text"],
    ]
    assert [row["speaker"] for row in rows] == ["'@A", "B", "A"]
    assert [row["emotion"] for row in rows] == ["angry", "happy", ""]
    assert (rows[0]["start_s"], rows[0]["end_s"], rows[0]["emotion_corrected"]) == ("1.0", "3.0", "False")


@given(st.text(max_size=6))
def test_no_cell_is_a_formula(text: str) -> None:
    assert not re.match(r"\s*[=+\-@]", harmless(text)) or text.lstrip(" ")[0] not in "=+-@"


def test_everything(owner_client: CommittingClient, lines: list[Line]) -> None:
    body = {"revision": lines[0]["revision"], "emotion": "sad"}
    owner_client.patch(f"/api/v1/utterances/{lines[0]['id']}", body, format="json")
    found = json.loads(export(owner_client, lines, "json"))
    assert found["format"] == "recognitionhelpers.conversations/1"
    [conversation] = found["conversations"]
    [recording] = conversation["recordings"]
    path = f"/api/v1/recordings/{recording['id']}/utterances"
    assert recording["utterances"] == owner_client.get(path).json()["results"]
    assert recording["utterances"][0]["emotion"]["machine"] == {"label": "angry", "confident": True}
    [edit] = conversation["edits"]
    assert (edit["kind"], edit["changes"][0]["after"]["emotion_label"]) == ("emotion", "sad")


def test_the_document(owner_client: CommittingClient, lines: list[Line]) -> None:
    write(lines[2], text="bell \x07 and <tags> & 한글")
    path = f"/api/v1/conversations/{lines[0]['conversation_id']}"
    owner_client.patch(path, {"title": "가족 회의"}, format="json")
    document = Document(io.BytesIO(export(owner_client, lines, "docx", language="ko")))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[1] == "가족 회의"
    assert texts[3:] == [
        "[0:01] A: (화난 듯이) You sad it first.",
        "[0:04] B: (기쁘게) 회의가 세시에 시작해요",
        "[0:08] A: bell  and <tags> & 한글",
    ]


def test_a_document_has_its_limits(
    owner_client: CommittingClient, lines: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_IN_A_DOCUMENT", 2)
    response = owner_client.get(f"/api/v1/conversations/{lines[0]['conversation_id']}/export/docx")
    assert (response.status_code, response.json()["code"]) == (413, "export_too_large")


def test_days(owner_client: CommittingClient, lines: list[Line]) -> None:
    begun = owner_client.get(f"/api/v1/conversations/{lines[0]['conversation_id']}").json()["started_at"][:10]

    def exported(**days: str) -> list[Any]:
        response = owner_client.get("/api/v1/export/json", days)
        found: list[Any] = json.loads(body_of(response))["conversations"]
        return [conversation["id"] for conversation in found]

    assert exported() == exported(since=begun, until=begun) == [lines[0]["conversation_id"]]
    assert exported(until="2020-01-01") == exported(since="9999-12-31") == []
    owner_client.post(f"/api/v1/conversations/{lines[0]['conversation_id']}/trash")
    assert exported() == []


def test_the_file_is_named_after_the_conversation(owner_client: CommittingClient, lines: list[Line]) -> None:
    path = f"/api/v1/conversations/{lines[0]['conversation_id']}"
    owner_client.patch(path, {"title": '가족/회의: "1"'}, format="json")
    response = owner_client.get(f"{path}/export/srt")
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%EA%B0%80%EC%A1%B1%20%ED%9A%8C%EC%9D%98%201.srt"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    body_of(response)


def test_only_the_forms_that_there_are(owner_client: CommittingClient, lines: list[Line]) -> None:
    path = f"/api/v1/conversations/{lines[0]['conversation_id']}/export"
    assert owner_client.get(f"{path}/pdf").status_code == 404
    assert owner_client.get(f"{path}/srt", {"language": "fr"}).status_code == 400


def test_strangers_get_nothing(
    lines: list[Line], stranger_client: CommittingClient, anonymous_client: CommittingClient
) -> None:
    for form in files.FORMS:
        path = f"/api/v1/conversations/{lines[0]['conversation_id']}/export/{form}"
        assert stranger_client.get(path).status_code == 404
        assert anonymous_client.get(path).status_code == 401
        assert anonymous_client.get(f"/api/v1/export/{form}").status_code == 401
    found = json.loads(body_of(stranger_client.get("/api/v1/export/json")))
    assert found["conversations"] == []
    assert anonymous_client.get("/api/v1/corrections").status_code == 401


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_words_are_those_of_the_web_client(language: str) -> None:
    source = (WEB_WORDS / language / "emotion.ts").read_text(encoding="utf-8")
    block = source[source.index("script: {") : source.index("sounds: {")]
    assert dict(re.findall(r'(\w+): "([^"]*)"', block)) == SCRIPT_WORDS[language]
