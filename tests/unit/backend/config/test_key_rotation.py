"""The signing key is changed as docs/operations.md says, and nothing that people rely on breaks."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core import signing
from django.test import Client, override_settings

from backend.accounts.mfa import MfaAdapter
from backend.accounts.models import User
from backend.analyses.dispatch import sign_audio, unsign_audio
from backend.notifications.models import Webhook
from backend.notifications.providers.configured import web_push_public_key
from tests.conftest import PASSWORD

FIRST, SECOND, THIRD = (character * 50 for character in "abc")


@contextmanager
def keys(secret_key: str, fallbacks: tuple[str, ...] = (), data_key: str = "") -> Iterator[None]:
    with override_settings(SECRET_KEY=secret_key, SECRET_KEY_FALLBACKS=list(fallbacks), DATA_KEY=data_key):
        yield


def is_signed_in(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


@pytest.fixture
def webhook(owner: User) -> Webhook:
    return Webhook.objects.create(owner=owner, url="https://example.org/hook")


def test_while_the_old_key_is_a_fallback_nobody_notices(owner: User, webhook: Webhook) -> None:
    client, recording_id = Client(), uuid.uuid4()
    with keys(FIRST):
        assert client.login(email=owner.email, password=PASSWORD)
        token, seed = sign_audio(recording_id), MfaAdapter().encrypt("seed")
        lasting = (webhook.secret, web_push_public_key())
    with keys(SECOND, fallbacks=(FIRST,), data_key=FIRST):
        assert is_signed_in(client)
        assert unsign_audio(token) == recording_id
        assert MfaAdapter().decrypt(seed) == "seed"
        assert (webhook.secret, web_push_public_key()) == lasting


def test_afterwards_only_sessions_and_addresses_of_the_old_key_are_over(
    owner: User, webhook: Webhook
) -> None:
    early, late = Client(), Client()
    with keys(FIRST):
        assert early.login(email=owner.email, password=PASSWORD)
        token, seed = sign_audio(uuid.uuid4()), MfaAdapter().encrypt("seed")
        lasting = (webhook.secret, web_push_public_key())
    with keys(SECOND, fallbacks=(FIRST,), data_key=FIRST):
        assert late.login(email=owner.email, password=PASSWORD)
    with keys(SECOND, data_key=FIRST):
        assert not is_signed_in(early)
        assert is_signed_in(late)
        with pytest.raises(signing.BadSignature):
            unsign_audio(token)
        assert MfaAdapter().decrypt(seed) == "seed"
        assert (webhook.secret, web_push_public_key()) == lasting
    with keys(THIRD, data_key=FIRST):
        assert MfaAdapter().decrypt(seed) == "seed"
        assert (webhook.secret, web_push_public_key()) == lasting


def test_without_a_data_key_lasting_secrets_change_with_the_signing_key(webhook: Webhook) -> None:
    with keys(FIRST):
        before = (webhook.secret, web_push_public_key())
    with keys(SECOND, fallbacks=(FIRST,)):
        assert webhook.secret != before[0]
        assert web_push_public_key() != before[1]
