"""Reads of alert rules and alerts, through a link that is open and shares the timeline."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.care.models import Alert, AlertKind, AlertRule, Scope
from backend.care.selectors.links import sight_of_caregiver


def rule_list(*, caregiver: User, link_id: uuid.UUID) -> QuerySet[AlertRule]:
    """Raises `NotFoundError`."""
    sight = sight_of_caregiver(caregiver=caregiver, link_id=link_id, scope=Scope.TIMELINE)
    return AlertRule.objects.filter(link_id=sight.link_id).order_by("created_at", "pk")


def alert_list(*, caregiver: User, link_id: uuid.UUID) -> QuerySet[Alert]:
    """Raises `NotFoundError`."""
    sight = sight_of_caregiver(caregiver=caregiver, link_id=link_id, scope=Scope.TIMELINE)
    alerts = Alert.objects.filter(link_id=sight.link_id).select_related("rule")
    # Until the next evaluation has deleted them.
    return alerts if sight.owner.emotion_enabled else alerts.exclude(rule__kind=AlertKind.SOUNDS)
