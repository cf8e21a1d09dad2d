"""What somebody may see of a person: everything that care selectors read, they read through this."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.care.models import CareLink, Scope
from backend.conversations import selectors as conversations
from backend.conversations.models import Conversation, Recording
from backend.core.errors import NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    owner: User
    scopes: frozenset[str]
    link_id: uuid.UUID | None
    """None: the owners themselves."""
    sees_all: bool
    """False: only the conversations that the link names."""

    def may(self, scope: Scope) -> bool:
        return scope.value in self.scopes

    def conversations(self) -> QuerySet[Conversation]:
        every = conversations.conversation_list(user=self.owner)
        return every if self.sees_all else every.filter(pk__in=self._chosen())

    def recordings(self) -> QuerySet[Recording]:
        every = conversations.recording_list(user=self.owner)
        return every if self.sees_all else every.filter(conversation__in=self._chosen())

    def conversation(self, conversation_id: uuid.UUID) -> Conversation:
        """Raises `NotFoundError`."""
        found = self.conversations().filter(pk=conversation_id).first()
        if found is None:
            raise NotFoundError("There is no such conversation, or it is not shared with you.")
        return found

    def recording(self, recording_id: uuid.UUID) -> Recording:
        """Raises `NotFoundError`."""
        found = self.recordings().filter(pk=recording_id).first()
        if found is None:
            raise NotFoundError("There is no such recording, or it is not shared with you.")
        return found

    def shares(self, conversation_id: uuid.UUID) -> bool:
        """Of a conversation of the owner, which may be in the trash by now."""
        return self.sees_all or self._chosen().filter(conversations=conversation_id).exists()

    def _chosen(self) -> QuerySet[CareLink, Any]:
        chosen = CareLink.objects.none() if self.link_id is None else CareLink.objects.filter(pk=self.link_id)
        return chosen.values("conversations")


def sight_of_owner(user: User) -> Sight:
    return Sight(owner=user, scopes=frozenset(Scope.values), link_id=None, sees_all=True)


def sight_through(link: CareLink) -> Sight:
    """What an open link lets its caregiver see."""
    return Sight(
        owner=link.owner, scopes=frozenset(link.scopes), link_id=link.pk, sees_all=link.all_conversations
    )
