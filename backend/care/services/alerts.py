"""Alerts that caregivers define: looked at regularly, raised when a rule begins to hold, delivered once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.care import mails
from backend.care.basis import days_over
from backend.care.models import Alert, AlertKind, AlertRule, CareLink, Scope, is_open
from backend.care.periods import Step
from backend.care.selectors import links
from backend.care.selectors import timeline as selectors
from backend.care.selectors.alerts import alert_list, alerts_outdated
from backend.care.services.telling import tell
from backend.care.sight import Sight, sight_through
from backend.care.spans import Span
from backend.core.errors import NotFoundError

MAIL_FOR = timedelta(days=1)
"""A mail that could not be sent is tried again for so long; later it would be old news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRule:
    kind: str
    emotions: Sequence[str] = ()
    percent: int = 0
    days_needed: int = 1
    days_window: int
    by_email: bool = True


@transaction.atomic
def rule_add(*, caregiver: User, link_id: uuid.UUID, new: NewRule) -> AlertRule:
    """Raises `NotFoundError`, also for a link without the scope `timeline`."""
    links.sight_of_caregiver(caregiver=caregiver, link_id=link_id, scope=Scope.TIMELINE)
    link = links.link_open(caregiver=caregiver, link_id=link_id)
    rule = AlertRule.objects.create(
        link=link,
        kind=new.kind,
        emotions=list(new.emotions),
        percent=new.percent,
        days_needed=new.days_needed,
        days_window=new.days_window,
        by_email=new.by_email,
    )
    tell(link, "alerts")
    return rule


@transaction.atomic
def rule_delete(*, caregiver: User, link_id: uuid.UUID, rule_id: uuid.UUID) -> None:
    """Raises `NotFoundError`."""
    link = links.link_open(caregiver=caregiver, link_id=link_id)
    if not AlertRule.objects.filter(link=link, pk=rule_id).delete()[0]:
        raise NotFoundError("There is no such alert rule, or it is not yours.")
    tell(link, "alerts")


@transaction.atomic
def alert_see(*, caregiver: User, link_id: uuid.UUID, alert_id: uuid.UUID) -> Alert:
    """Raises `NotFoundError`, also for a link without the scope `timeline`."""
    links.sight_of_caregiver(caregiver=caregiver, link_id=link_id, scope=Scope.TIMELINE)
    link = links.link_open(caregiver=caregiver, link_id=link_id)
    alert = Alert.objects.select_for_update().filter(link=link, pk=alert_id).first()
    shown = alert_list(caregiver=caregiver, link_id=link_id)
    if alert is None or not shown.filter(pk=alert_id).exists():
        raise NotFoundError("There is no such alert, or it is not yours.")
    if alert.seen_at is None:
        alert.seen_at = timezone.now()
        alert.save(update_fields=["seen_at"])
        tell(link, "alerts")
    return alert


def alerts_evaluate() -> int:
    """Look at every rule of every open link. Returns how many alerts were raised. May run twice at a time."""
    # Shares of emotions are emotion, too: nothing of it is kept once somebody has switched it off for good.
    Alert.objects.filter(rule__kind=AlertKind.SOUNDS, link__owner__emotion_enabled=False).delete()
    for link in CareLink.objects.filter(alerts__rule__kind=AlertKind.SOUNDS).distinct():
        _alerts_correct(link.pk)
    open_links = CareLink.objects.filter(is_open(timezone.now()), may_timeline=True)
    rule_ids = AlertRule.objects.filter(link__in=open_links).order_by("pk").values_list("pk", flat=True)
    return sum(_rule_evaluate(rule_id) for rule_id in list(rule_ids))


def alerts_mail() -> int:
    """Send what has not been sent, each alert once unless sending fails half way. Returns how many were sent."""
    waiting = Alert.objects.filter(
        mailed_at=None, rule__by_email=True, created_at__gt=timezone.now() - MAIL_FOR
    ).values_list("pk", flat=True)
    return sum(_alert_mail(alert_id) for alert_id in list(waiting))


@transaction.atomic
def _alerts_correct(link_id: uuid.UUID) -> None:
    """Where a conversation's emotion was removed, an alert rests on what is left of its days, or goes."""
    link = CareLink.objects.select_related("owner").filter(pk=link_id).first()
    if link is None:
        return
    outdated = list(alerts_outdated(sight=sight_through(link)))
    for alert, days in outdated:
        if len(days) < alert.rule.days_needed:
            alert.delete()
        else:
            alert.basis = {**alert.basis, "days": days}
            alert.save(update_fields=["basis"])
    if outdated:
        tell(link, "alerts")


@transaction.atomic
def _rule_evaluate(rule_id: uuid.UUID) -> bool:
    rule = AlertRule.objects.select_for_update(of=("self",)).filter(pk=rule_id).first()
    link = (
        CareLink.objects.select_related("owner")
        .filter(is_open(timezone.now()))
        .filter(alert_rules=rule_id, may_timeline=True)
        .first()
    )
    if rule is None or link is None:
        return False
    sight = sight_through(link)
    today = timezone.now().astimezone(sight.owner.zone).date()
    basis = _basis(rule, sight, today)
    is_new = basis is not None and not rule.holds
    rule.holds = basis is not None
    rule.save(update_fields=["holds"])
    if not is_new:
        return False
    _, was_created = Alert.objects.get_or_create(
        rule=rule, day=today, defaults={"link": link, "basis": basis}
    )
    if was_created:
        tell(link, "alerts")
    return was_created


@transaction.atomic
def _alert_mail(alert_id: uuid.UUID) -> bool:
    alert = (
        Alert.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("rule", "link__owner", "link__caregiver")
        .filter(pk=alert_id, mailed_at=None)
        .first()
    )
    # Not through a link that was paused, narrowed or ended meanwhile, nor of emotion that was switched off.
    if alert is None or not _may_still_tell(alert):
        return False
    if not mails.send_alert(alert=alert):
        return False
    alert.mailed_at = timezone.now()
    alert.save(update_fields=["mailed_at"])
    return True


def _may_still_tell(alert: Alert) -> bool:
    link = CareLink.objects.filter(is_open(timezone.now()), pk=alert.link_id, may_timeline=True)
    if not link.exists():
        return False
    if alert.rule.kind != AlertKind.SOUNDS:
        return True
    outdated = alerts_outdated(sight=sight_through(alert.link))
    return alert.link.owner.emotion_enabled and all(one.pk != alert.pk for one, _ in outdated)


def _basis(rule: AlertRule, sight: Sight, today: date) -> dict[str, Any] | None:
    """On what an alert would rest; None: the rule does not hold."""
    if rule.kind == AlertKind.QUIET:
        last = selectors.last_day_with_speech(sight=sight)
        if last is None or (today - last).days < rule.days_window:
            return None
        return {"last_day": last.isoformat(), "quiet_days": (today - last).days}
    span = Span(start=today - timedelta(days=rule.days_window - 1), end=today)
    found = selectors.timeline(sight=sight, span=span, step=Step.DAY).buckets
    over = days_over(rule, found)
    if len(over) < rule.days_needed:
        return None
    return {
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        "days": over,
        "days_with_speech": len(found),
    }
