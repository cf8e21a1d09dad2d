"""The audio of a recording as an HTTP answer."""

from __future__ import annotations

from django.http import HttpResponseBase

from backend.conversations.models import Recording
from backend.core.byte_ranges import range_response
from backend.core.errors import NotFoundError, StorageUnavailableError


def audio_response(recording: Recording, range_header: str) -> HttpResponseBase:
    """All of the audio, or the single range that was asked for. `recording` must have been read for whoever asks.

    Raises `NotFoundError` when the file is gone, and `StorageUnavailableError`.
    """
    if recording.audio_removed_at is not None:
        raise NotFoundError("The audio of this recording was removed, as its owner has asked for.")
    if not recording.audio:
        raise NotFoundError("This recording is still being made. Its audio is there when it has ended.")
    try:
        audio = recording.audio.open("rb")
    except FileNotFoundError:
        raise NotFoundError("The audio of this recording is gone from the storage.") from None
    except OSError as error:
        raise StorageUnavailableError("The audio cannot be fetched just now. Try again later.") from error
    response = range_response(audio, content_type=recording.content_type, range_header=range_header)
    # The bytes are whatever somebody uploaded: a browser must neither guess at them nor run them.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; media-src 'self'"
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, max-age=3600"
    return response
