"""What retention has removed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class RemovalKind(models.TextChoices):
    AUDIO = "audio"
    TEXT = "text"
    RECORDING = "recording"
    """Neither its audio nor its text was to be kept any longer."""


class Removal(models.Model):
    """One line of the log that the owner can read. Tells of no content. Rows are only added."""

    id = models.BigAutoField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=10, choices=RemovalKind.choices)
    recording_id = models.UUIDField()
    uploaded_at = models.DateTimeField()
    keep_days = models.PositiveSmallIntegerField()
    """The owner's choice at that time; 0: not after analysis."""
    audio_bytes = models.BigIntegerField(default=0)
    utterance_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "-created_at", "-id"], name="removal_log")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.recording_id}"
