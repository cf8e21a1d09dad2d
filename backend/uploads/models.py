"""Uploads that come in pieces, over as many connections as it takes."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from backend.conversations.models import RecordingSource


class ResumableUpload(models.Model):
    """A file on its way to a recording.

    open (`offset_bytes` < `length_bytes`) -> full (all bytes are stored, `is_finished` false) -> finished (the
    recording exists; set in its transaction). A full upload is finished by the request that filled it; if that was
    interrupted, by the next request about it or by the sweep. Nobody is told the full offset before that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    recording_id = models.UUIDField()
    length_bytes = models.BigIntegerField()
    offset_bytes = models.BigIntegerField(default=0)
    metadata = models.TextField(blank=True)
    """`Upload-Metadata` as the client sent it."""

    source = models.CharField(max_length=10, choices=RecordingSource.choices)
    file_name = models.CharField(max_length=255, blank=True, default="")
    content_type = models.CharField(max_length=100)
    language = models.CharField(max_length=8, null=True)  # noqa: DJ001 - None: the engine decides
    recorded_at = models.DateTimeField(null=True)
    conversation_id = models.UUIDField(null=True)
    conversation_title = models.CharField(max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    """What the client says the whole file's digest is; empty: it did not say."""

    is_finished = models.BooleanField(default=False)
    finishing_until = models.DateTimeField(null=True)
    """Until then one request has it for itself to make the recording; over: that request is taken to have died."""
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "recording_id"], name="upload_once_a_recording"),
            models.CheckConstraint(
                condition=models.Q(offset_bytes__gte=0, offset_bytes__lte=models.F("length_bytes")),
                name="upload_offset_within_length",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], name="upload_expiry"),
            models.Index(
                fields=["finishing_until"], name="upload_unfinished", condition=models.Q(is_finished=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_full(self) -> bool:
        return self.offset_bytes == self.length_bytes


class UploadPart(models.Model):
    """A stored piece of an upload. The parts of an upload follow each other without a gap."""

    id = models.BigAutoField(primary_key=True)
    upload = models.ForeignKey(ResumableUpload, on_delete=models.CASCADE, related_name="parts")
    offset_bytes = models.BigIntegerField()
    size_bytes = models.BigIntegerField()
    name = models.CharField(max_length=200)
    """In the storage."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "offset_bytes"], name="upload_part_once")
        ]

    def __str__(self) -> str:
        return self.name
