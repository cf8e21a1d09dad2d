from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from redis.exceptions import ConnectionError as RedisAwayError

from tests.conftest import CommittingClient


@pytest.fixture
def long_ago(owner_client: CommittingClient) -> None:
    owner_client.get("/api/v1/me")
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=1))


def test_a_device_that_comes_back_later_is_noted(owner_client: CommittingClient, long_ago: None) -> None:
    cache.clear()
    owner_client.get("/api/v1/me")
    assert timezone.now() - UserSession.objects.get().last_seen_at < timedelta(minutes=1)


def test_it_is_not_written_in_every_request(owner_client: CommittingClient, long_ago: None) -> None:
    owner_client.get("/api/v1/me")
    assert timezone.now() - UserSession.objects.get().last_seen_at > timedelta(hours=23)


def test_the_same_session_from_elsewhere_is_noted_at_once(
    owner_client: CommittingClient, long_ago: None
) -> None:
    owner_client.get("/api/v1/me", headers={"User-Agent": "another"})
    assert UserSession.objects.get().user_agent == "another"


def test_a_request_is_answered_without_redis(
    owner_client: CommittingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise RedisAwayError

    monkeypatch.setattr(type(cache._connections["default"]), "add", away)  # type: ignore[attr-defined]
    assert owner_client.get("/api/v1/me").status_code == 200
    assert not UserSession.objects.exists()


def test_nobody_is_not_noted(
    client_of: object, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(None)  # type: ignore[operator]
    with django_assert_num_queries(0):
        assert client.get("/api/v1/me").status_code == 401
