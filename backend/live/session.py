"""One connected stream: sound in, captions out. All of it runs in one event loop; nothing here blocks it for long."""

from __future__ import annotations

import asyncio
import base64
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from backend.analyses import dispatch
from backend.core import metrics
from backend.live.agreement import Agreement
from backend.live.cutting import WARM_UP, WINDOW, WINDOW_S, Cut, CutOptions, Cutter
from backend.live.database import in_database
from backend.live.errors import RecordingDeletedError, SoundMissingError, StreamTooLongError
from backend.live.frames import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, Frame
from backend.live.messages import Caption, ServerMessage
from backend.live.models import LiveStream
from backend.live.outbox import Outbox
from backend.live.pacing import INTERIM_EXPIRES_S, INTERIM_LOST_S, Level, Pace
from backend.live.serializers import retracted_caption
from backend.live.services import streams, utterances
from backend.live.speech import OpenUtterance
from backend.live.spool import Spool
from backend.live.syncing import Syncer
from backend.live.voices import Voice
from inference_worker import contract

HEARD_AT_ONCE = 31
"""Windows (1 s) that the detector gets at a time."""
SILENCE = bytes(SAMPLE_RATE_HZ * BYTES_PER_SAMPLE)
STABLE_KEPT_S = 3600
CHECKPOINT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTools:
    """What a session works with."""

    outbox: Outbox
    spool: Spool
    voice: Voice
    pace: Pace
    syncer: Syncer
    max_samples: int
    want_emotion: bool
    emotion_adaptation: contract.EmotionAdaptation | None
    is_shared: bool


