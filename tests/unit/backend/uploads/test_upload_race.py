"""The same upload from many sides at once."""

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
from backend.analyses.models import Analysis
from backend.conversations.models import Conversation, Recording
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend.conftest import AUDIO, NamedBytes, stored_files

THREADS = 8
ID = uuid.UUID("00000000-0000-4000-8000-000000000002")


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_recording(sent: SendRecorder, pushed: PushRecorder) -> None:
    owner = User.objects.create_user("owner@example.org", "x")
    clients = [APIClient() for _ in range(THREADS)]
    for client in clients:
        client.force_login(owner, backend=settings.AUTHENTICATION_BACKENDS[0])
    barrier = Barrier(THREADS)

    def post(client: APIClient) -> tuple[int, Any]:
        try:
            barrier.wait(timeout=20)
            body = {"id": str(ID), "audio": NamedBytes(AUDIO, "talk.wav")}
            response = client.post("/api/v1/recordings", body, format="multipart")
            return response.status_code, response.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(post, clients))

    assert sorted(status for status, _ in answers) == [200] * (THREADS - 1) + [201]
    assert {answer["id"] for _, answer in answers} == {str(ID)}
    assert Recording.objects.count() == Analysis.objects.count() == Conversation.objects.count() == 1
    assert stored_files() == [Recording.objects.get().audio.name]
    assert len(sent.requests) == 1
    assert [event["revision"] for event in pushed.events] == [1]
