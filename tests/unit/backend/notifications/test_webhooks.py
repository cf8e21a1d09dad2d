"""Webhooks: signed, repeated until they are heard, and switched off when nobody hears them for days."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.notifications.models import Delivery, Webhook
from backend.notifications.services import outbox, webhooks
from tests.conftest import CommittingClient
from tests.fake_http import FakeServer

Finish = Callable[..., Any]
Run = Callable[..., None]


def test_what_a_receiver_gets_and_how_it_is_checked(
    webhook: Webhook, server: FakeServer, finish: Finish, run: Run
) -> None:
    analysis = finish()
    run()
    [asked] = server.asked
    assert asked.path == "/hook?mine=1"
    delivery = Delivery.objects.get()
    assert json.loads(asked.body) == {
        "id": str(delivery.pk),
        "type": "recording.done",
        "created_at": delivery.created_at.isoformat(),
        "data": {
            "recording_id": str(analysis.recording_id),
            "conversation_id": str(analysis.recording.conversation_id),
            "state": "done",
            "error_code": None,
            "duration_s": None,
            "utterance_count": 3,
        },
    }
    assert asked.headers["x-recognitionhelpers-delivery"] == str(delivery.pk)
    # As docs/webhooks.md tells receivers to check it.
    fields = dict(part.split("=") for part in asked.headers["x-recognitionhelpers-signature"].split(","))
    expected = hmac.new(webhook.secret.encode(), fields["t"].encode() + b"." + asked.body, hashlib.sha256)
    assert hmac.compare_digest(fields["v1"], expected.hexdigest())
    assert abs(time.time() - int(fields["t"])) < 60
    assert (delivery.state, delivery.status) == ("sent", 200)


def test_repeats_carry_the_same_id_and_a_new_signature(
    webhook: Webhook, server: FakeServer, finish: Finish, run: Run
) -> None:
    server.answers = [(500, b""), (403, b""), (302, b""), (200, b"")]
    finish("failed", "audio_unreadable")
    for after_s in (0, 10, 60, 300):
        run(after_s)
    bodies = [json.loads(asked.body) for asked in server.asked]
    assert bodies == [bodies[0]] * 4
    assert bodies[0]["data"]["error_code"] == "audio_unreadable"
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.status) == ("sent", 4, 200)
    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_tries_wait_longer_and_longer_and_end(
    webhook: Webhook, server: FakeServer, finish: Finish, run: Run
) -> None:
    server.answers = [(500, b"")]
    finish()
    run()
    for number, delay_s in enumerate(outbox.WEBHOOK_DELAYS_S, start=1):
        waits_s = (Delivery.objects.get().next_attempt_at - timezone.now()).total_seconds()
        assert delay_s - 30 < waits_s <= delay_s
        assert len(server.asked) == number
        run(delay_s)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("given_up", 8)
    run(10**6)
    assert len(server.asked) == 8


def test_days_of_failure_switch_it_off_and_on_begins_anew(
    webhook: Webhook, owner: User, server: FakeServer, finish: Finish, run: Run
) -> None:
    server.answers = [(500, b"")]
    finish()
    run()
    assert Webhook.objects.get().is_enabled
    Webhook.objects.update(failing_since=timezone.now() - outbox.WEBHOOK_PATIENCE - timedelta(seconds=1))
    run(10)
    off = Webhook.objects.get()
    assert (off.is_enabled, off.disabled_because) == (False, "failing")
    finish()
    run(60)
    assert len(server.asked) == 2
    webhooks.webhook_switch(user=owner, webhook_id=webhook.pk, is_enabled=True)
    on = Webhook.objects.get()
    assert (on.is_enabled, on.disabled_because, on.failing_since) == (True, "", None)


def test_an_address_that_leads_inside_is_never_called(
    webhook: Webhook, server: FakeServer, finish: Finish, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was public when it was registered; now its name says something else."""
    Webhook.objects.update(url=f"http://localhost:{server.port}/")
    monkeypatch.undo()
    finish()
    run()
    assert server.asked == []
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status) == ("waiting", None)
    assert delivery.problem != ""