class Session:
    """See `backend.live.consumers` for who calls it: one task for sound, one for results, one for the clock."""

    def __init__(self, stream: LiveStream, tools: SessionTools) -> None:
        self._id: uuid.UUID = stream.pk
        self._language = stream.recording.language
        self._tools, self._outbox, self._spool = tools, tools.outbox, tools.spool
        self._is_shared = tools.is_shared
        first = max(0, stream.settled_windows - WARM_UP)
        self._cutter = Cutter(first, stream.settled_windows, CutOptions(pause_s=stream.pause_s))
        self._count = stream.utterance_count
        self._open: OpenUtterance | None = None
        self._finals: dict[int, tuple[float, int]] = {}
        """Utterances whose words are waited for: when they were cut, and where they end."""
        self._remembered: tuple[int, tuple[contract.Word, ...]] | None = None
        """What was shown as stable before the connection was lost, and of which utterance."""
        self._revision_from = 0
        """Revisions of this utterance that were told already, when what came before it was taken back."""
        self._is_speaking = False
        self._level: Level = "none"
        self._missing_told = -1
        self._acknowledged = -1
        self._checkpoint_s = time.monotonic()
        self.viewers = Outbox()
        """What second screens are to see."""
        self.ended = asyncio.Event()
        """Everything is stored, and the recording is there."""
        self.all_stored = asyncio.Event()

    @property
    def received_s(self) -> float:
        return self._spool.samples / SAMPLE_RATE_HZ

    @property
    def lag_s(self) -> float:
        """How much of the sound that has arrived is neither captioned nor known to be silence."""
        behind = [end for _, end in self._finals.values()]
        if self._open is not None:
            behind.append(max(self._open.heard_until, self._open.first_sample))
        heard = self._cutter.next_window * WINDOW
        return round(max(0.0, self.received_s - min([*behind, heard]) / SAMPLE_RATE_HZ), 3)

    async def go_on(self, waiting: Mapping[int, int]) -> None:
        """Hear again what was not settled when the connection was lost. `waiting`: ends of finals under way."""
        now_s = time.monotonic()
        self._finals = {index: (now_s, end) for index, end in waiting.items()}
        if not self._finals:
            self.all_stored.set()
        kept = await asyncio.to_thread(cache.get, self._memory_key)
        if kept is not None:
            self._remembered = kept[0], tuple(contract.Word.from_json(word) for word in kept[1])
        await self._listen()

    async def sound(self, frame: Frame) -> None:
        """Raises `SoundMissingError`, `StreamTooLongError`, `StorageFullError`, `ListeningLostError`."""
        expected = self._spool.samples
        if frame.first_sample > expected:
            # Said once for each gap: a client sends many frames before it has read the answer.
            if self._missing_told == expected:
                return
            self._missing_told = expected
            raise SoundMissingError(
                "Sound is missing before this frame. Send it, or say that it is lost.", expected=expected
            )
        known = (expected - frame.first_sample) * BYTES_PER_SAMPLE
        await self._append(frame.pcm[known:])

    async def gap(self, until: int) -> None:
        """The client has lost what lies before `until`. Raises what `sound` raises."""
        while (left := until - self._spool.samples) > 0:
            await self._append(SILENCE[: left * BYTES_PER_SAMPLE])

    async def _append(self, pcm: bytes) -> None:
        if not pcm:
            return
        if self._spool.samples + len(pcm) // BYTES_PER_SAMPLE > self._tools.max_samples:
            raise StreamTooLongError(
                "The talk is longer than this server takes. End it, and begin a new one.",
                max_duration_s=self._tools.max_samples / SAMPLE_RATE_HZ,
            )
        self._spool.append(pcm)
        await self._listen()

    async def _listen(self) -> None:
        """Let the detector hear what has come, and cut."""
        while (whole := self._spool.samples // WINDOW - self._cutter.next_window) > 0:
            first = self._cutter.next_window * WINDOW
            pcm = self._spool.read(first, first + min(whole, HEARD_AT_ONCE) * WINDOW)
            for window in await self._tools.voice.hear(pcm):
                cut = self._cutter.push(window)
                if cut is not None:
                    await self._cut(cut)
                self._note_open()
            self._note_speaking()
            await self._ask()

    def _note_open(self) -> None:
        first = self._cutter.open_first
        if first is None:
            self._open = None
        elif self._open is None or self._open.first_sample != first:
            self._open = OpenUtterance(self._id, self._count, first, revision=self._revision_from)
            if self._remembered is not None and self._remembered[0] == self._count:
                self._open.agreement = Agreement(stable=self._remembered[1])
                self._open.was_shown = True

    def _note_speaking(self) -> None:
        if self._cutter.is_speech_now == self._is_speaking:
            return
        self._is_speaking = not self._is_speaking
        at_s = round(self._cutter.next_window * WINDOW_S, 3)
        self._say({"type": "speaking", "speaking": self._is_speaking, "at_s": at_s, "lag_s": self.lag_s})

    async def _cut(self, cut: Cut) -> None:
        utterance, self._open = self._open, None
        if not cut.is_speech:
            if utterance is not None and utterance.was_shown:
                self._retract(utterance, cut.end)
            return
        stable = utterance.agreement.stable if utterance is not None else ()
        new = utterances.NewUtterance(
            index=self._count,
            first_sample=cut.first,
            end_sample=min(cut.end, self._spool.samples),
            stable=stable,
            settled_windows=self._cutter.resume_window,
            probabilities=cut.probabilities,
        )
        self._revision_from = 0
        self._finals[new.index] = (time.monotonic(), new.end_sample)
        self.all_stored.clear()
        self._count += 1
        is_known = await in_database(utterances.utterance_cut)(stream_id=self._id, new=new)
        if not is_known:
            raise RecordingDeletedError("This talk was deleted.")

    def _retract(self, utterance: OpenUtterance, end_sample: int) -> None:
        caption = retracted_caption(
            stream_id=self._id,
            index=utterance.index,
            first_sample=utterance.first_sample,
            end_sample=end_sample,
        )
        # The next utterance has the same number: it must be able to come after this.
        self._say({**caption, "revision": utterance.revision + 1, "lag_s": self.lag_s})
        self._revision_from = utterance.revision + 1

    async def _ask(self) -> None:
        """Ask for an interim if one is due: at most one is under way, and it has the newest sound."""
        utterance, pace = self._open, self._tools.pace
        end = self._cutter.next_window * WINDOW
        if utterance is None or self._level == "finals_only":
            return
        if not utterance.is_due(end_sample=end, spoken_s=self._cutter.spoken_s, interval_s=pace.interval_s):
            return
        want_emotion = utterance.ask(end) and self._tools.want_emotion
        request = contract.LiveRequest(
            stream_id=str(self._id),
            utterance=utterance.index,
            revision=utterance.revision,
            final=False,
            language=self._language,
            start_s=utterance.first_sample / SAMPLE_RATE_HZ,
            audio=base64.b64encode(self._spool.read(utterance.first_sample, end)).decode("ascii"),
            want_emotion=want_emotion,
            probabilities=self._cutter.open_probabilities,
            emotion_adaptation=self._tools.emotion_adaptation if want_emotion else None,
        )
        await asyncio.to_thread(dispatch.send_live, request, expires_s=INTERIM_EXPIRES_S)

    async def result(self, message: Mapping[str, Any]) -> None:
        """Something from the results worker."""
        kind = message["kind"]
        if kind == "interim":
            await self._interim(contract.LiveResult.from_json(message["result"]))
        elif kind == "final":
            waited = self._finals.pop(message["index"], None)
            if waited is not None:
                metrics.live_finals.observe(time.monotonic() - waited[0])
            if "caption" in message:
                caption: Caption = message["caption"]
                caption["lag_s"] = round(max(0.0, self.received_s - caption["end_s"]), 3)
                # Viewers have it from the results worker, whether anybody is connected here or not.
                self._outbox.put(caption)
            if not self._finals:
                self.all_stored.set()
        elif kind == "shared":
            self._is_shared = message["is_shared"]
        elif kind == "ended":
            self.ended.set()

    async def _interim(self, result: contract.LiveResult) -> None:
        utterance = self._open
        before = utterance.agreement.stable if utterance is not None else ()
        took_s = utterance.take(result) if utterance is not None else None
        if utterance is None or took_s is None:
            return
        self._tools.pace.answered(took_s)
        if utterance.agreement.stable != before:
            await self._remember(utterance)
        if result.heard is not None and (result.heard.words or utterance.was_shown):
            self._say(utterance.caption(result, self.lag_s))

    async def _remember(self, utterance: OpenUtterance) -> None:
        """Stable words outlive this process: what was shown as stable must not change after a restart."""
        words = [word.to_json() for word in utterance.agreement.stable]
        await asyncio.to_thread(cache.set, self._memory_key, (utterance.index, words), STABLE_KEPT_S)

    @property
    def _memory_key(self) -> str:
        return f"live-stable-{self._id}"

    async def tick(self) -> None:
        """Called a few times a second. Raises `RecordingDeletedError`, `StorageFullError`."""
        if self._spool.synced_samples < self._spool.samples:
            await self._tools.syncer.sync(self._spool)
        if self._acknowledged != self._spool.synced_samples:
            self._acknowledged = self._spool.synced_samples
            self._say({"type": "ack", "received": self._acknowledged, "lag_s": self.lag_s})
        now_s = time.monotonic()
        asked = self._open.asked if self._open is not None else None
        if self._open is not None and asked is not None and now_s - asked.at_s > INTERIM_LOST_S:
            self._open.asked = None
            self._tools.pace.expired()
        self._note_level(now_s)
        if now_s - self._checkpoint_s >= CHECKPOINT_S:
            self._checkpoint_s = now_s
            await self.checkpoint()

    def _note_level(self, now_s: float) -> None:
        oldest_s = max((now_s - since_s for since_s, _ in self._finals.values()), default=0.0)
        level = self._tools.pace.level(oldest_s)
        if level == self._level:
            return
        self._level = level
        interval_s = round(self._tools.pace.interval_s, 2)
        self._say({"type": "overload", "level": level, "interim_interval_s": interval_s, "lag_s": self.lag_s})

    async def checkpoint(self) -> None:
        """Raises `RecordingDeletedError`."""
        is_there = await in_database(streams.stream_checkpoint)(
            stream_id=self._id, settled_windows=self._cutter.resume_window
        )
        if not is_there:
            raise RecordingDeletedError("This talk was deleted.")

    async def stop(self, samples: int) -> None:
        """The talk is over: cut what is left. Raises `SoundMissingError` when not everything has come."""
        if samples > self._spool.samples:
            raise SoundMissingError(
                "Not everything has arrived. Send the rest, then stop again.", expected=self._spool.samples
            )
        missing = -self._spool.samples % WINDOW
        if missing:
            first = self._cutter.next_window * WINDOW
            rest = self._spool.read(first, self._spool.samples) + bytes(missing * BYTES_PER_SAMPLE)
            for window in await self._tools.voice.hear(rest):
                cut = self._cutter.push(window)
                if cut is not None:
                    await self._cut(cut)
        cut = self._cutter.finish(missing)
        if cut is not None:
            await self._cut(cut)
        self._open = None
        await self._tools.syncer.sync(self._spool)
        await in_database(streams.stream_ending)(stream_id=self._id, samples=self._spool.samples)

    def _say(self, message: ServerMessage) -> None:
        self._outbox.put(message)
        if self._is_shared and message["type"] in ("caption", "speaking", "ack"):
            self.viewers.put(message)
