"""Every state times everything that can happen to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from backend.analyses.models import Analysis
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh, put, seconds_ago

_CLOSED = ("done", "failed", "cancelled")
_UNCHANGED = ("more", "last", "passing", "lasting", "heartbeat", "silence")
ALLOWED = {
    ("queued", "cancel"): "cancelled",
    ("queued", "heartbeat"): "running",
    ("queued", "more"): "running",
    ("queued", "last"): "done",
    ("queued", "passing"): "queued",
    ("queued", "lasting"): "failed",
    ("running", "cancel"): "cancelled",
    ("running", "heartbeat"): "running",
    ("running", "more"): "running",
    ("running", "last"): "done",
    ("running", "passing"): "queued",
    ("running", "lasting"): "failed",
    ("running", "silence"): "queued",
    ("done", "retry"): "queued",
    ("failed", "retry"): "queued",
    ("cancelled", "retry"): "queued",
}
REFUSED = [("queued", "retry"), ("running", "retry"), *((state, "cancel") for state in _CLOSED)]
IGNORED = [("queued", "silence"), *((state, happening) for state in _CLOSED for happening in _UNCHANGED)]
NEW_ATTEMPT = {
    ("queued", "passing"),
    ("running", "passing"),
    ("running", "silence"),
    *((state, "retry") for state in _CLOSED),
}

Happen = Callable[[Analysis, str], Any]


@pytest.fixture
def happen(
    owner_client: CommittingClient,
    deliver: Callable[..., None],
    sweep: Callable[[], None],
    queue_lengths: dict[str, int],
) -> Happen:
    def run(analysis: Analysis, happening: str) -> Any:
        path = f"/api/v1/recordings/{analysis.recording_id}"
        if happening in ("retry", "cancel"):
            return owner_client.post(f"{path}/{happening}")
        if happening == "silence":
            Analysis.objects.filter(pk=analysis.pk).exclude(heartbeat_at=None).update(
                heartbeat_at=seconds_ago(3600)
            )
            sweep()
            return None
        deliver(
            {
                "more": messages.unit_result(analysis),
                "last": messages.unit_result(analysis, is_last=True),
                "passing": messages.failure(analysis, retryable=True),
                "lasting": messages.failure(analysis),
                "heartbeat": messages.heartbeat(messages.running(analysis, 3.0)),
            }[happening]
        )
        return None

    return run


def test_the_table_is_complete() -> None:
    happenings = {*_UNCHANGED, "retry", "cancel"}
    listed = [*ALLOWED, *REFUSED, *IGNORED]
    assert sorted(listed) == sorted((s, h) for s in ("queued", "running", *_CLOSED) for h in happenings)


@pytest.mark.parametrize(("state", "happening"), ALLOWED)
def test_allowed(analysis: Analysis, happen: Happen, state: str, happening: str) -> None:
    before = put(analysis, state)
    revision = before.recording.revision
    happen(before, happening)
    after = fresh(analysis)
    assert after.state == ALLOWED[state, happening]
    assert after.attempt == before.attempt + ((state, happening) in NEW_ATTEMPT)
    assert (after.finished_at is not None) == (after.state in _CLOSED)
    assert (after.error_code != "") == (after.state == "failed")
    if (state, happening) != ("running", "heartbeat"):
        assert after.recording.revision == revision + 1


@pytest.mark.parametrize(("state", "happening"), REFUSED)
def test_refused(
    analysis: Analysis,
    happen: Happen,
    owner_client: CommittingClient,
    sent: SendRecorder,
    pushed: PushRecorder,
    state: str,
    happening: str,
) -> None:
    before = put(analysis, state)
    shown = owner_client.get(f"/api/v1/recordings/{analysis.recording_id}").json()
    sent.clear()
    pushed.clear()
    response = happen(before, happening)
    assert (response.status_code, response.json()["code"]) == (409, "analysis_state")
    assert owner_client.get(f"/api/v1/recordings/{analysis.recording_id}").json() == shown
    assert (sent.requests, pushed.sends) == ([], [])


@pytest.mark.parametrize(("state", "happening"), IGNORED)
def test_ignored(
    analysis: Analysis,
    happen: Happen,
    owner_client: CommittingClient,
    sent: SendRecorder,
    pushed: PushRecorder,
    state: str,
    happening: str,
) -> None:
    before = put(analysis, state)
    shown = owner_client.get(f"/api/v1/recordings/{analysis.recording_id}").json()
    sent.clear()
    pushed.clear()
    happen(before, happening)
    assert owner_client.get(f"/api/v1/recordings/{analysis.recording_id}").json() == shown
    path = f"/api/v1/recordings/{analysis.recording_id}/utterances"
    assert owner_client.get(path).json()["results"] == []
    assert (sent.requests, pushed.sends) == ([], [])
