"""Phones, by Expo's push service (https://docs.expo.dev/push-notifications/sending-notifications/)."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from backend.core import outbound
from backend.notifications.models import Delivery, Device
from backend.notifications.providers import wording
from backend.notifications.providers.base import Outcome, Result, call

logger = logging.getLogger(__name__)
_TOKEN = re.compile(r"Expo(nent)?PushToken\[[\w-]{8,100}\]")


def is_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpoProvider:
    url: str
    access_token: str
    """Empty: the service is asked without one."""
    policy: outbound.Policy

    def send(self, device: Device, delivery: Delivery) -> Result:
        message = {
            "to": device.address,
            "title": wording.TITLE,
            "body": wording.body(delivery.notice, device.language),
            "data": {"type": delivery.notice, "recording_id": str(delivery.recording_id or "")},
        }
        result, answer = call(self.url, json.dumps([message]).encode(), self._headers(), self.policy)
        if result.outcome is Outcome.GONE:
            # The service itself is not there: that says nothing of the device.
            return Result(outcome=Outcome.LATER, status=result.status)
        return _ticket(answer, result) if answer is not None and result.outcome is Outcome.SENT else result

    def receipts(self, tickets: Sequence[str]) -> dict[str, Result]:
        """What Apple and Google answered, by ticket; at most 1000. Without those that nothing is known of yet."""
        url = urljoin(self.url, "getReceipts")
        result, answer = call(url, json.dumps({"ids": list(tickets)}).encode(), self._headers(), self.policy)
        if answer is None or result.outcome is not Outcome.SENT:
            return {}
        try:
            found: dict[str, Any] = json.loads(answer.body)["data"]
            return {ticket: _receipt(answer, found[ticket]) for ticket in tickets if ticket in found}
        except (ValueError, LookupError, TypeError, AttributeError):
            logger.warning("the push service answered with receipts that cannot be read")
            return {}

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        return headers


def _receipt(answer: outbound.Answer, receipt: Any) -> Result:
    if receipt["status"] == "ok":
        return Result(outcome=Outcome.SENT, status=answer.status)
    return _refusal(answer, (receipt.get("details") or {}).get("error", ""))


def _ticket(answer: outbound.Answer, result: Result) -> Result:
    """200 says only that the service read it; what became of it is in the ticket."""
    try:
        ticket: Any = json.loads(answer.body)["data"][0]
        status, error = ticket["status"], ticket.get("details", {}).get("error", "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return Result(outcome=Outcome.LATER, status=answer.status, problem="an answer that cannot be read")
    if status == "ok":
        return Result(outcome=Outcome.SENT, status=answer.status, ticket=str(ticket.get("id", ""))[:64])
    return _refusal(answer, error)


def _refusal(answer: outbound.Answer, error: str) -> Result:
    if error == "DeviceNotRegistered":
        return Result(outcome=Outcome.GONE, status=answer.status, problem=error)
    is_later = error == "MessageRateExceeded"
    outcome = Outcome.LATER if is_later else Outcome.REFUSED
    return Result(outcome=outcome, status=answer.status, problem=str(error)[:200])
