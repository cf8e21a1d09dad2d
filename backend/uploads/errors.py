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


class QuotaExceededError(ProblemError):
    status = 507
    code = "quota_exceeded"
    title = "Your room on this server is used up"


class TooManyUploadsError(ProblemError):
    status = 429
    code = "too_many_uploads"
    title = "Too many unfinished uploads"


class UploadOffsetError(ConflictError):
    code = "upload_offset"
    title = "The upload is not at this offset"


class UploadTooLongError(ProblemError):
    status = 413
    code = "upload_too_long"
    title = "More bytes than the upload has"


class UploadInPiecesError(ProblemError):
    status = 413
    code = "upload_in_pieces"
    title = "The upload came in too many pieces"


class UploadBusyError(ProblemError):
    status = 423
    code = "upload_busy"
    title = "The upload is being finished"


class ChecksumAlgorithmError(ProblemError):
    code = "checksum_algorithm"
    title = "The checksum cannot be read"


class ChecksumMismatchError(ProblemError):
    """460 is the status that tus gives to it."""

    status = 460
    code = "upload_checksum_mismatch"
    title = "The bytes that arrived are not those that were sent"


class AudioDamagedError(ProblemError):
    status = 422
    code = "audio_damaged"
    title = "The whole file is not the one that was announced"


class TusVersionError(ProblemError):
    status = 412
    code = "tus_version"
    title = "This version of the upload protocol is not spoken here"
