"""A stack with small limits: too large, too long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import speech
from tests.live_stack import LiveStack, Person, live_stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def small_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    folder = tmp_path_factory.mktemp("small") / "data"
    with live_stack(folder, MAX_UPLOAD_BYTES="1000000", MAX_RECORDING_S="20") as running:
        yield running


def test_over_the_size_limit_is_refused_with_what_to_do(small_stack: LiveStack, tmp_path: Path) -> None:
    person = Person(small_stack.url)
    path = tmp_path / "large.wav"
    path.write_bytes(b"\0" * 3_000_000)
    with pytest.raises(httpx.HTTPStatusError) as caught:
        person.upload(path)
    problem = caught.value.response.json()
    assert (problem["status"], problem["code"]) == (413, "recording_too_large")
    assert problem["data"] == {"max_bytes": 1_000_000}
    assert "compressed" in problem["detail"]


def test_over_the_duration_limit_fails_and_keeps_the_audio(small_stack: LiveStack, tmp_path: Path) -> None:
    person = Person(small_stack.url)
    path = speech.write_audio(tmp_path / "long.ogg", speech.silence(30))
    recording = person.finished(person.upload(path)["id"])
    assert recording["analysis"]["error"]["code"] == "audio_too_long"
    assert person.http.get(recording["audio_url"]).content == path.read_bytes()
