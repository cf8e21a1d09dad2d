"""Finds what has to be told, and sees to it that it is: once to each device and webhook, and again until it is heard.

Nobody hands finished analyses over: they are found by looking, every few seconds. So an analysis that finishes while
this process is down, or is not even installed, is told of all the same, and analyses know nothing of notices.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q
from django.utils import timezone

from backend.analyses.models import Analysis, AnalysisState
from backend.notifications.models import Delivery, DeliveryState, Device, Notice, Webhook
from backend.notifications.providers.base import Outcome, Result
from backend.notifications.providers.configured import send

logger = logging.getLogger(__name__)

LOOK_BACK = timedelta(minutes=30)
"""What finished earlier is old news."""
LOG_KEPT = timedelta(days=14)
CLAIM = timedelta(seconds=60)
"""Longer than one request may take; whoever has not said by then what became of it has died."""
PUSH_DELAYS_S = (10, 60, 600)
WEBHOOK_DELAYS_S = (10, 60, 300, 1800, 7200, 21_600, 43_200)
WEBHOOK_PATIENCE = timedelta(days=3)
RECEIPT_AFTER = timedelta(minutes=15)
"""As Expo advises: by then Apple and Google have answered it."""
_NOTICES = {AnalysisState.DONE: Notice.DONE, AnalysisState.FAILED: Notice.FAILED}
Start = Callable[[Callable[[], None]], bool]


def outbox_run(*, start: Start) -> None:
    """Run every few seconds. `start` takes a piece of work to do elsewhere, or says that it has no room."""
    now = timezone.now()
    outbox_fill(now=now)
    due = Delivery.objects.filter(state=DeliveryState.WAITING, next_attempt_at__lte=now)
    for delivery_id in due.order_by("next_attempt_at").values_list("pk", flat=True)[:200]:
        if not start(partial(delivery_send, delivery_id=delivery_id)):
            return
    Delivery.objects.exclude(state=DeliveryState.WAITING).filter(created_at__lt=now - LOG_KEPT).delete()


def outbox_fill(*, now: datetime) -> None:
    """A delivery for each finished analysis and each device and webhook of its owner. Safe to run twice at once."""
    listeners = Q(recording__owner__in=Device.objects.values("owner")) | Q(
        recording__owner__in=Webhook.objects.filter(is_enabled=True).values("owner")
    )
    finished = Analysis.objects.filter(
        listeners, state__in=_NOTICES, finished_at__gte=now - LOOK_BACK
    ).select_related("recording")
    found: list[Delivery] = []
    for analysis in finished:
        owner_id, finished_at = analysis.recording.owner_id, analysis.finished_at or now
        about = {
            "notice": _NOTICES[AnalysisState(analysis.state)],
            "recording_id": analysis.recording_id,
            "finished_at": finished_at,
            "next_attempt_at": now,
        }
        # Whoever came later is not told of what was before.
        listening = {"owner": owner_id, "created_at__lte": finished_at}
        found += [Delivery(device=device, **about) for device in Device.objects.filter(**listening)]
        enabled = Webhook.objects.filter(is_enabled=True, **listening)
        found += [Delivery(webhook=webhook, **about) for webhook in enabled]
    Delivery.objects.bulk_create(found, ignore_conflicts=True)


def delivery_send(*, delivery_id: uuid.UUID) -> None:
    """One attempt, by whoever claims it first."""
    now = timezone.now()
    due = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING, next_attempt_at__lte=now)
    if not due.update(next_attempt_at=now + CLAIM):
        return
    delivery = Delivery.objects.select_related("device", "webhook").get(pk=delivery_id)
    if delivery.webhook is not None and not delivery.webhook.is_enabled and delivery.notice != Notice.TEST:
        _note(delivery, Result(outcome=Outcome.REFUSED, problem="switched off"))
        return
    _note(delivery, send(delivery))


def _note(delivery: Delivery, result: Result) -> None:
    now = timezone.now()
    delivery.attempts += 1
    delivery.status, delivery.problem = result.status, result.problem
    delays_s = PUSH_DELAYS_S if delivery.webhook is None else WEBHOOK_DELAYS_S
    # A server that moved away or forbids it today may be right again tomorrow: a webhook is tried to the end.
    is_final = result.outcome in (Outcome.GONE, Outcome.REFUSED) and delivery.webhook is None
    if result.outcome is Outcome.SENT:
        delivery.state = DeliveryState.SENT
        delivery.ticket = result.ticket
        delivery.receipt_at = now + RECEIPT_AFTER if result.ticket else None
    elif is_final or result.problem == "switched off" or delivery.attempts > len(delays_s):
        delivery.state = DeliveryState.GIVEN_UP
    else:
        delivery.next_attempt_at = now + timedelta(seconds=delays_s[delivery.attempts - 1])
    changed = ["attempts", "status", "problem", "state", "next_attempt_at", "ticket", "receipt_at"]
    if not Delivery.objects.filter(pk=delivery.pk).update(
        **{name: getattr(delivery, name) for name in changed}
    ):
        return  # The device or webhook was removed meanwhile.
    if delivery.webhook is not None:
        _note_health(delivery.webhook, is_well=result.outcome is Outcome.SENT, now=now)
    elif result.outcome is Outcome.GONE and delivery.device is not None:
        logger.info("a device does not take notices any more")
        delivery.device.delete()


def _note_health(webhook: Webhook, *, is_well: bool, now: datetime) -> None:
    """A webhook that has failed for days, without one success, is switched off; its person sees that."""
    mine = Webhook.objects.filter(pk=webhook.pk)
    if is_well:
        mine.update(failing_since=None)
        return
    mine.filter(failing_since=None).update(failing_since=now)
    mine.filter(failing_since__lt=now - WEBHOOK_PATIENCE, is_enabled=True).update(
        is_enabled=False, disabled_because="failing"
    )
