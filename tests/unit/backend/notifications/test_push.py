"""Notices on phones and browsers, against a server that stands for their push services."""

from __future__ import annotations

import base64
import json
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db.models import F

from backend.accounts.models import User
from backend.conversations.models import Utterance
from backend.notifications.models import Delivery, Device
from backend.notifications.providers import web_push
from backend.notifications.providers.configured import web_push_public_key
from backend.notifications.services import devices
from backend.notifications.services.receipts import receipts_run
from tests.fake_http import FakeServer
from tests.unit.backend.notifications.conftest import (
    BROWSER_KEY,
    BROWSER_SECRET,
    EXPO_TOKEN,
    new_browser,
    new_device,
)


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_example_of_rfc_8291() -> None:
    private = int.from_bytes(decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    found = web_push.encrypt(
        b"When I grow up, I want to be a watermelon",
        public_key=decode(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth_secret=decode("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=decode("DGv6ra1nlYgDCS1FRnbzlw"),
        key=ec.derive_private_key(private, ec.SECP256R1()),
    )
    assert web_push.b64url(found) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr"
        "u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def opened(body: bytes) -> dict[str, Any]:
    """What the browser makes of it, by RFC 8188 and 8291, written apart from the sender."""
    salt, (size, key_length) = body[:16], struct.unpack("!LB", body[16:21])
    theirs = body[21 : 21 + key_length]
    assert (size, key_length) == (4096, 65)
    shared = BROWSER_KEY.exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    )
    info = b"WebPush: info\0" + web_push.public_key_of(BROWSER_KEY) + theirs
    seed = _hkdf(BROWSER_SECRET, shared, info, 32)
    key = _hkdf(salt, seed, b"Content-Encoding: aes128gcm\0", 16)
    plain = AESGCM(key).decrypt(_hkdf(salt, seed, b"Content-Encoding: nonce\0", 12), body[86:], None)
    assert plain.endswith(b"\x02")
    found: dict[str, Any] = json.loads(plain[:-1])
    return found


def _hkdf(salt: bytes, key: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)


def test_a_browser_can_read_it_and_knows_who_sent_it(
    browser: Device, server: FakeServer, finish: Callable[..., Any], run: Callable[..., None]
) -> None:
    analysis = finish()
    run()
    [asked] = server.asked
    assert asked.path == "/browser/1"
    assert asked.headers["content-encoding"] == "aes128gcm"
    assert int(asked.headers["ttl"]) == 24 * 3600
    assert opened(asked.body) == {
        "title": "RecognitionHelpers",
        "body": "A recording is captioned.",
        "type": "recording.done",
        "recording_id": str(analysis.recording_id),
    }
    scheme, _, rest = asked.headers["authorization"].partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, fields["k"]) == ("vapid", web_push_public_key())
    head, claims, signature = fields["t"].split(".")
    assert json.loads(decode(head)) == {"typ": "JWT", "alg": "ES256"}
    told = json.loads(decode(claims))
    assert told["aud"] == server.url
    assert 0 < told["exp"] - time.time() < 24 * 3600
    assert told["sub"].startswith(("mailto:", "https:"))
    raw = decode(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(fields["k"]))
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def test_the_servers_key_is_made_of_its_secret() -> None:
    same = [web_push.public_key_of(web_push.server_key(secret)) for secret in ("a", "a", "b")]
    assert same[0] == same[1] != same[2]
    assert web_push_public_key() == web_push.b64url(
        web_push.public_key_of(web_push.server_key(settings.SECRET_KEY))
    )


@pytest.mark.parametrize(
    ("state", "notice", "text"),
    [
        ("done", "recording.done", "녹음의 자막이 준비됐어요."),
        ("failed", "recording.failed", "자막을 만들지 못한 녹음이 있어요. 열어서 다시 시도해 주세요."),
    ],
)
def test_a_phone_is_told_without_a_word_of_what_was_said(
    phone: Device,
    server: FakeServer,
    finish: Callable[..., Any],
    run: Callable[..., None],
    state: str,
    notice: str,
    text: str,
) -> None:
    analysis = finish(state)
    recording = analysis.recording
    recording.title, recording.file_name = "secret title", "secret name.wav"
    recording.save()
    Utterance.objects.create(
        owner_id=recording.owner_id,
        recording=recording,
        index=0,
        start_s=0,
        end_s=1,
        text="secret words",
        emotion_label="angry",
        revision=1,
        said_at=recording.created_at,
    )
    run()
    [asked] = server.asked
    assert asked.headers["authorization"] == "Bearer token-of-the-operator"
    assert json.loads(asked.body) == [
        {
            "to": EXPO_TOKEN,
            "title": "RecognitionHelpers",
            "body": text,
            "data": {"type": notice, "recording_id": str(recording.pk)},
        }
    ]


def test_each_device_is_told_once_of_each_end(
    phone: Device, browser: Device, server: FakeServer, finish: Callable[..., Any], run: Callable[..., None]
) -> None:
    finish()
    run()
    run()
    assert sorted(asked.path for asked in server.asked) == ["/browser/1", "/expo"]
    finish("failed")
    run()
    assert len(server.asked) == 4
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_device_that_came_later_is_not_told_of_before(
    owner: User, server: FakeServer, finish: Callable[..., Any], run: Callable[..., None]
) -> None:
    finish()
    devices.device_register(user=owner, new=new_device())
    run()
    assert server.asked == []


@pytest.mark.parametrize(
    ("kind", "status", "answer"),
    [
        ("web", 410, b""),
        ("web", 404, b""),
        ("expo", 200, b'{"data": [{"status": "error", "details": {"error": "DeviceNotRegistered"}}]}'),
    ],
)
def test_a_device_that_is_gone_is_forgotten(
    owner: User,
    server: FakeServer,
    finish: Callable[..., Any],
    run: Callable[..., None],
    kind: str,
    status: int,
    answer: bytes,
) -> None:
    new = new_browser(server) if kind == "web" else new_device()
    devices.device_register(user=owner, new=new)
    server.answers = [(status, answer)]
    finish()
    run()
    assert (Device.objects.count(), Delivery.objects.count(), len(server.asked)) == (0, 0, 1)


@pytest.mark.parametrize(
    ("kind", "status", "answer"),
    [
        ("web", 503, b""),
        ("web", 429, b""),
        ("expo", 500, b""),
        ("expo", 404, b"<html>"),
        ("expo", 200, b"<html>"),
        ("expo", 200, b'{"data": [{"status": "error", "details": {"error": "MessageRateExceeded"}}]}'),
    ],
)
def test_what_does_not_get_through_is_tried_three_times_more(
    owner: User,
    server: FakeServer,
    finish: Callable[..., Any],
    run: Callable[..., None],
    kind: str,
    status: int,
    answer: bytes,
) -> None:
    new = new_browser(server) if kind == "web" else new_device()
    devices.device_register(user=owner, new=new)
    server.answers = [(status, answer)]
    finish()
    for after_s in (0, 10, 60, 600, 3600, 7200):
        run(after_s)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, len(server.asked)) == ("given_up", 4, 4)
    assert Device.objects.count() == 1


