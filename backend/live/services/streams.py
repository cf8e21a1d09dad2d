"""A stream from its first message to the finished recording."""

from __future__ import annotations

import hashlib
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses.services.live import StoredAudio, analysis_begin_live, analysis_end_live
from backend.conversations import selectors as conversations
from backend.conversations.file_deletion import file_announce
from backend.conversations.models import Recording, RecordingSource
from backend.conversations.services import NewRecording, recording_create
from backend.core.pieces_file import PiecesFile
from backend.live.errors import (
    RecordingDeletedError,
    StreamEndedError,
    StreamIdReusedError,
    TooManyStreamsError,
)
from backend.live.frames import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from backend.live.models import LiveStream
from backend.live.spool import remove_spool, spool_path
from backend.realtime import publisher

_BLOCK_BYTES = 1024 * 1024
_CONNECTED_S = 60.0
"""A stream whose client was there so lately counts as running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStream:
    """What a client says at the start."""

    stream_id: uuid.UUID
    language: str | None
    conversation_id: uuid.UUID | None
    pause_s: float
    improve: bool = False


def stream_open(*, user: User, new: NewStream) -> LiveStream:
    """Begin a stream, or find the one that goes on.

    Raises `StreamIdReusedError`, `RecordingDeletedError`, `StreamEndedError`, `TooManyStreamsError`, and
    `NotFoundError` for a conversation that the user does not have.
    """
    stream = _existing(user, new.stream_id)
    if stream is None:
        _check_count(user)
        try:
            stream = _create(user, new)
        except IntegrityError as error:
            # The same start ran twice at the same time, and the other one was first.
            stream = _existing(user, new.stream_id)
            if stream is None:
                raise StreamIdReusedError("Make a new random id for each stream.") from error
    if stream.state == LiveStream.State.ENDED:
        raise StreamEndedError("This talk is over; find it among the recordings. Begin a new one to go on.")
    LiveStream.objects.filter(pk=stream.pk).update(heard_at=timezone.now())
    return stream


def _existing(user: User, stream_id: uuid.UUID) -> LiveStream | None:
    recording = Recording.objects.filter(pk=stream_id).first()
    if recording is None:
        if conversations.is_deleted(user=user, recording_id=stream_id):
            raise RecordingDeletedError("You deleted it on another device. Begin a new one.")
        return None
    stream = LiveStream.objects.filter(pk=stream_id).select_related("recording").first()
    if stream is None or recording.owner_id != user.pk:
        raise StreamIdReusedError("Make a new random id for each stream.")
    return stream


def _check_count(user: User) -> None:
    most = settings.ENVIRONMENT.live_streams_per_person
    since = timezone.now() - timedelta(seconds=_CONNECTED_S)
    running = LiveStream.objects.filter(
        recording__owner=user, state=LiveStream.State.OPEN, heard_at__gte=since
    ).count()
    if running >= most:
        raise TooManyStreamsError(
            f"You have {running} live streams already. End one of them first.", most=most
        )


@transaction.atomic
def _create(user: User, new: NewStream) -> LiveStream:
    now = timezone.now()
    recording = recording_create(
        owner=user,
        new=NewRecording(
            id=new.stream_id,
            source=RecordingSource.MICROPHONE,
            audio_name="",
            file_name=f"live-{now:%Y-%m-%d-%H-%M-%S}.wav",
            content_type="audio/wav",
            size_bytes=0,
            sha256="",
            language=new.language,
            recorded_at=now,
            conversation_id=new.conversation_id,
        ),
    )
    analysis_begin_live(recording=recording)
    return LiveStream.objects.create(
        recording=recording, pause_s=new.pause_s, improve=new.improve, heard_at=now
    )


def stream_checkpoint(*, stream_id: uuid.UUID, settled_windows: int) -> bool:
    """The client is there, and everything before is cut. False: the stream is gone."""
    streams = LiveStream.objects.filter(pk=stream_id)
    return bool(streams.update(heard_at=timezone.now(), settled_windows=settled_windows))


def stream_ending(*, stream_id: uuid.UUID, samples: int) -> None:
    """No more sound comes; every utterance is cut."""
    open_streams = LiveStream.objects.filter(pk=stream_id, state=LiveStream.State.OPEN)
    open_streams.update(state=LiveStream.State.ENDING, samples=samples, heard_at=timezone.now())


def stream_finish(*, stream_id: uuid.UUID) -> bool:
    """Make a recording like any other of a stream whose utterances are stored. Runs twice without harm.

    False: it is not ending, or words are still waited for.
    """
    stream = LiveStream.objects.filter(pk=stream_id).select_related("recording").first()
    if stream is None or stream.state != LiveStream.State.ENDING or stream.waiting.exists():
        return False
    audio = _store_audio(stream)
    try:
        is_ended = analysis_end_live(recording_id=stream_id, audio=audio, improve=stream.improve)
    except BaseException:
        default_storage.delete(audio.name)
        raise
    LiveStream.objects.filter(pk=stream_id).update(state=LiveStream.State.ENDED)
    if not is_ended:
        default_storage.delete(audio.name)
    remove_spool(stream_id)
    publisher.publish_live(stream_id, "session", {"kind": "ended"})
    return True


def _store_audio(stream: LiveStream) -> StoredAudio:
    content = _WaveFile(stream.pk, stream.samples)
    name = f"recordings/{stream.recording.owner_id}/{stream.pk}/{uuid.uuid4().hex}"
    file_announce(name=name)
    stored = default_storage.save(name, content)
    return StoredAudio(
        name=stored,
        size_bytes=content.size,
        sha256=content.digest.hexdigest(),
        duration_s=stream.samples / SAMPLE_RATE_HZ,
    )


class _WaveFile(PiecesFile):
    """The sound of a stream as WAV, hashed while it is read."""

    def __init__(self, stream_id: uuid.UUID, samples: int) -> None:
        self._header = _header_of(samples)
        self._path, self._pcm_bytes = spool_path(stream_id), samples * BYTES_PER_SAMPLE
        self.digest = hashlib.sha256()
        super().__init__(self._pieces, name=f"{stream_id}.wav")

    @property
    def size(self) -> int:
        return len(self._header) + self._pcm_bytes

    def _pieces(self) -> Iterator[bytes]:
        self.digest = hashlib.sha256(self._header)
        yield self._header
        left = self._pcm_bytes
        with self._path.open("rb") as file:
            while left and (block := file.read(min(_BLOCK_BYTES, left))):
                self.digest.update(block)
                left -= len(block)
                yield block


def _header_of(samples: int) -> bytes:
    """The 44 bytes in front of the sound (RIFF WAVE, PCM)."""
    pcm_bytes = samples * BYTES_PER_SAMPLE
    rate_bytes = SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
    form = struct.pack("<HHIIHH", 1, 1, SAMPLE_RATE_HZ, rate_bytes, BYTES_PER_SAMPLE, 8 * BYTES_PER_SAMPLE)
    return (
        struct.pack("<4sI4s", b"RIFF", 36 + pcm_bytes, b"WAVE")
        + struct.pack("<4sI", b"fmt ", len(form))
        + form
        + struct.pack("<4sI", b"data", pcm_bytes)
    )
