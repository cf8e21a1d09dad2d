"""People, clients and recorders that tests of the backend share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.core.cache import cache
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.realtime import publisher
from tests.recorders import PushRecorder, SendRecorder

PASSWORD = "correct horse battery"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if settings.configured:
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


class CommittingClient(APIClient):
    """Runs what a request schedules for its commit, which the transaction around a test would never run."""

    def __init__(self, commit: Callable[..., AbstractContextManager[Any]], **defaults: Any) -> None:
        super().__init__(**defaults)
        self._commit = commit

    def request(self, **kwargs: Any) -> Any:
        with self._commit(execute=True):
            return super().request(**kwargs)


@pytest.fixture(autouse=True)
def _no_counters_of_other_tests() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _current_app_is_left() -> Iterator[None]:
    """A test that makes another app the current one breaks whichever tests its process runs after it."""
    before = current_app._get_current_object()
    yield
    assert current_app._get_current_object() is before, "make the app with set_as_current=False"


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("owner@example.org", PASSWORD)


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("stranger@example.org", PASSWORD)


@pytest.fixture
def client_of(
    sent: SendRecorder, pushed: PushRecorder, django_capture_on_commit_callbacks: Any
) -> Callable[[User | None], CommittingClient]:
    """Makes a client that is signed in as a person; None: nobody."""

    def make(user: User | None) -> CommittingClient:
        client = CommittingClient(django_capture_on_commit_callbacks)
        if user is not None:
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return make


@pytest.fixture
def owner_client(client_of: Callable[..., CommittingClient], owner: User) -> CommittingClient:
    return client_of(owner)


@pytest.fixture
def stranger_client(client_of: Callable[..., CommittingClient], stranger: User) -> CommittingClient:
    return client_of(stranger)


@pytest.fixture
def anonymous_client(client_of: Callable[..., CommittingClient], db: None) -> CommittingClient:
    return client_of(None)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> SendRecorder:
    """What the backend sends to the queues of the inference workers; nothing reaches a real queue."""
    recorder = SendRecorder()
    monkeypatch.setattr(Celery, "send_task", recorder.send_task)
    return recorder


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> PushRecorder:
    """What the backend pushes to websockets."""
    recorder = PushRecorder()
    monkeypatch.setattr(publisher, "get_channel_layer", lambda: recorder)
    return recorder
