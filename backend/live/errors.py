"""Why a live stream is refused or broken off. Clients know the codes."""

from __future__ import annotations

from typing import ClassVar

from backend.core.errors import ProblemError

CLOSE_ENDED = 1000
CLOSE_BAD_MESSAGE = 4400
CLOSE_NOT_AUTHENTICATED = 4401
CLOSE_GONE = 4404
CLOSE_SLOW_READER = 4408
CLOSE_REPLACED = 4409
CLOSE_TOO_MUCH = 4429
CLOSE_TRY_AGAIN = 4503


class LiveProblem(ProblemError):
    """`close_code` None: the connection goes on."""

    close_code: ClassVar[int | None] = CLOSE_BAD_MESSAGE


class MalformedMessageError(LiveProblem):
    code = "malformed_message"
    title = "The message cannot be read"


class MalformedFrameError(LiveProblem):
    code = "malformed_frame"
    title = "The sound cannot be read"


class UnsupportedSoundError(LiveProblem):
    code = "unsupported_sound"
    title = "This kind of sound is not taken"


class SoundMissingError(LiveProblem):
    """Sound is missing between what is there and what came: the client sends it, or says that it is lost."""

    status = 409
    code = "sound_missing"
    title = "Sound is missing"
    close_code = None


class NotSignedInError(LiveProblem):
    status = 401
    code = "not_authenticated"
    title = "Not signed in"
    close_code = CLOSE_NOT_AUTHENTICATED


class StreamReplacedError(LiveProblem):
    status = 409
    code = "stream_replaced"
    title = "The stream goes on elsewhere"
    close_code = CLOSE_REPLACED


class StreamBusyError(LiveProblem):
    status = 409
    code = "stream_busy"
    title = "The stream is still connected"
    close_code = CLOSE_TRY_AGAIN


class StreamEndedError(LiveProblem):
    status = 410
    code = "stream_ended"
    title = "The stream has ended"
    close_code = CLOSE_GONE


class StreamGoneError(LiveProblem):
    status = 404
    code = "not_found"
    title = "There is no such stream"
    close_code = CLOSE_GONE


class StreamIdReusedError(LiveProblem):
    status = 409
    code = "recording_id_reused"
    title = "This id belongs to another recording"
    close_code = CLOSE_GONE


class RecordingDeletedError(LiveProblem):
    status = 410
    code = "recording_deleted"
    title = "This recording was deleted"
    close_code = CLOSE_GONE


class TooManyStreamsError(LiveProblem):
    status = 429
    code = "too_many_streams"
    title = "Too many live streams"
    close_code = CLOSE_TOO_MUCH


class StreamTooLongError(LiveProblem):
    status = 413
    code = "audio_too_long"
    title = "The stream is too long"
    close_code = CLOSE_GONE


class StorageFullError(LiveProblem):
    status = 507
    code = "storage_full"
    title = "The storage is full"
    close_code = CLOSE_TRY_AGAIN


class ListeningLostError(LiveProblem):
    """A part of the server that listens has stopped; the client connects again and loses nothing."""

    status = 503
    code = "live_interrupted"
    title = "Listening was interrupted"
    close_code = CLOSE_TRY_AGAIN


class SlowReaderError(LiveProblem):
    status = 408
    code = "slow_reader"
    title = "The captions are not read"
    close_code = CLOSE_SLOW_READER


class ShareEndedError(LiveProblem):
    status = 404
    code = "share_ended"
    title = "These captions are not shown any more"
    close_code = CLOSE_GONE
