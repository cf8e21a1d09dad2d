"""An upload becomes a recording: stored bytes first, then the rows and the queued analysis in one transaction."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from backend.accounts.models import User
from backend.analyses.services.transitions import analysis_create
from backend.conversations import selectors
from backend.conversations.models import Recording
from backend.conversations.services import NewRecording, recording_create
from backend.core import log_context
from backend.core.errors import StorageUnavailableError
from backend.uploads.errors import (
    AudioEmptyError,
    RecordingDeletedError,
    RecordingIdReusedError,
    RecordingTooLargeError,
    StorageFullError,
)

logger = logging.getLogger(__name__)

_MEDIA_TYPE = re.compile(r"(audio|video)/[\w.+-]{1,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One audio file as a client sent it."""

    recording_id: uuid.UUID
    audio: UploadedFile[Any]
    source: str
    language: str | None
    recorded_at: datetime | None
    conversation_id: uuid.UUID | None


def recording_upload(*, owner: User, upload: Upload, max_bytes: int) -> tuple[Recording, bool]:
    """Keep an upload. Returns the recording, and whether it is new: the same id again gives the same recording.

    Raises `AudioEmptyError`, `RecordingTooLargeError`, `StorageFullError`, `StorageUnavailableError`,
    `NotFoundError` (conversation), `RecordingIdReusedError` when the id belongs to other audio or to somebody else,
    and `RecordingDeletedError` when the owner has deleted the recording meanwhile.
    """
    size_bytes = upload.audio.size or 0
    if size_bytes == 0:
        raise AudioEmptyError("The file has no content. Record again, or choose another file.")
    if size_bytes > max_bytes:
        raise RecordingTooLargeError(
            f"This server takes recordings of up to {max_bytes} bytes. "
            "Split it, or save it in a compressed format such as m4a or opus.",
            max_bytes=max_bytes,
        )
    sha256 = _sha256(upload.audio)
    existing = _existing(owner, upload.recording_id, sha256)
    if existing is not None:
        return existing, False
    if upload.conversation_id is not None:
        selectors.conversation_get(user=owner, conversation_id=upload.conversation_id)
    with log_context.bound(recording=upload.recording_id):
        audio_name = _store(owner, upload)
        try:
            return _create(owner, upload, audio_name, sha256), True
        except IntegrityError as error:
            # The same upload ran twice at the same time, and the other one was first.
            default_storage.delete(audio_name)
            existing = _existing(owner, upload.recording_id, sha256)
            if existing is None:
                raise RecordingIdReusedError(_REUSED) from error
            return existing, False
        except BaseException:
            default_storage.delete(audio_name)
            raise


_REUSED = "Make a new random UUID for each recording, and use it again only to repeat the same upload."


def _existing(owner: User, recording_id: uuid.UUID, sha256: str) -> Recording | None:
    recording = Recording.objects.select_related("analysis").filter(pk=recording_id).first()
    if recording is None:
        if selectors.is_deleted(user=owner, recording_id=recording_id):
            raise RecordingDeletedError("You deleted it. To keep it after all, upload it under a new id.")
        return None
    if recording.owner_id != owner.pk or recording.sha256 != sha256:
        raise RecordingIdReusedError(_REUSED)
    return recording


@transaction.atomic
def _create(owner: User, upload: Upload, audio_name: str, sha256: str) -> Recording:
    recording = recording_create(
        owner=owner,
        new=NewRecording(
            id=upload.recording_id,
            source=upload.source,
            audio_name=audio_name,
            file_name=os.path.basename(upload.audio.name or "")[:255],
            content_type=_media_type(upload.audio.content_type),
            size_bytes=upload.audio.size or 0,
            sha256=sha256,
            language=upload.language,
            recorded_at=upload.recorded_at,
            conversation_id=upload.conversation_id,
        ),
    )
    analysis_create(recording=recording)
    return recording


def _store(owner: User, upload: Upload) -> str:
    # The name says nothing about the person or the file, and nothing that a client sent is part of a path.
    name = f"recordings/{owner.pk}/{upload.recording_id}/{uuid.uuid4().hex}"
    upload.audio.seek(0)
    try:
        return default_storage.save(name, upload.audio)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError(
                "The server has no room left. Keep the recording, tell the operator, and upload it later."
            ) from error
        logger.exception("a recording cannot be stored")
        raise StorageUnavailableError(
            "The server cannot store recordings just now. Keep the recording, and send it again later."
        ) from error


def _sha256(audio: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in audio.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _media_type(claimed: str | None) -> str:
    """What the client says, if it is audio or video at all; only used when the owner plays it back."""
    match = _MEDIA_TYPE.match(claimed or "")
    return match.group(0) if match else "application/octet-stream"
