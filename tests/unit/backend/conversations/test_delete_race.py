"""Deleting a recording while a result for it arrives."""

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
from backend.analyses import tasks
from backend.analyses.models import Analysis
from backend.conversations.models import DeletedRecording, Recording, Utterance
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.conftest import AUDIO, NamedBytes, stored_files

ROUNDS = 8


@pytest.mark.django_db(transaction=True)
def test_the_one_waits_for_the_other(sent: SendRecorder, pushed: PushRecorder) -> None:
    owner = User.objects.create_user("owner@example.org", "x")
    client = APIClient()
    client.force_login(owner, backend=settings.AUTHENTICATION_BACKENDS[0])
    spoken = tuple(messages.utterance(f"u{i}", i, i + 1) for i in range(50))

    def delete(recording_id: uuid.UUID, barrier: Barrier) -> int:
        try:
            barrier.wait(timeout=20)
            return int(client.delete(f"/api/v1/recordings/{recording_id}").status_code)
        finally:
            connection.close()

    def store(payload: dict[str, Any], barrier: Barrier) -> None:
        try:
            barrier.wait(timeout=20)
            tasks.store_unit(payload)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            recording_id = uuid.uuid4()
            body = {"id": str(recording_id), "audio": NamedBytes(AUDIO, "talk.wav")}
            assert client.post("/api/v1/recordings", body, format="multipart").status_code == 201
            analysis = Analysis.objects.get(recording=recording_id)
            payload = messages.unit_result(analysis, utterances=spoken).to_json()
            barrier = Barrier(2)
            deleted = pool.submit(delete, recording_id, barrier)
            stored = pool.submit(store, payload, barrier)
            stored.result(timeout=30)
            assert deleted.result(timeout=30) == 204

    for model in (Recording, Analysis, Utterance):
        assert not model.objects.exists()
    assert stored_files() == []
    assert DeletedRecording.objects.count() == ROUNDS
