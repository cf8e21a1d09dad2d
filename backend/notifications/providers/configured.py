"""The providers as the environment wants them."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from backend.core.data_key import data_key
from backend.core.outbound import Policy
from backend.notifications.models import Delivery, DeviceKind
from backend.notifications.providers.base import Outcome, PushProvider, Result
from backend.notifications.providers.expo import ExpoProvider
from backend.notifications.providers.web_push import WebPushProvider, b64url, public_key_of, server_key
from backend.notifications.providers.webhook import WebhookProvider


def policy() -> Policy:
    environment = settings.ENVIRONMENT
    return Policy(
        private_networks=environment.outbound_private_networks,
        # Over plain HTTP only to where the operator has allowed private addresses.
        allow_plain_http=bool(environment.outbound_private_networks),
    )


def send(delivery: Delivery) -> Result:
    """One attempt, on the way that leads to whom it is for."""
    if delivery.device is not None:
        return _push_provider(delivery.device.kind).send(delivery.device, delivery)
    if delivery.webhook is not None:
        return WebhookProvider(policy=policy()).send(delivery.webhook, delivery)
    return Result(outcome=Outcome.REFUSED, problem="for nobody")


def expo_provider() -> ExpoProvider:
    environment = settings.ENVIRONMENT
    return ExpoProvider(
        url=environment.expo_push_url, access_token=environment.expo_access_token, policy=policy()
    )


def _push_provider(kind: str) -> PushProvider:
    if kind == DeviceKind.EXPO:
        return expo_provider()
    return WebPushProvider(key=server_key(data_key()), contact=_contact(), policy=policy())


def web_push_public_key() -> str:
    """base64url, as browsers want it for `applicationServerKey`."""
    return _public_key(data_key())


@cache
def _public_key(secret: str) -> str:
    return b64url(public_key_of(server_key(secret)))


def _contact() -> str:
    is_https = settings.PUBLIC_URL.startswith("https://")
    return settings.PUBLIC_URL if is_https else "mailto:operator@localhost"
