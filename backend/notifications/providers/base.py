"""What every way of telling somebody has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from backend.core import outbound
from backend.notifications.models import Delivery, Device


class Outcome(Enum):
    SENT = "sent"
    LATER = "later"
    """It did not get through, and may the next time."""
    REFUSED = "refused"
    """It will not get through the next time either."""
    GONE = "gone"
    """Nobody is at this address any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    outcome: Outcome
    status: int | None = None
    problem: str = ""
    ticket: str = ""
    """By which the service tells later whether the phone got it."""


class PushProvider(Protocol):
    """Sends one notice to a device. It says nothing of what was spoken: neither text nor emotion."""

    def send(self, device: Device, delivery: Delivery) -> Result: ...


def call(
    url: str, body: bytes, headers: Mapping[str, str], policy: outbound.Policy
) -> tuple[Result, outbound.Answer | None]:
    """POST, and what an answer's status means in general."""
    try:
        answer = outbound.post(url, body, headers, policy)
    except outbound.AddressRefusedError as error:
        return Result(outcome=Outcome.REFUSED, problem=str(error)[:200]), None
    except outbound.OutboundError as error:
        return Result(outcome=Outcome.LATER, problem=str(error)[:200]), None
    return Result(outcome=_outcome(answer.status), status=answer.status), answer


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.SENT
    if status in (404, 410):
        return Outcome.GONE
    return Outcome.LATER if status in (408, 425, 429) or status >= 500 else Outcome.REFUSED
