"""An owner with conversations, and caregivers with links of every kind."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses.models import Analysis, AnalysisState
from backend.care.models import CareLink, Scope
from backend.conversations.days import recordings_mark_changed
from backend.conversations.models import Conversation, Recording, Utterance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = "the cat knows the password"
TITLE = "At the doctor's"


def make_user(name: str) -> User:
    found = User.objects.filter(email=f"{name}@example.org").first()
    return found or User.objects.create_user(f"{name}@example.org", "x", ui_language="en")


def make_recording(
    owner: User, began_at: datetime = NOON, *, duration_s: float = 600.0, **fields: Any
) -> Recording:
    """With a conversation, audio and a finished analysis of its own."""
    conversation = fields.pop("conversation", None) or Conversation.objects.create(
        owner=owner, revision=1, title=TITLE
    )
    recording_id = uuid.uuid4()
    recording = Recording.objects.create(
        id=recording_id,
        owner=owner,
        conversation=conversation,
        source="file",
        audio=default_storage.save(f"care/{recording_id}", ContentFile(b"0123456789")),
        content_type="audio/wav",
        size_bytes=10,
        sha256="0" * 64,
        recorded_at=began_at,
        duration_s=duration_s,
        revision=1,
        **fields,
    )
    Analysis.objects.create(recording=recording, state=AnalysisState.DONE)
    return recording


def say(
    recording: Recording, start_s: float, seconds: float, label: str | None = "sad", **fields: Any
) -> Utterance:
    recordings_mark_changed(owner_id=recording.owner_id, recording_ids=[recording.pk])
    sound = {
        "emotion_label": label,
        "emotion_confident": label is not None,
        "emotion_probabilities": {label: 0.75} if label else None,
        "emotion_strength": 0.5 if label else None,
    }
    return Utterance.objects.create(
        owner_id=recording.owner_id,
        recording=recording,
        index=Utterance.objects.filter(recording=recording).count(),
        start_s=start_s,
        end_s=start_s + seconds,
        revision=1,
        **{"text": SECRET, **sound, **fields},
    )


def make_link(
    owner: User,
    caregiver: User | None,
    scopes: Sequence[str] = tuple(Scope.values),
    only: Conversation | None = None,
    **fields: Any,
) -> CareLink:
    """Accepted an hour ago, unless `caregiver` is None."""
    link = CareLink.objects.create(
        owner=owner,
        caregiver=caregiver,
        owner_name="Grandma",
        may_timeline=Scope.TIMELINE in scopes,
        may_transcript=Scope.TRANSCRIPT in scopes,
        may_audio=Scope.AUDIO in scopes,
        all_conversations=only is None,
        **{"accepted_at": timezone.now() - timedelta(hours=1) if caregiver else None, **fields},
    )
    if only is not None:
        link.conversations.add(only)
    return link
