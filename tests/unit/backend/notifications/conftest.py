"""A server that stands for phones' and browsers' push services and for people's webhooks."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses.models import Analysis, AnalysisState
from backend.notifications.models import Delivery, Device, Webhook
from backend.notifications.providers.web_push import b64url, public_key_of
from backend.notifications.services import devices, outbox, webhooks
from tests.fake_http import FakeServer, fake_server

EXPO_TOKEN = "ExponentPushToken[abcdefgh-12345678]"
BROWSER_KEY = ec.generate_private_key(ec.SECP256R1())
BROWSER_SECRET = bytes(range(16))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    with fake_server() as running:
        running.answers = [(200, b'{"data": [{"status": "ok", "id": "1"}]}')]
        local = dataclasses.replace(
            settings.ENVIRONMENT,
            outbound_private_networks=(ipaddress.ip_network("127.0.0.0/8"),),
            expo_push_url=f"{running.url}/expo",
            expo_access_token="token-of-the-operator",
        )
        monkeypatch.setattr(settings, "ENVIRONMENT", local)
        yield running


@pytest.fixture
def phone(owner: User, server: FakeServer) -> Device:
    return devices.device_register(user=owner, new=new_device())


@pytest.fixture
def browser(owner: User, server: FakeServer) -> Device:
    return devices.device_register(user=owner, new=new_browser(server))


@pytest.fixture
def webhook(owner: User, server: FakeServer) -> Webhook:
    return webhooks.webhook_create(user=owner, url=f"{server.url}/hook?mine=1")


def new_device(**changes: str) -> devices.NewDevice:
    fields: dict[str, Any] = {
        "kind": "expo",
        "address": EXPO_TOKEN,
        "public_key": "",
        "auth_secret": "",
        "language": "ko",
        "name": "phone",
    }
    return devices.NewDevice(**{**fields, **changes})


def new_browser(server: FakeServer, **changes: str) -> devices.NewDevice:
    keys = {"public_key": b64url(public_key_of(BROWSER_KEY)), "auth_secret": b64url(BROWSER_SECRET)}
    return new_device(
        **{"kind": "web", "address": f"{server.url}/browser/1", "language": "en", **keys, **changes}
    )


@pytest.fixture
def finish(analysis: Analysis) -> Callable[..., Analysis]:
    """Ends the analysis of the owner's recording."""

    def run(state: str = "done", code: str = "") -> Analysis:
        analysis.state, analysis.error_code = AnalysisState(state), code
        analysis.finished_at = timezone.now()
        analysis.utterance_count = 3
        analysis.save()
        return analysis

    return run


@pytest.fixture
def run() -> Callable[..., None]:
    """Looks for news and sends what is due, one after the other; `after_s` later than now."""

    def do(after_s: float = 0.0) -> None:
        if after_s:
            shift = timedelta(seconds=after_s)
            for delivery in Delivery.objects.all():
                Delivery.objects.filter(pk=delivery.pk).update(
                    next_attempt_at=delivery.next_attempt_at - shift
                )

        def start(work: Callable[[], None]) -> bool:
            work()
            return True

        outbox.outbox_run(start=start)

    return do
