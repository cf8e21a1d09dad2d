"""Asks Expo what became of notices: that its service took one does not say that the phone exists any more."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from backend.notifications.models import Delivery, DeliveryState, Device
from backend.notifications.providers.base import Outcome, Result
from backend.notifications.providers.configured import expo_provider

logger = logging.getLogger(__name__)

ASK_AGAIN = timedelta(minutes=15)
KEPT = timedelta(hours=24)
"""So long Expo keeps a receipt."""
_AT_ONCE = 300
"""An answer of so many stays below what is read of one; Expo takes 1000."""


def receipts_run() -> None:
    """Run every minute. A phone that is gone is forgotten; what could not be learnt is asked for again."""
    now = timezone.now()
    Delivery.objects.exclude(ticket="").filter(created_at__lt=now - KEPT).update(ticket="", receipt_at=None)
    due = Delivery.objects.exclude(ticket="").filter(receipt_at__lte=now).order_by("receipt_at")
    asked = dict(due.values_list("ticket", "pk")[:_AT_ONCE])
    if not asked:
        return
    # Whoever dies now has only put it off.
    Delivery.objects.filter(pk__in=asked.values()).update(receipt_at=now + ASK_AGAIN)
    for ticket, result in expo_provider().receipts(list(asked)).items():
        _note(Delivery.objects.filter(pk=asked[ticket]).select_related("device").first(), result)


def _note(delivery: Delivery | None, result: Result) -> None:
    if delivery is None:
        return  # The device was removed meanwhile, and its notices with it.
    if result.outcome is Outcome.GONE and delivery.device is not None:
        logger.info("a phone does not take notices any more")
        Device.objects.filter(pk=delivery.device.pk).delete()
        return
    delivery.ticket, delivery.receipt_at = "", None
    if result.outcome is not Outcome.SENT:
        delivery.state, delivery.problem = DeliveryState.GIVEN_UP, result.problem
    delivery.save(update_fields=["ticket", "receipt_at", "state", "problem"])
