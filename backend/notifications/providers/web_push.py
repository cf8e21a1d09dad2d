"""Browsers, by Web Push: RFC 8030 (delivery), RFC 8291 (encryption), RFC 8292 (who sends: VAPID)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import struct
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.core import outbound
from backend.notifications.models import Delivery, Device
from backend.notifications.providers import wording
from backend.notifications.providers.base import Result, call

_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_TOKEN_LIFE_S = 12 * 3600
_KEPT_S = 24 * 3600
_RECORD_BYTES = 4096


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def b64url_decode(text: str) -> bytes:
    """Raises `ValueError`."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def server_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The key pair by which push services know this server, made of the server's secret: there is none to keep.

    Another secret is another key, and browsers subscribe anew when they see that.
    """
    seed = hashlib.sha512(b"notifications.vapid\0" + secret.encode()).digest()
    return ec.derive_private_key(int.from_bytes(seed) % (_ORDER - 1) + 1, _CURVE)


def public_key_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Uncompressed point, 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def keys_check(public_key: str, auth_secret: str) -> None:
    """Raises `ValueError` for what no browser sends."""
    ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, b64url_decode(public_key))
    if len(b64url_decode(auth_secret)) != 16:
        raise ValueError("auth must be 16 bytes")


def encrypt(
    plain: bytes, *, public_key: bytes, auth_secret: bytes, salt: bytes, key: ec.EllipticCurvePrivateKey
) -> bytes:
    """One record of `aes128gcm` (RFC 8188) for a browser. `salt` is 16 random bytes, `key` is used once."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public_key)
    ours = public_key_of(key)
    shared = key.exchange(ec.ECDH(), theirs)
    # RFC 8291, section 3.4
    seed = _hkdf(auth_secret, shared, b"WebPush: info\0" + public_key + ours, 32)
    content_key = _hkdf(salt, seed, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(salt, seed, b"Content-Encoding: nonce\0", 12)
    header = salt + struct.pack("!LB", _RECORD_BYTES, len(ours)) + ours
    return header + AESGCM(content_key).encrypt(nonce, plain + b"\x02", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPushProvider:
    key: ec.EllipticCurvePrivateKey
    contact: str
    """`mailto:` or `https:` of whoever runs this server, for push services."""
    policy: outbound.Policy

    def send(self, device: Device, delivery: Delivery) -> Result:
        message = {
            "title": wording.TITLE,
            "body": wording.body(delivery.notice, device.language),
            "type": delivery.notice,
            "recording_id": str(delivery.recording_id or ""),
        }
        body = encrypt(
            json.dumps(message, ensure_ascii=False).encode(),
            public_key=b64url_decode(device.public_key),
            auth_secret=b64url_decode(device.auth_secret),
            salt=os.urandom(16),
            key=ec.generate_private_key(_CURVE),
        )
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_KEPT_S),
            "Urgency": "normal",
            "Authorization": f"vapid t={self._token(device.address)}, k={b64url(public_key_of(self.key))}",
        }
        return call(device.address, body, headers, self.policy)[0]

    def _token(self, address: str) -> str:
        """A JSON Web Token (ES256) for the service at this address."""
        parts = urlsplit(address)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + _TOKEN_LIFE_S,
            "sub": self.contact,
        }
        head = b64url(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
        signed = f"{head}.{b64url(json.dumps(claims).encode())}"
        r, s = utils.decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{b64url(r.to_bytes(32) + s.to_bytes(32))}"


def _hkdf(salt: bytes, key: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 for at most one block of SHA-256."""
    pseudo_random = hmac.digest(salt, key, "sha256")
    return hmac.digest(pseudo_random, info + b"\x01", "sha256")[:length]
