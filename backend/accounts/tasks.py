"""Celery tasks of accounts. Each calls one service."""

from __future__ import annotations

from smtplib import SMTPException

from celery import shared_task

from backend.accounts.password_reset import password_reset_mail


@shared_task(
    name="accounts.password_reset",
    autoretry_for=(SMTPException, OSError),
    retry_backoff=10,
    max_retries=5,
)
def send_password_reset(email: str) -> None:
    password_reset_mail(email=email)