def test_the_secret_is_told_once(owner_client: CommittingClient, server: FakeServer) -> None:
    created = owner_client.post("/api/v1/webhooks", {"url": f"{server.url}/x"}, format="json")
    assert created.status_code == 201
    secret = created.json().pop("secret")
    webhook = Webhook.objects.get()
    assert (secret, len(secret)) == (webhook.secret, len("whsec_") + 64)
    listed = owner_client.get("/api/v1/webhooks").json()
    assert [set(item) for item in listed] == [
        {"id", "url", "is_enabled", "disabled_because", "failing_since", "created_at"}
    ]
    assert secret not in json.dumps(list(Webhook.objects.values()), default=str)


@pytest.mark.parametrize(
    "url", ["http://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "x"]
)
def test_addresses_that_cannot_be(owner_client: CommittingClient, url: str) -> None:
    refused = owner_client.post("/api/v1/webhooks", {"url": url}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, "webhook_address")
    assert not Webhook.objects.exists()


def test_not_more_than_ten(owner_client: CommittingClient) -> None:
    answers = [
        owner_client.post("/api/v1/webhooks", {"url": f"https://example.org/{i}"}, format="json")
        for i in range(11)
    ]
    assert [answer.status_code for answer in answers] == [201] * 10 + [409]
    assert answers[-1].json()["code"] == "too_many_webhooks"


def test_a_test_is_sent_and_logged(
    webhook: Webhook, owner_client: CommittingClient, server: FakeServer, run: Run
) -> None:
    assert owner_client.post(f"/api/v1/webhooks/{webhook.pk}/test").status_code == 202
    run()
    assert json.loads(server.asked[0].body)["type"] == "test"
    [logged] = owner_client.get(f"/api/v1/webhooks/{webhook.pk}/deliveries").json()["results"]
    assert (logged["notice"], logged["state"], logged["attempts"], logged["status"]) == (
        "test",
        "sent",
        1,
        200,
    )


def test_the_log_is_kept_for_two_weeks(webhook: Webhook, finish: Finish, run: Run) -> None:
    finish()
    run()
    Delivery.objects.update(
        created_at=timezone.now() - timedelta(days=13), finished_at=timezone.now() - timedelta(days=13)
    )
    run()
    assert Delivery.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)).count() == 1
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=15))
    run()
    assert not Delivery.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)).exists()


@pytest.mark.parametrize("person", ["nobody", "stranger", "owner"])
@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("get", "/api/v1/webhooks", None, 200),
        ("post", "/api/v1/webhooks", {"url": "https://example.org/"}, 201),
        ("patch", "/api/v1/webhooks/{webhook}", {"is_enabled": False}, 200),
        ("delete", "/api/v1/webhooks/{webhook}", None, 204),
        ("post", "/api/v1/webhooks/{webhook}/test", None, 202),
        ("get", "/api/v1/webhooks/{webhook}/deliveries", None, 200),
        ("get", "/api/v1/push/key", None, 200),
        ("get", "/api/v1/push/devices", None, 200),
        (
            "post",
            "/api/v1/push/devices",
            {"kind": "expo", "address": "ExponentPushToken[zzzzzzzz]", "language": "en"},
            201,
        ),
    ],
)
def test_who_may(
    webhook: Webhook,
    client_of: Callable[..., CommittingClient],
    owner: User,
    stranger: User,
    person: str,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    status: int,
) -> None:
    before = list(Webhook.objects.values())
    client = client_of({"nobody": None, "stranger": stranger, "owner": owner}[person])
    answer = getattr(client, method)(path.format(webhook=webhook.pk), body, format="json" if body else None)
    if person == "nobody":
        expected = 401
    elif person == "stranger" and "{webhook}" in path:
        expected = 404
    else:
        expected = status
    assert answer.status_code == expected
    if expected >= 400:
        assert list(Webhook.objects.values()) == before
    if person == "stranger" and (method, path) == ("get", "/api/v1/webhooks"):
        assert answer.json() == []
