"""Celery tasks of care, sent by beat."""

from __future__ import annotations

from celery import shared_task

from backend.care.services import alerts
from backend.conversations.days import days_refresh_everyone


@shared_task(name="care.days")
def refresh_days() -> None:
    days_refresh_everyone()


@shared_task(name="care.alerts")
def evaluate_alerts() -> None:
    alerts.alerts_evaluate()


@shared_task(name="care.mails")
def send_alert_mails() -> None:
    alerts.alerts_mail()
