"""`/ws/live`: a person speaks, and reads."""

from __future__ import annotations

import asyncio
import time
import uuid
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from backend.analyses import dispatch
from backend.analyses.selectors import only_offline_engine
from backend.conversations.selectors import emotion_wanted
from backend.core import metrics
from backend.live import opus, parsing, selectors
from backend.live.connection import Connection, error_message, first_of, joined, serve
from backend.live.database import in_database, in_storage
from backend.live.errors import (
    CLOSE_ENDED,
    LiveProblem,
    MalformedMessageError,
    StreamBusyError,
    StreamReplacedError,
)
from backend.live.frames import SAMPLE_RATE_HZ, FrameReader
from backend.live.messages import Caption
from backend.live.models import LiveShare, LiveStream
from backend.live.outbox import Outbox
from backend.live.pacing import Pace
from backend.live.serializers import final_caption
from backend.live.services import streams
from backend.live.session import Session, SessionTools
from backend.live.spool import Spool, spool_path
from backend.live.syncing import Syncer
from backend.live.voices import Voices
from backend.realtime import publisher
from inference_worker.contract import EmotionAdaptation

TICK_S = 0.25
"""All streams at the same moment, so that one visit to the disk does for all."""
TAKE_OVER_LIMIT_S = 8.0
LAST_WORDS_LIMIT_S = 120.0
"""So long the words of the last utterances are waited for after `stop`; then the client asks again."""
Next = Callable[[], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class _Process:
    """What all streams of an event loop share."""

    voices: Voices = field(default_factory=Voices)
    pace: Pace = field(default_factory=Pace)
    syncer: Syncer = field(default_factory=Syncer)


_processes: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Process] = weakref.WeakKeyDictionary()


def process_of_loop() -> _Process:
    return _processes.setdefault(asyncio.get_running_loop(), _Process())


