"""Why an upload is refused. In every other case the recording is kept."""

from __future__ import annotations

from backend.core.errors import ConflictError, ProblemError


class AudioEmptyError(ProblemError):
    code = "audio_empty"
    title = "The recording is empty"


class RecordingTooLargeError(ProblemError):
    status = 413
    code = "recording_too_large"
    title = "The recording is too large"


class RecordingIdReusedError(ConflictError):
    code = "recording_id_reused"
    title = "This id belongs to another recording"


class RecordingDeletedError(ProblemError):
    status = 410
    code = "recording_deleted"
    title = "This recording was deleted"


class StorageFullError(ProblemError):
    status = 507
    code = "storage_full"
    title = "The storage is full"
