"""Push may fail, and must never take the change with it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import redis.exceptions

from backend.realtime import publisher
from tests.recorders import PushRecorder

EVENT: Any = {"type": "recording.deleted", "revision": 1, "recording_id": "1"}


@pytest.mark.parametrize(
    "error",
    [
        redis.exceptions.ConnectionError("refused"),
        redis.exceptions.TimeoutError("slow"),
        redis.exceptions.BusyLoadingError("loading"),
        ConnectionResetError("reset"),
        TimeoutError("slow"),
    ],
)
def test_a_layer_that_is_away_is_a_warning(
    pushed: PushRecorder, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    pushed.error = error
    publisher.publish(uuid.uuid4(), EVENT)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_mistake_of_ours_is_not_hidden(pushed: PushRecorder) -> None:
    pushed.error = KeyError("bug")
    with pytest.raises(KeyError):
        publisher.publish(uuid.uuid4(), EVENT)


def test_several_events_keep_their_order(pushed: PushRecorder) -> None:
    owner_id = uuid.uuid4()
    publisher.publish(owner_id, EVENT, {**EVENT, "revision": 2})
    assert [event["revision"] for event in pushed.events] == [1, 2]
    assert {group for group, _ in pushed.sends} == {f"user.{owner_id.hex}"}
