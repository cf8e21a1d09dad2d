"""A caregiver looks at something: it is checked against the link, read, and written into the access log."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from backend.accounts.models import User
from backend.care.models import AccessEntry, Scope
from backend.care.periods import Bucket, Step
from backend.care.selectors import links
from backend.care.selectors import timeline as selectors
from backend.care.sight import Sight
from backend.care.spans import Lanes, Span, Timeline
from backend.conversations.models import Conversation, Recording

REPEATED_WITHIN = timedelta(minutes=1)
"""Looking again at the same so soon is one look: a player asks for audio piece by piece."""


def timeline_look(
    *, caregiver: User, link_id: uuid.UUID, span: Span, step: Step, speaker: str | None
) -> Timeline:
    """Raises `NotFoundError`."""
    sight = links.sight_of_caregiver(caregiver=caregiver, link_id=link_id, scope=Scope.TIMELINE)
    found = selectors.timeline(sight=sight, span=span, step=step, speaker=speaker)
    _record(caregiver, link_id, sight, Scope.TIMELINE, "days")
    return found


def comparison_look(
    *, caregiver: User, link_id: uuid.UUID, spans: tuple[Span, Span], speaker: str | None
) -> list[tuple[Bucket, int]]:
    """Raises `NotFoundError`."""
    sight = links.sight_of_caregiver(caregiver=caregiver, link_id=link_id, scope=Scope.TIMELINE)
    found = [selectors.period(sight=sight, span=span, speaker=speaker) for span in spans]
    _record(caregiver, link_id, sight, Scope.TIMELINE, "comparison")
    return found


def conversations_look(*, caregiver: User, link_id: uuid.UUID) -> tuple[Sight, list[Conversation]]:
    """Raises `NotFoundError`."""
    sight = links.sight_of_caregiver(caregiver=caregiver, link_id=link_id)
    found = list(selectors.conversation_list(sight=sight)[:_LIST_LIMIT])
    for scope in _text_or_any(sight):
        _record(caregiver, link_id, sight, scope, "conversations")
    return sight, found


def lanes_look(*, caregiver: User, link_id: uuid.UUID, conversation_id: uuid.UUID) -> tuple[Sight, Lanes]:
    """Raises `NotFoundError`."""
    sight = links.sight_of_caregiver(caregiver=caregiver, link_id=link_id)
    found = selectors.conversation_lanes(sight=sight, conversation_id=conversation_id)
    for scope in (Scope.TIMELINE, Scope.TRANSCRIPT):
        if sight.may(scope):
            _record(caregiver, link_id, sight, scope, "conversation", conversation_id)
    return sight, found


def audio_look(*, caregiver: User, link_id: uuid.UUID, recording_id: uuid.UUID) -> Recording:
    """Raises `NotFoundError`."""
    sight = links.sight_of_caregiver(caregiver=caregiver, link_id=link_id, scope=Scope.AUDIO)
    recording = sight.recording(recording_id)
    _record(caregiver, link_id, sight, Scope.AUDIO, "audio", recording.conversation_id)
    return recording


_LIST_LIMIT = 500


def _text_or_any(sight: Sight) -> list[Scope]:
    return [Scope.TRANSCRIPT] if sight.may(Scope.TRANSCRIPT) else [Scope(min(sight.scopes))]


def _record(
    caregiver: User,
    link_id: uuid.UUID,
    sight: Sight,
    scope: Scope,
    what: str,
    conversation_id: uuid.UUID | None = None,
) -> None:
    lately = AccessEntry.objects.filter(
        link_id=link_id,
        scope=scope,
        what=what,
        conversation_id=conversation_id,
        at__gt=timezone.now() - REPEATED_WITHIN,
    )
    if not lately.exists():
        AccessEntry.objects.create(
            owner=sight.owner,
            link_id=link_id,
            caregiver_id=caregiver.pk,
            caregiver_email=caregiver.email,
            scope=scope,
            what=what,
            conversation_id=conversation_id,
        )
