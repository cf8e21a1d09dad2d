"""Reads of the history: conversations by day, with what a list shows of them."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, F, FloatField, OuterRef, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, Substr

from backend.accounts.models import User
from backend.conversations.models import Conversation, Recording, Utterance
from backend.core.errors import NotFoundError

_PREVIEW_CHARACTERS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    archived: bool | None = False
    """None: those in the archive and those that are not."""
    trashed: bool = False
    pinned: bool | None = None
    tag: str | None = None


def with_facts(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Adds how many recordings, how long in seconds, and the first words; for the rows of a page only."""
    recordings = Recording.objects.filter(conversation=OuterRef("pk")).order_by()
    counted = recordings.values("conversation").annotate(count=Count("pk")).values("count")
    summed = recordings.values("conversation").annotate(sum=Sum("duration_s")).values("sum")
    first = Recording.objects.filter(conversation=OuterRef(OuterRef("pk"))).order_by("created_at", "pk")
    spoken = Utterance.objects.filter(recording_id=Subquery(first.values("pk")[:1])).exclude(text="")
    words = Substr("text", 1, _PREVIEW_CHARACTERS)
    preview = spoken.order_by("start_s", "pk").annotate(preview=words).values("preview")[:1]
    return conversations.annotate(
        recording_count=Coalesce(Subquery(counted), 0),
        duration_s=Coalesce(Subquery(summed), 0.0, output_field=FloatField()),
        preview=Coalesce(Subquery(preview), Value(""), output_field=TextField()),
    )


def conversation_history(*, user: User, wanted: HistoryFilter) -> QuerySet[Conversation]:
    found = Conversation.objects.filter(owner=user, trashed_at__isnull=not wanted.trashed)
    if wanted.archived is not None and not wanted.trashed:
        found = found.filter(archived_at__isnull=not wanted.archived)
    if wanted.pinned is not None:
        found = found.filter(pinned=wanted.pinned)
    if wanted.tag is not None:
        found = _with_tag(found, wanted.tag)
    return with_facts(found)


def conversation_of(
    *, user: User, conversations: QuerySet[Conversation], pk: uuid.UUID, trashed: bool | None
) -> Conversation:
    """One of `conversations` that the user owns; `trashed` None: in the trash or not. Raises `NotFoundError`."""
    found = conversations.filter(owner=user, pk=pk)
    if trashed is not None:
        found = found.filter(trashed_at__isnull=not trashed)
    conversation = found.first()
    if conversation is None:
        raise NotFoundError("There is no such conversation, or it is not yours.")
    return conversation


def conversation_read(*, user: User, conversation_id: uuid.UUID) -> Conversation:
    """Raises `NotFoundError`, also for what is in the trash."""
    facts = with_facts(Conversation.objects.all())
    return conversation_of(user=user, conversations=facts, pk=conversation_id, trashed=False)


def trashed_get(*, user: User, conversation_id: uuid.UUID) -> Conversation:
    """Raises `NotFoundError`, also for what is not in the trash."""
    facts = with_facts(Conversation.objects.all())
    return conversation_of(user=user, conversations=facts, pk=conversation_id, trashed=True)


def tag_list(*, user: User) -> list[tuple[str, int]]:
    """The tags in use, the most used first, each with how many conversations have it."""
    used = Conversation.objects.filter(owner=user, trashed_at=None).exclude(tags=[])
    counts = Counter(tag for tags in used.values_list("tags", flat=True).iterator() for tag in tags)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def conversations_changed(*, user: User, since_revision: int) -> QuerySet[Conversation]:
    changed = Conversation.objects.filter(owner=user, trashed_at=None, revision__gt=since_revision)
    return with_facts(changed).order_by("revision")


def conversations_trashed(*, user: User, since_revision: int, up_to_revision: int) -> list[uuid.UUID]:
    trashed = Conversation.objects.filter(
        owner=user, trashed_at__isnull=False, revision__gt=since_revision, revision__lte=up_to_revision
    )
    return list(trashed.order_by("revision").values_list("pk", flat=True))


def _with_tag(found: QuerySet[Conversation], tag: str) -> QuerySet[Conversation]:
    if connection.vendor == "postgresql":
        return found.filter(tags__contains=[tag])
    # SQLite keeps the list as text, each tag in quotes as `json.dumps` writes it.
    return found.annotate(tags_text=Cast(F("tags"), TextField())).filter(tags_text__contains=json.dumps(tag))
