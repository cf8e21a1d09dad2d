"""What an owner does with links to captions."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.conversations.models import Conversation
from backend.conversations.selectors import conversation_get
from backend.core.share_codes import code_hash, code_make
from backend.sharing import selectors
from backend.sharing.errors import TooManyLinksError
from backend.sharing.models import CaptionLink

MAX_LINKS = 20
"""Of one conversation."""


@transaction.atomic
def link_create(
    *, user: User, conversation_id: uuid.UUID, days: int, with_emotion: bool
) -> tuple[CaptionLink, str]:
    """A new link, and its code, which is told this once. Raises `NotFoundError`, `TooManyLinksError`."""
    conversation = conversation_get(user=user, conversation_id=conversation_id)
    # One after the other for each conversation, so that the limit holds.
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    if selectors.links_open().filter(conversation=conversation).count() >= MAX_LINKS:
        raise TooManyLinksError(
            f"There are {MAX_LINKS} links already. End one of them first.", most=MAX_LINKS
        )
    code = code_make()
    link = CaptionLink.objects.create(
        conversation=conversation,
        code_hash=code_hash(code),
        with_emotion=with_emotion,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return link, code


def link_end(*, user: User, link_id: uuid.UUID) -> None:
    """It opens nothing from now on. Raises `NotFoundError`."""
    selectors.link_get(user=user, link_id=link_id).delete()


def links_sweep() -> int:
    """Forget links that have expired. Returns how many they were."""
    deleted, _ = CaptionLink.objects.filter(expires_at__lt=timezone.now()).delete()
    return deleted
