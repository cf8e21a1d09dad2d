"""Reads of links to captions: by their owner, and by whoever has a code."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from backend.accounts.models import User
from backend.conversations.models import Utterance
from backend.conversations.selectors import recording_list
from backend.core.errors import NotFoundError
from backend.core.share_codes import code_hash
from backend.sharing.errors import LinkOverError
from backend.sharing.models import CaptionLink

LINES_AT_ONCE = 500
_OVER = "These captions are not shown any more, or the code is wrong. Ask for a new link."


def links_open() -> QuerySet[CaptionLink]:
    """Links that open something now. What is in the trash is not shown."""
    return CaptionLink.objects.filter(expires_at__gt=timezone.now(), conversation__trashed_at=None)


def link_list(*, user: User) -> QuerySet[CaptionLink]:
    """Newest first."""
    mine = links_open().filter(conversation__owner=user).select_related("conversation")
    return mine.order_by("-created_at", "-id")


def link_get(*, user: User, link_id: uuid.UUID) -> CaptionLink:
    """Raises `NotFoundError`. One that has expired can still be taken away."""
    link = CaptionLink.objects.filter(pk=link_id, conversation__owner=user).first()
    if link is None:
        raise NotFoundError("There is no such link, or it is not yours.")
    return link


def link_find(*, code: str) -> CaptionLink:
    """Whoever has the code may read: no user is needed. Raises `LinkOverError`."""
    link = links_open().filter(code_hash=code_hash(code)).select_related("conversation__owner").first()
    if link is None:
        raise LinkOverError(_OVER)
    return link


def lines_of(*, link: CaptionLink, after: uuid.UUID | None) -> tuple[Sequence[Utterance], bool]:
    """Lines in the order in which they were said, from the one after `after` on, and whether there are more.

    Raises `NotFoundError` when `after` is no line of the conversation any more.
    """
    recordings = recording_list(user=link.conversation.owner, conversation_id=link.conversation_id)
    lines = Utterance.objects.filter(recording__in=recordings).order_by("said_at", "id")
    if after is not None:
        last = lines.filter(pk=after).values("said_at").first()
        if last is None:
            raise NotFoundError("That line is not there any more. Read from the beginning.")
        lines = lines.filter(Q(said_at__gt=last["said_at"]) | Q(said_at=last["said_at"], id__gt=after))
    found = list(lines[: LINES_AT_ONCE + 1])
    return found[:LINES_AT_ONCE], len(found) > LINES_AT_ONCE