def test_a_refusal_is_not_repeated(
    phone: Device, server: FakeServer, finish: Callable[..., Any], run: Callable[..., None]
) -> None:
    server.answers = [(200, b'{"data": [{"status": "error", "details": {"error": "MessageTooBig"}}]}')]
    finish()
    run()
    run(10_000)
    assert (Delivery.objects.get().state, len(server.asked)) == ("given_up", 1)


def test_what_a_dead_process_had_claimed_is_sent_later(
    phone: Device,
    server: FakeServer,
    finish: Callable[..., Any],
    run: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finish()
    with monkeypatch.context() as patch:
        patch.setattr("backend.notifications.services.outbox.send", _die)
        with pytest.raises(KeyboardInterrupt):
            run()
    run()
    assert server.asked == []
    run(60)
    assert (len(server.asked), Delivery.objects.get().state) == (1, "sent")


def _die(*_: Any) -> None:
    raise KeyboardInterrupt


def test_the_same_device_of_another_person_is_theirs(
    phone: Device, stranger: User, server: FakeServer, finish: Callable[..., Any], run: Callable[..., None]
) -> None:
    finish()
    moved = devices.device_register(user=stranger, new=new_device(language="en"))
    assert (moved.pk, moved.owner) == (phone.pk, stranger)
    run()
    assert server.asked == []


@pytest.fixture
def receipts(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Asks for receipts as if `after` had passed since the notices were sent, and the service answered `answer`."""

    def do(answer: Any, *, status: int = 200, after: timedelta = timedelta(minutes=15)) -> None:
        body = answer if isinstance(answer, bytes) else json.dumps({"data": answer}).encode()
        server.answers = [(status, body)]
        for name in ("receipt_at", "created_at"):
            Delivery.objects.update(**{name: F(name) - after})
        receipts_run()

    return do


@pytest.fixture
def told(phone: Device, server: FakeServer, finish: Callable[..., Any], run: Callable[..., None]) -> Delivery:
    server.answers = [(200, b'{"data": [{"status": "ok", "id": "ticket-1"}]}')]
    finish()
    run()
    return Delivery.objects.get()


def test_a_receipt_is_asked_for_later_and_once(
    told: Delivery, server: FakeServer, receipts: Callable[..., None]
) -> None:
    assert (told.state, told.ticket) == ("sent", "ticket-1")
    receipts({}, after=timedelta(minutes=14))
    assert len(server.asked) == 1
    receipts({"ticket-1": {"status": "ok"}}, after=timedelta(minutes=1))
    asked = server.asked[-1]
    assert (asked.path, json.loads(asked.body)) == ("/getReceipts", {"ids": ["ticket-1"]})
    assert asked.headers["authorization"] == "Bearer token-of-the-operator"
    receipts({})
    assert len(server.asked) == 2
    assert (Delivery.objects.get().state, Device.objects.count()) == ("sent", 1)


def test_a_phone_without_the_app_is_forgotten(
    told: Delivery, server: FakeServer, receipts: Callable[..., None]
) -> None:
    receipts({"ticket-1": {"status": "error", "details": {"error": "DeviceNotRegistered"}}})
    assert (Device.objects.count(), Delivery.objects.count()) == (0, 0)


def test_what_the_phone_did_not_get_is_in_the_log(told: Delivery, receipts: Callable[..., None]) -> None:
    receipts({"ticket-1": {"status": "error", "message": "…", "details": {"error": "MessageTooBig"}}})
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.problem, delivery.ticket) == ("given_up", "MessageTooBig", "")
    assert Device.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "answer"), [(200, {}), (503, b""), (200, b"<html>"), (200, {"ticket-1": None}), (404, b"")]
)
def test_what_is_not_known_yet_is_asked_again_for_a_day(
    told: Delivery, server: FakeServer, receipts: Callable[..., None], status: int, answer: Any
) -> None:
    receipts(answer, status=status)
    receipts(answer, status=status)
    assert len(server.asked) == 3
    assert (Delivery.objects.get().ticket, Device.objects.count()) == ("ticket-1", 1)
    receipts(answer, status=status, after=timedelta(hours=24))
    assert (len(server.asked), Delivery.objects.get().ticket) == (3, "")
