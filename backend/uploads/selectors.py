"""Reads of uploads. Each takes the user: a missing and a foreign upload are the same."""

from __future__ import annotations

import uuid

from django.db.models import Sum

from backend.accounts.models import User
from backend.conversations.models import Recording
from backend.core.errors import NotFoundError
from backend.uploads.models import ResumableUpload


def upload_get(*, user: User, upload_id: uuid.UUID) -> ResumableUpload:
    """Raises `NotFoundError`."""
    upload = ResumableUpload.objects.filter(owner=user, pk=upload_id).first()
    if upload is None:
        raise NotFoundError(
            "There is no such upload: it expired, was cancelled, or is not yours. Begin anew."
        )
    return upload


def unfinished_count(*, user: User) -> int:
    return ResumableUpload.objects.filter(owner=user, is_finished=False).count()


def stored_bytes(*, user: User) -> int:
    """Of the user's recordings, and of what unfinished uploads will need."""
    recordings = Recording.objects.filter(owner=user).aggregate(total=Sum("size_bytes"))["total"]
    unfinished = ResumableUpload.objects.filter(owner=user, is_finished=False).aggregate(
        total=Sum("length_bytes")
    )["total"]
    return (recordings or 0) + (unfinished or 0)
