"""Scheduled tasks. Each calls one service."""

from __future__ import annotations

from celery import shared_task

from backend.preferences.services import emotion


@shared_task(name="preferences.erase_emotion")
def erase_emotion() -> None:
    emotion.emotion_erase_rest()
