"""Parts of the stack are killed in the middle of a job: it finishes by itself, once, nothing lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import psutil
import pytest

from tests.live_stack import CHILDREN, LiveStack, Person, live_stack, wait_until

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def fragile_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    with live_stack(tmp_path_factory.mktemp("fragile") / "data", WORKER_SILENT_S="6") as running:
        yield running


@pytest.mark.parametrize("victim", CHILDREN)
def test_a_killed_child_costs_nothing(fragile_stack: LiveStack, spoken_long: Path, victim: str) -> None:
    person = Person(fragile_stack.url)
    recording_id = person.upload(spoken_long, language="en")["id"]
    _wait_for_first_caption(person, recording_id)
    process = fragile_stack.child(victim)
    process.kill()
    recording = person.finished(recording_id, limit_s=400)
    assert fragile_stack.child(victim).pid != process.pid
    _assert_complete(person, recording)


def test_queued_and_running_work_survives_a_power_cut(
    tmp_path: Path, spoken: Path, spoken_long: Path
) -> None:
    with live_stack(tmp_path / "data", WORKER_SILENT_S="6") as stack:
        person = Person(stack.url)
        running = person.upload(spoken_long, language="en")["id"]
        _wait_for_first_caption(person, running)
        queued = person.upload(spoken, language="en")["id"]
        stack.kill_everything()
        stack.start()
        _assert_complete(person, person.finished(running, limit_s=400))
        assert person.finished(queued)["analysis"]["state"] == "done"
        assert len(person.utterances(queued)) == 2
        person.events.clear()


def test_a_clean_stop_leaves_no_process_and_loses_no_work(tmp_path: Path, spoken_long: Path) -> None:
    with live_stack(tmp_path / "data") as stack:
        person = Person(stack.url)
        recording_id = person.upload(spoken_long, language="en")["id"]
        _wait_for_first_caption(person, recording_id)
        children = stack.descendants()
        assert len(children) >= len(CHILDREN)
        assert stack.stop() == 0
        assert not [
            child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE
        ]
        stack.start()
        recording = person.finished(recording_id, limit_s=400)
        assert recording["analysis"]["attempt"] == 1
        _assert_complete(person, recording)


def _wait_for_first_caption(person: Person, recording_id: str) -> None:
    wait_until(lambda: person.utterances(recording_id), limit_s=60, what="the first caption")
    assert person.recording(recording_id)["analysis"]["state"] == "running"


def _assert_complete(person: Person, recording: dict[str, object]) -> None:
    analysis = recording["analysis"]
    assert isinstance(analysis, dict)
    assert (analysis["state"], analysis["error"]) == ("done", None)
    utterances = wait_until(
        lambda: _try(lambda: person.utterances(str(recording["id"]))), limit_s=60, what="the captions"
    )
    assert [u["index"] for u in utterances] == list(range(14))
    assert all(a["end_s"] <= b["start_s"] for a, b in pairwise(utterances))


def _try(read: object) -> object:
    try:
        return read()  # type: ignore[operator]
    except httpx.TransportError:
        return None
