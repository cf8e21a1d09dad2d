"""A full upload becomes a recording, exactly once, whoever asks and whatever is interrupted."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from backend.core import log_context
from backend.core.errors import NotFoundError
from backend.uploads import parts
from backend.uploads.errors import (
    AudioDamagedError,
    RecordingDeletedError,
    RecordingIdReusedError,
    UploadBusyError,
)
from backend.uploads.models import ResumableUpload
from backend.uploads.services import recordings

_CLAIM_S = 5.0
_SLOWEST_BYTES_PER_S = 10_000_000.0
"""A request that puts a file together more slowly is taken to have died; doing it twice costs time only."""


def upload_finish(*, upload_id: uuid.UUID) -> None:
    """Make the recording of a full upload; nothing when that is done already.

    Raises `UploadBusyError` while another request does it, `AudioDamagedError`, `RecordingDeletedError` and
    `RecordingIdReusedError` (with these three the upload is gone), `NotFoundError` for a conversation that became
    somebody else's, and `StorageFullError`.
    """
    upload = ResumableUpload.objects.select_related("owner").get(pk=upload_id)
    if upload.is_finished:
        return
    if not _claim(upload):
        raise UploadBusyError("Another request is finishing this upload. Ask again in a second.")
    with log_context.bound(upload=upload.pk, recording=upload.recording_id):
        try:
            _make_recording(upload)
        except (AudioDamagedError, RecordingDeletedError, RecordingIdReusedError):
            # It can never be finished. The pieces are of no use: the client has the file, and begins anew.
            parts.parts_delete(upload.pk)
            upload.delete()
            raise
        except BaseException:
            ResumableUpload.objects.filter(pk=upload_id).update(finishing_until=None)
            raise
        parts.parts_delete(upload.pk)


def _claim(upload: ResumableUpload) -> bool:
    now = timezone.now()
    until = now + timedelta(seconds=_CLAIM_S + upload.length_bytes / _SLOWEST_BYTES_PER_S)
    is_free = Q(finishing_until=None) | Q(finishing_until__lt=now)
    open_upload = ResumableUpload.objects.filter(is_free, pk=upload.pk, is_finished=False)
    return bool(open_upload.update(finishing_until=until))


def _make_recording(upload: ResumableUpload) -> None:
    owner, about = upload.owner, _about(upload)
    with parts.PartsReader(list(upload.parts.order_by("offset_bytes"))) as reader:
        if reader.size_bytes != upload.length_bytes:
            raise OSError(f"upload {upload.pk} is said to be full and holds {reader.size_bytes} bytes")
        audio_name = recordings.audio_store(
            owner=owner, recording_id=upload.recording_id, audio=parts.PartsFile(reader)
        )
        with recordings.audio_deleted_on_error(audio_name):
            sha256 = reader.sha256()
            if upload.sha256 and sha256 != upload.sha256:
                raise AudioDamagedError("What arrived has another digest. Begin the upload anew.")
            if recordings.recording_existing(owner=owner, recording_id=upload.recording_id, sha256=sha256):
                default_storage.delete(audio_name)
                _note_finished(upload)
                return
            _create(upload, about, audio_name, sha256)


def _create(upload: ResumableUpload, about: recordings.Upload, audio_name: str, sha256: str) -> None:
    owner = upload.owner
    try:
        with transaction.atomic():
            if ResumableUpload.objects.select_for_update().filter(pk=upload.pk).first() is None:
                raise NotFoundError("The upload was cancelled meanwhile.")
            recordings.recording_queue(owner=owner, upload=about, audio_name=audio_name, sha256=sha256)
            _note_finished(upload)
    except IntegrityError as error:
        # The same recording came another way at the same time, and was first.
        existing = recordings.recording_existing(owner=owner, recording_id=upload.recording_id, sha256=sha256)
        if existing is None:
            raise RecordingIdReusedError("Make a new random UUID for each recording.") from error
        default_storage.delete(audio_name)
        _note_finished(upload)


def _note_finished(upload: ResumableUpload) -> None:
    ResumableUpload.objects.filter(pk=upload.pk).update(is_finished=True, finishing_until=None)


def _about(upload: ResumableUpload) -> recordings.Upload:
    return recordings.Upload(
        recording_id=upload.recording_id,
        size_bytes=upload.length_bytes,
        file_name=upload.file_name,
        content_type=upload.content_type,
        source=upload.source,
        language=upload.language,
        recorded_at=upload.recorded_at,
        conversation_id=upload.conversation_id,
        conversation_title=upload.conversation_title,
    )
