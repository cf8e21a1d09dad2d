"""Reads of alert rules and alerts, through a link that is open and shares the timeline."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.care.basis import days_named, days_over
from backend.care.models import Alert, AlertKind, AlertRule, Scope
from backend.care.selectors.links import sight_of_caregiver
from backend.care.selectors.timeline import days_of_removed_emotion, period
from backend.care.sight import Sight
from backend.care.spans import Span


def rule_list(*, caregiver: User, link_id: uuid.UUID) -> QuerySet[AlertRule]:
    """Raises `NotFoundError`."""
    sight = sight_of_caregiver(caregiver=caregiver, link_id=link_id, scope=Scope.TIMELINE)
    return AlertRule.objects.filter(link_id=sight.link_id).order_by("created_at", "pk")


def alert_list(*, caregiver: User, link_id: uuid.UUID) -> QuerySet[Alert]:
    """Raises `NotFoundError`."""
    sight = sight_of_caregiver(caregiver=caregiver, link_id=link_id, scope=Scope.TIMELINE)
    alerts = Alert.objects.filter(link_id=sight.link_id).select_related("rule")
    # Until the next evaluation has deleted or corrected them.
    if not sight.owner.emotion_enabled:
        return alerts.exclude(rule__kind=AlertKind.SOUNDS)
    return alerts.exclude(pk__in=[alert.pk for alert, _ in alerts_outdated(sight=sight)])


def alerts_outdated(*, sight: Sight) -> Iterator[tuple[Alert, list[dict[str, Any]]]]:
    """Alerts that rest on emotion which was removed since, each with the days that it still has."""
    removed = days_of_removed_emotion(sight=sight)
    if not removed:
        return
    alerts = Alert.objects.filter(link_id=sight.link_id, rule__kind=AlertKind.SOUNDS).select_related("rule")
    for alert in alerts:
        named = days_named(alert.basis)
        if removed.isdisjoint(named):
            continue
        # Day by day: beside the removed ones there may be other conversations, which count as before.
        buckets = [period(sight=sight, span=Span(start=day, end=day))[0] for day in named]
        left = days_over(alert.rule, buckets)
        if left != alert.basis["days"]:
            yield alert, left
