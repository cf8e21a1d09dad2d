"""Several people, or one on several devices, edit the same at the same time: no update is lost."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.conversations.models import Conversation, Edit, Recording, Utterance
from tests.recorders import PushRecorder, SendRecorder

ROUNDS = 5
AT_ONCE = 4


@pytest.mark.django_db(transaction=True)
def test_of_edits_of_one_revision_one_is_made(sent: SendRecorder, pushed: PushRecorder) -> None:
    owner, utterance = _utterance()
    for _ in range(ROUNDS):
        revision = Utterance.objects.get(pk=utterance.pk).revision
        bodies = [{"revision": revision, "text": f"text {uuid.uuid4().hex}"} for _ in range(AT_ONCE)]
        statuses = _all_at_once(owner, utterance, bodies)
        assert sorted(statuses) == [200] + [409] * (AT_ONCE - 1)
        kept = Utterance.objects.get(pk=utterance.pk)
        [winner] = [body["text"] for body, status in zip(bodies, statuses, strict=True) if status == 200]
        assert kept.text == winner
    assert Edit.objects.count() == ROUNDS
    assert sorted(event["revision"] for event in pushed.events) == list(range(1, ROUNDS + 1))


@pytest.mark.django_db(transaction=True)
def test_who_tries_again_with_the_newer_revision_loses_nothing(
    sent: SendRecorder, pushed: PushRecorder
) -> None:
    owner, utterance = _utterance()

    def add(word: str) -> None:
        client = _client(owner)
        held = {"text": utterance.text, "revision": utterance.revision}
        try:
            while True:
                body = {"text": f"{held['text']} {word}", "revision": held["revision"]}
                answer = client.patch(f"/api/v1/utterances/{utterance.pk}", body, format="json")
                if answer.status_code == 200:
                    return
                held = answer.json()["data"]["utterance"]
        finally:
            connection.close()

    words = [f"w{i}" for i in range(6)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(add, words))
    assert sorted(Utterance.objects.get().text.split()) == sorted(["one", *words])


def _utterance() -> tuple[User, Utterance]:
    owner = User.objects.create_user("owner@example.org", "x")
    conversation = Conversation.objects.create(owner=owner, revision=0)
    recording = Recording.objects.create(
        id=uuid.uuid4(), owner=owner, conversation=conversation, size_bytes=1, revision=0
    )
    utterance = Utterance.objects.create(
        owner=owner, recording=recording, index=0, start_s=0, end_s=1, text="one", revision=0
    )
    return owner, utterance


def _client(owner: User) -> APIClient:
    client = APIClient()
    client.force_login(owner, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _all_at_once(owner: User, utterance: Utterance, bodies: list[dict[str, Any]]) -> list[int]:
    barrier = Barrier(len(bodies))

    def send(body: dict[str, Any]) -> int:
        try:
            client = _client(owner)
            barrier.wait(timeout=20)
            answer = client.patch(f"/api/v1/utterances/{utterance.pk}", body, format="json")
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))
