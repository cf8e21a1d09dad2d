"""Webhooks: a signed POST of what happened, with ids and no word that was spoken. docs/webhooks.md is the contract."""

from __future__ import annotations

import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

from backend.analyses.models import Analysis
from backend.core import outbound
from backend.notifications.models import Delivery, Webhook
from backend.notifications.providers.base import Result, call

SIGNATURE_HEADER = "X-RecognitionHelpers-Signature"


def sign(secret: str, sent_at: int, body: bytes) -> str:
    """`t=<seconds>,v1=<HMAC-SHA256 of "seconds.body">`: an old request cannot be sent again as a new one."""
    digest = hmac.digest(secret.encode(), f"{sent_at}.".encode() + body, "sha256").hex()
    return f"t={sent_at},v1={digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookProvider:
    policy: outbound.Policy

    def send(self, webhook: Webhook, delivery: Delivery) -> Result:
        body = json.dumps(payload(delivery)).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "RecognitionHelpers-Webhook/1",
            "X-RecognitionHelpers-Delivery": str(delivery.pk),
            SIGNATURE_HEADER: sign(webhook.secret, int(time.time()), body),
        }
        return call(webhook.url, body, headers, self.policy)[0]


def payload(delivery: Delivery) -> dict[str, Any]:
    """The same at every attempt: `id` tells a repeated delivery from a new one."""
    about: dict[str, Any] = {}
    analysis = None
    if delivery.recording_id is not None:
        analyses = Analysis.objects.select_related("recording")
        analysis = analyses.filter(recording_id=delivery.recording_id).first()
    if analysis is not None:
        about = {
            "recording_id": str(analysis.recording_id),
            "conversation_id": str(analysis.recording.conversation_id),
            "state": analysis.state,
            "error_code": analysis.error_code or None,
            "duration_s": analysis.recording.duration_s,
            "utterance_count": analysis.utterance_count,
        }
    return {
        "id": str(delivery.pk),
        "type": delivery.notice,
        "created_at": delivery.created_at.isoformat(),
        "data": about,
    }
