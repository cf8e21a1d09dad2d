"""An upload becomes a recording: stored bytes first, then the rows and the queued analysis in one transaction."""

from __future__ import annotations

import hashlib
import logging
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from backend.accounts.models import User
from backend.analyses.services.transitions import analysis_create
from backend.conversations import selectors as conversations
from backend.conversations.file_deletion import file_announce
from backend.conversations.models import Recording
from backend.conversations.services import NewRecording, recording_create
from backend.core import log_context, outages
from backend.core.errors import StorageUnavailableError
from backend.core.outages import DATABASE_OUTAGES
from backend.uploads import selectors
from backend.uploads.errors import (
    AudioEmptyError,
    QuotaExceededError,
    RecordingDeletedError,
    RecordingIdReusedError,
    RecordingTooLargeError,
)

logger = logging.getLogger(__name__)
_MEDIA_TYPE = re.compile(r"(audio|video)/[\w.+-]{1,80}")
_REUSED = "Make a new random UUID for each recording, and use it again only to repeat the same upload."


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What a client says of one audio file."""

    recording_id: uuid.UUID
    size_bytes: int
    file_name: str
    content_type: str | None
    source: str
    language: str | None
    recorded_at: datetime | None
    conversation_id: uuid.UUID | None
    """Made by the client; the owner's conversation is created with it when there is none. None: a new one."""
    conversation_title: str = ""
    """Of a conversation that is created."""


def recording_upload(*, owner: User, upload: Upload, audio: File[Any]) -> tuple[Recording, bool]:
    """Keep a whole file. Returns the recording, and whether it is new: the same id again gives the same recording.

    Raises what `size_check`, `room_check` and `audio_store` raise, `RecordingIdReusedError` when the id belongs to
    other audio or to somebody else, and `RecordingDeletedError` when the owner has deleted the recording meanwhile.
    """
    size_check(size_bytes=upload.size_bytes)
    sha256 = _sha256(audio)
    existing = recording_existing(owner=owner, recording_id=upload.recording_id, sha256=sha256)
    if existing is not None:
        return existing, False
    room_check(owner=owner, upload=upload)
    with log_context.bound(recording=upload.recording_id):
        audio_name = audio_store(owner=owner, recording_id=upload.recording_id, audio=audio)
        with audio_deleted_on_error(audio_name):
            try:
                recording = recording_queue(owner=owner, upload=upload, audio_name=audio_name, sha256=sha256)
            except IntegrityError as error:
                # The same upload ran twice at the same time, and the other one was first.
                existing = recording_existing(owner=owner, recording_id=upload.recording_id, sha256=sha256)
                if existing is None:
                    raise RecordingIdReusedError(_REUSED) from error
            else:
                return recording, True
        default_storage.delete(audio_name)
        return existing, False


def size_check(*, size_bytes: int) -> None:
    """Raises `AudioEmptyError`, `RecordingTooLargeError`."""
    max_bytes = settings.ENVIRONMENT.max_upload_bytes
    if size_bytes == 0:
        raise AudioEmptyError("The file has no content. Record again, or choose another file.")
    if size_bytes > max_bytes:
        raise RecordingTooLargeError(
            f"This server takes recordings of up to {max_bytes} bytes. "
            "Split it, or save it in a compressed format such as m4a or opus.",
            max_bytes=max_bytes,
        )


def room_check(*, owner: User, upload: Upload) -> None:
    """Raises `QuotaExceededError`, and `NotFoundError` for the conversation of somebody else."""
    quota_bytes = settings.ENVIRONMENT.user_quota_bytes
    if quota_bytes and selectors.stored_bytes(user=owner) + upload.size_bytes > quota_bytes:
        raise QuotaExceededError(
            "Delete recordings that you do not need any more, or ask the operator for more room.",
            quota_bytes=quota_bytes,
        )
    if upload.conversation_id is not None:
        conversations.conversation_usable(user=owner, conversation_id=upload.conversation_id)


def recording_existing(*, owner: User, recording_id: uuid.UUID, sha256: str) -> Recording | None:
    """The owner's recording with this id and content.

    Raises `RecordingDeletedError`, and `RecordingIdReusedError` for other content or another owner.
    """
    recording = Recording.objects.select_related("analysis").filter(pk=recording_id).first()
    if recording is None:
        if conversations.is_deleted(user=owner, recording_id=recording_id):
            raise RecordingDeletedError("You deleted it. To keep it after all, upload it under a new id.")
        return None
    if recording.owner_id != owner.pk or recording.sha256 != sha256:
        raise RecordingIdReusedError(_REUSED)
    return recording


@transaction.atomic
def recording_queue(*, owner: User, upload: Upload, audio_name: str, sha256: str) -> Recording:
    """The rows of stored audio. Raises `IntegrityError` when the id is taken, `NotFoundError` (conversation)."""
    recording = recording_create(
        owner=owner,
        new=NewRecording(
            id=upload.recording_id,
            source=upload.source,
            audio_name=audio_name,
            file_name=upload.file_name,
            content_type=media_type(upload.content_type),
            size_bytes=upload.size_bytes,
            sha256=sha256,
            language=upload.language,
            recorded_at=upload.recorded_at,
            conversation_id=upload.conversation_id,
            conversation_title=upload.conversation_title,
        ),
    )
    analysis_create(recording=recording)
    return recording


def audio_store(*, owner: User, recording_id: uuid.UUID, audio: File[Any]) -> str:
    """Keep the bytes; returns their name in the storage. Raises `StorageFullError`, `StorageUnavailableError`."""
    # The name says nothing about the person or the file, and nothing that a client sent is part of a path.
    audio.seek(0)
    name = f"recordings/{owner.pk}/{recording_id}/{uuid.uuid4().hex}"
    file_announce(name=name)
    with storage_errors_told():
        return default_storage.save(name, audio)


@contextmanager
def storage_errors_told() -> Iterator[None]:
    """Turns what a storage says into `StorageFullError` or `StorageUnavailableError`."""
    try:
        yield
    except OSError as error:
        problem = outages.storage_problem_of(error)
        if isinstance(problem, StorageUnavailableError):
            logger.exception("a recording cannot be stored")
        raise problem from error


@contextmanager
def audio_deleted_on_error(audio_name: str) -> Iterator[None]:
    """Stored audio that no row names must not stay.

    After an outage of the database nobody knows whether the commit came through, and the row names it. Then it is left
    alone: of what was announced, `files_delete_waiting` takes what no row names.
    """
    try:
        yield
    except DATABASE_OUTAGES:
        raise
    except BaseException:
        default_storage.delete(audio_name)
        raise


def file_name(claimed: str) -> str:
    """The last part of what the client calls its file, without control characters; only ever shown to its owner."""
    last = re.split(r"[/\\]", claimed)[-1]
    name = "".join(character for character in last if character.isprintable()).strip()
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) < 20:
        return f"{stem[: 254 - len(suffix)]}.{suffix}"
    return name[:255]


def media_type(claimed: str | None) -> str:
    """What the client says, if it is audio or video at all; only used when the owner plays it back."""
    match = _MEDIA_TYPE.match(claimed or "")
    return match.group(0) if match else "application/octet-stream"


def _sha256(audio: File[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in audio.chunks():
        digest.update(chunk)
    return digest.hexdigest()
