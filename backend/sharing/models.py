"""Links by which somebody without an account reads the captions of one conversation."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from backend.conversations.models import Conversation


class CaptionLink(models.Model):
    """Opens the captions of one conversation, and nothing else of it, until it expires or its owner ends it.

    The row goes when it ends: there is no state in which a link that was ended could open again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="caption_links")
    code_hash = models.CharField(max_length=64, unique=True)
    """SHA-256: who reads the database cannot read along."""
    with_emotion = models.BooleanField(default=False)
    """Whether it is shown how each line sounds, as long as the owner has that looked at."""
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "-created_at"], name="caption_links_of_conv")
        ]

    def __str__(self) -> str:
        return str(self.id)