async def live(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The ASGI application of `/ws/live`."""
    talk = _Talk(Connection(scope, receive, send))
    await serve("live", talk.connection, talk.run(), lambda: talk.lag_s)


class _Talk:
    """One connection of one stream."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._key = uuid.uuid4().hex
        self._outbox = Outbox()
        self._frames = FrameReader()
        self._session: Session | None = None

    @property
    def lag_s(self) -> float:
        return self._session.lag_s if self._session is not None else 0.0

    async def run(self) -> None:
        await self.connection.accept()
        user = self.connection.signed_in_user()
        start = parsing.parse_start(await self.connection.first_message())
        stream = await in_database(streams.stream_open)(user=user, new=start.new)
        async with joined(publisher.live_group_of(stream.pk, "session")) as next_message:
            await publisher.send_live(stream.pk, "session", {"kind": "take_over", "key": self._key})
            spool = await _open_spool(stream.pk)
            try:
                await self._with_spool(stream.pk, start, spool, next_message)
            finally:
                spool.close()

    async def _with_spool(
        self,
        stream_id: uuid.UUID,
        start: parsing.StartMessage,
        spool: Spool,
        next_message: Next,
    ) -> None:
        process = process_of_loop()
        voice = await process.voices.open()
        try:
            # Read only now: the connection that was replaced may have written until it gave the file up.
            state = await _read_state(stream_id, start.finals_from)
            tools = SessionTools(
                outbox=self._outbox,
                spool=spool,
                voice=voice,
                pace=process.pace,
                syncer=process.syncer,
                max_samples=int(settings.ENVIRONMENT.max_recording_s * SAMPLE_RATE_HZ),
                want_emotion=state.want_emotion,
                emotion_adaptation=state.emotion_adaptation,
                is_shared=state.is_shared,
            )
            session = self._session = Session(state.stream, tools)
            self._greet(state, spool)
            await first_of(
                self._listen(session, state),
                self._results(session, next_message),
                self._clock(session),
                self._outbox.pump(self.connection.send_text),
                session.viewers.pump(lambda text: _to_viewers(stream_id, text)),
                self.connection.watch_session(),
            )
        finally:
            voice.close()
        await self._outbox.drain(self.connection.send_text)
        await self.connection.close(CLOSE_ENDED)

    def _greet(self, state: _State, spool: Spool) -> None:
        recording = state.stream.recording
        self._outbox.put(
            {
                "type": "ready",
                "stream_id": str(recording.pk),
                "recording_id": str(recording.pk),
                "conversation_id": str(recording.conversation_id),
                "received": spool.samples,
                "utterances": state.stream.utterance_count,
                "waiting": sorted(state.waiting),
                "low_accuracy": state.low_accuracy,
                "forms": ["pcm", "opus"] if opus.is_available() else ["pcm"],
                "lag_s": 0.0,
            }
        )
        for caption in state.finals:
            self._outbox.put(caption)

    async def _listen(self, session: Session, state: _State) -> None:
        """Take sound until the talk is over; returns when everything is stored."""
        await session.go_on(state.waiting)
        if state.stream.state == LiveStream.State.OPEN:
            while not await self._message(session):
                pass
        await first_of(self._end(session, state.stream.pk), self._until_gone())

    async def _until_gone(self) -> None:
        """Nothing that still comes counts; but that the client goes is noticed."""
        while True:
            await self.connection.receive()

    async def _message(self, session: Session) -> bool:
        """One message of the client. Returns whether the talk is over."""
        message = await self.connection.receive()
        try:
            if isinstance(message, bytes):
                await session.sound(self._frames.read(message))
                return False
            content = parsing.parse_message(message)
            if content["type"] == "stop":
                await session.stop(parsing.parse_samples(content, "samples"))
                return True
            if content["type"] == "gap":
                await session.gap(parsing.parse_samples(content, "until"))
            elif content["type"] != "ping":
                raise MalformedMessageError("This message is not known here. Update the app.")
        except LiveProblem as error:
            if error.close_code is not None:
                raise
            metrics.live_refusals.labels(error.code).inc()
            self._outbox.put(error_message(error, session.lag_s))
        return False

    async def _end(self, session: Session, stream_id: uuid.UUID) -> None:
        try:
            async with asyncio.timeout(LAST_WORDS_LIMIT_S):
                await session.all_stored.wait()
        except TimeoutError:
            raise StreamBusyError(
                "The last words are still being written. They come by themselves."
            ) from None
        # False: the sweep was faster.
        if not await in_storage(streams.stream_finish)(stream_id=stream_id):
            async with asyncio.timeout(LAST_WORDS_LIMIT_S):
                await session.ended.wait()
        self._outbox.put(
            {
                "type": "ended",
                "recording_id": str(stream_id),
                "duration_s": session.received_s,
                "lag_s": 0.0,
            }
        )

    async def _results(self, session: Session, next_message: Next) -> None:
        while True:
            message = await next_message()
            if message["kind"] != "take_over":
                await session.result(message)
            elif message["key"] != self._key:
                raise StreamReplacedError("This talk goes on in another window or on another device.")

    async def _clock(self, session: Session) -> None:
        while True:
            await asyncio.sleep(TICK_S - time.monotonic() % TICK_S)
            await session.tick()


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What is stored of a stream when somebody connects to it."""

    stream: LiveStream
    waiting: dict[int, int]
    """Utterances without words yet, with their last samples."""
    finals: list[Caption]
    is_shared: bool
    want_emotion: bool
    emotion_adaptation: EmotionAdaptation | None
    low_accuracy: bool


@in_database
def _read_state(stream_id: uuid.UUID, finals_from: int | None) -> _State:
    stream = LiveStream.objects.select_related("recording__conversation__owner").get(pk=stream_id)
    waiting = dict(stream.waiting.values_list("index", "end_sample"))
    finals = (
        []
        if finals_from is None
        else [
            final_caption(utterance)
            for utterance in selectors.finals_from(stream_id=stream_id, index=finals_from)
        ]
    )
    is_shared = LiveShare.objects.filter(stream=stream).exists()
    return _State(
        stream=stream,
        waiting=waiting,
        finals=finals,
        is_shared=is_shared,
        want_emotion=emotion_wanted(conversation=stream.recording.conversation),
        emotion_adaptation=dispatch.emotion_adaptation(owner_id=stream.recording.owner_id),
        low_accuracy=only_offline_engine(),
    )


async def _open_spool(stream_id: uuid.UUID) -> Spool:
    """Wait until the connection that is replaced has let go. Raises `StreamBusyError`."""
    deadline_s = time.monotonic() + TAKE_OVER_LIMIT_S
    while True:
        try:
            return Spool(spool_path(stream_id))
        except StreamBusyError:
            if time.monotonic() > deadline_s:
                raise
        await asyncio.sleep(0.1)


async def _to_viewers(stream_id: uuid.UUID, text: str) -> None:
    await publisher.send_live(stream_id, "viewers", {"kind": "text", "text": text})
