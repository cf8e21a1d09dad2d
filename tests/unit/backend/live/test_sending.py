"""Utterances from the cut to the queue: a few at a time, none twice, none forgotten."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from backend.accounts.models import User
from backend.conversations.models import EmotionMode
from backend.live.models import LiveStream, LiveUtterance
from backend.live.services import streams, utterances
from backend.live.services.utterances import SENT_AT_ONCE, NewUtterance
from inference_worker import contract


class Queue:
    """In place of the queue `live`."""

    def __init__(self) -> None:
        self.requests: list[contract.LiveRequest] = []
        self.is_up = True

    def __call__(self, request: contract.LiveRequest, *, expires_s: float | None = None) -> bool:
        if self.is_up:
            self.requests.append(request)
        return self.is_up

    @property
    def sent(self) -> list[int]:
        return [request.utterance for request in self.requests]


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Queue:
    settings.LIVE_DIR = tmp_path
    monkeypatch.setattr("backend.realtime.publisher.publish_live", lambda *_: None)
    queue = Queue()
    monkeypatch.setattr("backend.analyses.dispatch.send_live", queue)
    return queue


@pytest.fixture
def stream(owner: User, queue: Queue) -> LiveStream:
    new = streams.NewStream(stream_id=uuid.uuid4(), language="en", conversation_id=None, pause_s=0.6)
    return streams.stream_open(user=owner, new=new)


@pytest.fixture
def cut(stream: LiveStream, django_capture_on_commit_callbacks: Any) -> Any:
    def run(index: int) -> bool:
        new = NewUtterance(
            index=index,
            first_sample=16_000 * index,
            end_sample=16_000 * (index + 1),
            stable=(),
            probabilities=(0.5,),
            settled_windows=index,
        )
        with django_capture_on_commit_callbacks(execute=True):
            return utterances.utterance_cut(stream_id=stream.pk, new=new)

    return run


def state_of(index: int) -> tuple[bool, int]:
    utterance = LiveUtterance.objects.get(index=index)
    return utterance.sent_at is not None, utterance.tries


def test_a_few_are_with_the_workers_at_a_time(cut: Any, queue: Queue, stream: LiveStream) -> None:
    for index in range(SENT_AT_ONCE + 2):
        assert cut(index)
    assert not cut(0)
    assert queue.sent == [0, 1, 2, 3]
    assert (state_of(3), state_of(4)) == ((True, 1), (False, 0))
    utterances.utterances_send(stream_id=stream.pk)
    assert queue.sent == [0, 1, 2, 3]
    LiveUtterance.objects.filter(index=1).delete()
    utterances.utterances_send(stream_id=stream.pk)
    assert queue.sent == [0, 1, 2, 3, 4]
    assert {request.revision for request in queue.requests} == {utterances.FINAL_REVISION + 1}


def test_what_cannot_be_sent_is_sent_later_and_in_order(cut: Any, queue: Queue, stream: LiveStream) -> None:
    queue.is_up = False
    cut(0)
    assert (queue.sent, state_of(0)) == ([], (False, 0))
    queue.is_up = True
    cut(1)
    assert queue.sent == [0, 1]
    assert (state_of(0), state_of(1)) == ((True, 1), (True, 1))


def test_a_cut_costs_few_questions(cut: Any, django_assert_max_num_queries: Any) -> None:
    cut(0)
    with django_assert_max_num_queries(10):
        cut(1)


@pytest.mark.parametrize("where", ["conversation", "owner", None])
def test_emotion_is_asked_for_only_where_it_is_wanted(
    cut: Any, queue: Queue, stream: LiveStream, owner: User, where: str | None
) -> None:
    cut(0)
    if where == "conversation":
        conversation = stream.recording.conversation
        conversation.emotion_mode = EmotionMode.OFF
        conversation.save()
    elif where == "owner":
        owner.emotion_enabled = False
        owner.save()
    cut(1)
    assert [request.want_emotion for request in queue.requests] == [True, where is None]
