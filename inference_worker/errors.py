"""What can go wrong in a unit, each with a stable code that backend and clients know."""

from __future__ import annotations

from typing import ClassVar

from inference_worker.contract import CODE_MISMATCH, CODE_WORKER_LOST


class InferenceError(Exception):
    """Base of every expected failure.

    `str()` is one English sentence that says what to do; clients translate by `code`. `retryable` says
    whether another try may succeed. `data` holds what a translated sentence needs.
    """

    code: ClassVar[str] = "inference_failed"
    retryable: ClassVar[bool] = True

    def __init__(self, message: str, **data: str | int | float) -> None:
        super().__init__(message)
        self.message = message
        self.data: dict[str, str | int | float] = data


class InferenceFailedError(InferenceError):
    """Recognition or emotion failed in a way that nobody foresaw."""


class AudioEmptyError(InferenceError):
    """The file holds no sound at all: no bytes, or a header without samples."""

    code = "audio_empty"
    retryable = False


class AudioUnreadableError(InferenceError):
    """Not audio, or so damaged that nothing can be decoded."""

    code = "audio_unreadable"
    retryable = False


class AudioNoSoundTrackError(InferenceError):
    """A video without sound."""

    code = "audio_no_sound_track"
    retryable = False


class AudioTooLongError(InferenceError):
    """Longer than the request allows."""

    code = "audio_too_long"
    retryable = False


class AudioChecksumMismatchError(InferenceError):
    """The fetched bytes are not the ones that the backend stored."""

    code = "audio_checksum_mismatch"
    retryable = True


class AudioUnavailableError(InferenceError):
    """The audio could not be fetched; the server may be restarting."""

    code = "audio_unavailable"
    retryable = True


class AudioUrlExpiredError(InferenceError):
    """The signed address is no longer valid (HTTP 401, 403 or 410)."""

    code = "audio_url_expired"
    retryable = True


class OutOfMemoryError(InferenceError):
    """The machine or its GPU has no memory left for this unit."""

    code = "out_of_memory"
    retryable = True


class ContractMismatchError(InferenceError):
    """The request is not what this worker understands: backend and worker are of different versions.

    Retryable: the unit waits for a worker that fits, and this counts as no try.
    """

    code = CODE_MISMATCH
    retryable = True


class UnitTimedOutError(InferenceError):
    """The unit took longer than it may."""

    code = "unit_timed_out"
    retryable = True


class WorkerLostError(InferenceError):
    """An earlier try of this very unit ended its worker."""

    code = CODE_WORKER_LOST
    retryable = True


class DeviceLostError(WorkerLostError):
    """The GPU failed under the unit, or under one beside it: the worker ends."""


class ConfigurationError(Exception):
    """A wrong setting. `str()` names it and says how to fix it; raised at start-up only."""
