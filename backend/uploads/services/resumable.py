"""Uploads in pieces: begin, add a piece, ask how far it is, give up."""

from __future__ import annotations

import base64
import binascii
import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any, Protocol

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.conversations import selectors as conversations
from backend.conversations.models import Recording
from backend.core import log_context
from backend.core.spool import Spool
from backend.uploads import parts, selectors
from backend.uploads.errors import (
    ChecksumAlgorithmError,
    ChecksumMismatchError,
    RecordingDeletedError,
    RecordingIdReusedError,
    TooManyUploadsError,
    UploadInPiecesError,
    UploadOffsetError,
    UploadTooLongError,
)
from backend.uploads.models import ResumableUpload, UploadPart
from backend.uploads.services import recordings
from backend.uploads.services.finishing import upload_finish

CHECKSUM_ALGORITHMS = ("sha1", "sha256", "md5")
MAX_PARTS = 10_000
_MEMORY_BYTES = 4 * 1024 * 1024
_COPY_BYTES = 256 * 1024


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    about: recordings.Upload
    metadata: str
    """`Upload-Metadata` as it was sent."""
    sha256: str
    """Hexadecimal, of the whole file; empty: the client does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """Of one piece."""

    algorithm: str
    digest: bytes

    @classmethod
    def from_header(cls, header: str) -> Checksum:
        """Raises `ChecksumAlgorithmError`."""
        algorithm, _, encoded = header.partition(" ")
        if algorithm not in CHECKSUM_ALGORITHMS:
            raise ChecksumAlgorithmError(f"Use one of these: {', '.join(CHECKSUM_ALGORITHMS)}.")
        try:
            return cls(algorithm=algorithm, digest=base64.b64decode(encoded, validate=True))
        except binascii.Error:
            raise ChecksumAlgorithmError("Send the digest in base64, after the algorithm.") from None


def upload_create(*, user: User, new: NewUpload) -> ResumableUpload:
    """Begin an upload, or find the one that was begun with this recording id: asking again changes nothing.

    Raises `AudioEmptyError`, `RecordingTooLargeError`, `QuotaExceededError`, `TooManyUploadsError`,
    `RecordingDeletedError`, `RecordingIdReusedError`, and `NotFoundError` for a conversation of somebody else.
    """
    recordings.size_check(size_bytes=new.about.size_bytes)
    with transaction.atomic():
        # One after the other for each person, so that limits and the one upload for each recording hold.
        User.objects.select_for_update().get(pk=user.pk)
        upload = _begun(user, new)
        if upload is not None:
            return upload
        is_finished = _has_recording(user, new)
        if not is_finished:
            recordings.room_check(owner=user, upload=new.about)
            most = settings.ENVIRONMENT.max_unfinished_uploads
            if selectors.unfinished_count(user=user) >= most:
                raise TooManyUploadsError(
                    f"You have {most} unfinished uploads. Finish or cancel some of them first.", most=most
                )
        return _insert(user, new, is_finished=is_finished)


def upload_append(
    *, user: User, upload_id: uuid.UUID, offset_bytes: int, content: Readable, checksum: Checksum | None
) -> ResumableUpload:
    """Add a piece; what was the last one makes the recording. The piece is on the disk when this returns.

    Raises `NotFoundError`, `UploadOffsetError`, `UploadTooLongError`, `UploadInPiecesError`,
    `ChecksumMismatchError`, `StorageFullError`, `StorageUnavailableError` and what `upload_finish` raises.
    """
    upload = selectors.upload_get(user=user, upload_id=upload_id)
    with log_context.bound(upload=upload.pk, recording=upload.recording_id):
        _offset_check(upload, offset_bytes)
        with Spool(max_memory_bytes=_MEMORY_BYTES, folder=settings.FILE_UPLOAD_TEMP_DIR) as piece:
            size_bytes = _copy(content, piece, upload.length_bytes - offset_bytes, checksum)
            if size_bytes:
                _keep(upload, offset_bytes, piece.reader(), size_bytes)
        return upload_status(user=user, upload_id=upload_id)


def upload_status(*, user: User, upload_id: uuid.UUID) -> ResumableUpload:
    """How far it is. One that is full becomes its recording first, if that was interrupted.

    Raises `NotFoundError`, and what `upload_finish` raises.
    """
    upload = selectors.upload_get(user=user, upload_id=upload_id)
    if upload.is_full and not upload.is_finished:
        upload_finish(upload_id=upload.pk)
        upload = selectors.upload_get(user=user, upload_id=upload_id)
    return upload


def upload_terminate(*, user: User, upload_id: uuid.UUID) -> None:
    """Forget an upload and its pieces; a recording that it has become stays. Raises `NotFoundError`."""
    upload = selectors.upload_get(user=user, upload_id=upload_id)
    upload_remove(upload_id=upload.pk)


def upload_remove(*, upload_id: uuid.UUID) -> None:
    """The row and every piece. The row goes last, so that what is interrupted can be repeated."""
    with transaction.atomic():
        if ResumableUpload.objects.select_for_update().filter(pk=upload_id).first() is None:
            return
        parts.parts_delete(upload_id)
        ResumableUpload.objects.filter(pk=upload_id).delete()


def _begun(user: User, new: NewUpload) -> ResumableUpload | None:
    upload = ResumableUpload.objects.filter(owner=user, recording_id=new.about.recording_id).first()
    if upload is None:
        return None
    says_another_digest = bool(new.sha256 and upload.sha256 and new.sha256 != upload.sha256)
    if upload.length_bytes != new.about.size_bytes or says_another_digest:
        raise RecordingIdReusedError(
            "An upload of another file has this id. Cancel that one, or make a new random UUID."
        )
    if upload.is_finished and conversations.is_deleted(user=user, recording_id=upload.recording_id):
        raise RecordingDeletedError("You deleted it. To keep it after all, upload it under a new id.")
    return upload


def _has_recording(user: User, new: NewUpload) -> bool:
    """Whether the recording is there already, by an upload that is forgotten or in one request."""
    about = new.about
    recording = Recording.objects.filter(pk=about.recording_id).first()
    if recording is None:
        if conversations.is_deleted(user=user, recording_id=about.recording_id):
            raise RecordingDeletedError("You deleted it. To keep it after all, upload it under a new id.")
        return False
    is_same = recording.owner_id == user.pk and recording.size_bytes == about.size_bytes
    if not is_same or (new.sha256 and recording.sha256 != new.sha256):
        raise RecordingIdReusedError(
            "Make a new random UUID for each recording, and use it again only to repeat the same upload."
        )
    return True


def _insert(user: User, new: NewUpload, *, is_finished: bool) -> ResumableUpload:
    about = new.about
    return ResumableUpload.objects.create(
        owner=user,
        recording_id=about.recording_id,
        length_bytes=about.size_bytes,
        offset_bytes=about.size_bytes if is_finished else 0,
        metadata=new.metadata,
        source=about.source,
        file_name=about.file_name,
        content_type=recordings.media_type(about.content_type),
        language=about.language,
        recorded_at=about.recorded_at,
        conversation_id=about.conversation_id,
        conversation_title=about.conversation_title,
        sha256=new.sha256,
        is_finished=is_finished,
        expires_at=_expiry(),
    )


def _copy(content: Readable, piece: Spool, room_bytes: int, checksum: Checksum | None) -> int:
    """Bytes that were copied. Raises `UploadTooLongError`, `ChecksumMismatchError`."""
    # Not for security: it finds what the way has changed.
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    size_bytes = 0
    while block := content.read(_COPY_BYTES):
        size_bytes += len(block)
        if size_bytes > room_bytes:
            raise UploadTooLongError(
                f"Only {room_bytes} bytes are missing at this offset.", room_bytes=room_bytes
            )
        piece.write(block)
        if digest is not None:
            digest.update(block)
    if checksum is not None and digest is not None and digest.digest() != checksum.digest:
        raise ChecksumMismatchError("Send this piece again from the same offset.")
    return size_bytes


def _keep(upload: ResumableUpload, offset_bytes: int, piece: IO[bytes], size_bytes: int) -> None:
    """Store a piece, then note it, unless another request has added to the upload meanwhile."""
    if UploadPart.objects.filter(upload=upload).count() >= MAX_PARTS:
        raise UploadInPiecesError("Cancel this upload, and send larger pieces.", most=MAX_PARTS)
    with recordings.storage_errors_told():
        name = parts.part_store(upload_id=upload.pk, content=_File(piece, size_bytes))
    with recordings.audio_deleted_on_error(name), transaction.atomic():
        locked = ResumableUpload.objects.select_for_update().filter(pk=upload.pk).first()
        if locked is None:
            raise UploadOffsetError("The upload was cancelled meanwhile. Begin anew.")
        _offset_check(locked, offset_bytes)
        UploadPart.objects.create(upload=locked, offset_bytes=offset_bytes, size_bytes=size_bytes, name=name)
        locked.offset_bytes = offset_bytes + size_bytes
        locked.expires_at = _expiry()
        locked.save(update_fields=["offset_bytes", "expires_at"])


class _File(File):  # type: ignore[type-arg]  # not generic at run time
    """A piece, for the storage. The size of what is spooled cannot be asked for by its path."""

    def __init__(self, file: IO[Any], size_bytes: int) -> None:
        super().__init__(file, name="part")
        self.size = size_bytes


def _offset_check(upload: ResumableUpload, offset_bytes: int) -> None:
    if upload.offset_bytes != offset_bytes:
        raise UploadOffsetError(
            "Another request has added to it, or an answer was lost. Ask with HEAD, and go on from there.",
            offset_bytes=upload.offset_bytes,
        )


def _expiry() -> Any:
    return timezone.now() + timedelta(seconds=settings.ENVIRONMENT.upload_expires_s)
