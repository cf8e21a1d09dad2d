"""Utterances from the cut to the stored words. Everything may arrive twice, late, or not at all."""

from __future__ import annotations

import base64
import logging
import uuid
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from backend.accounts.vocabulary import vocabulary_of
from backend.analyses import dispatch
from backend.analyses.services.live import (
    cue_baseline_of,
    live_no_speech_store,
    live_utterance_store,
)
from backend.conversations.selectors import emotion_is_on
from backend.core.after_commit import after_commit
from backend.live.agreement import continued, text_of
from backend.live.frames import SAMPLE_RATE_HZ
from backend.live.messages import Caption
from backend.live.models import LiveStream, LiveUtterance
from backend.live.serializers import final_caption, retracted_caption, utterance_id_of
from backend.live.spool import read_spool
from backend.realtime import publisher
from inference_worker import contract

logger = logging.getLogger(__name__)

SENT_AT_ONCE = 4
"""Finals of one stream that are with the workers at the same time; others wait on the disk."""
MOST_TRIES = 5
FINAL_REVISION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUtterance:
    """An utterance that has ended."""

    index: int
    first_sample: int
    end_sample: int
    stable: tuple[contract.Word, ...]
    probabilities: tuple[float, ...]
    settled_windows: int
    """From here on the stream is heard again after a restart."""


@transaction.atomic
def utterance_cut(*, stream_id: uuid.UUID, new: NewUtterance) -> bool:
    """Keep an utterance and have it recognised. False: it is known already, or the stream is gone."""
    stream = (
        LiveStream.objects.select_for_update(of=("self",))
        .select_related("recording__conversation__owner")
        .filter(pk=stream_id)
        .first()
    )
    if stream is None or stream.utterance_count != new.index:
        return False
    others = list(stream.waiting.values_list("sent_at", flat=True))
    # Written before it is sent: the result can come before `send_live` returns.
    is_sent = len(others) < SENT_AT_ONCE and None not in others
    utterance = LiveUtterance.objects.create(
        stream=stream,
        index=new.index,
        first_sample=new.first_sample,
        end_sample=new.end_sample,
        stable=[word.to_json() for word in new.stable],
        probabilities=[round(probability, 3) for probability in new.probabilities],
        sent_at=timezone.now() if is_sent else None,
        tries=int(is_sent),
    )
    stream.utterance_count = new.index + 1
    stream.settled_windows = new.settled_windows
    stream.save(update_fields=["utterance_count", "settled_windows"])
    after_commit(partial(_send, utterance) if is_sent else partial(utterances_send, stream_id=stream_id))
    return True


def utterances_send(*, stream_id: uuid.UUID) -> None:
    """Send what waits, oldest first, a few at a time. A queue that cannot be reached: the sweep sends it later."""
    waiting = LiveUtterance.objects.filter(stream_id=stream_id).order_by("index")
    unsent = list(
        waiting.filter(sent_at=None).select_related("stream__recording__conversation__owner")[:SENT_AT_ONCE]
    )
    if not unsent:
        return
    sent = waiting.filter(sent_at__isnull=False).count()
    for utterance in unsent[: max(0, SENT_AT_ONCE - sent)]:
        mine = LiveUtterance.objects.filter(pk=utterance.pk, sent_at=None)
        utterance.tries += 1
        if mine.update(sent_at=timezone.now(), tries=utterance.tries) and not _send(utterance):
            return


def _send(utterance: LiveUtterance) -> bool:
    """False: the queue cannot be reached, and the utterance counts as not sent."""
    if dispatch.send_live(_request(utterance)):
        return True
    LiveUtterance.objects.filter(pk=utterance.pk).update(sent_at=None, tries=utterance.tries - 1)
    return False


def _request(utterance: LiveUtterance) -> contract.LiveRequest:
    """Of an utterance that was read just now, with its stream's recording, conversation and owner."""
    recording = utterance.stream.recording
    pcm = read_spool(utterance.stream_id, utterance.first_sample, utterance.end_sample)
    return contract.LiveRequest(
        stream_id=str(utterance.stream_id),
        utterance=utterance.index,
        revision=FINAL_REVISION + utterance.tries,
        final=True,
        language=recording.language,
        start_s=utterance.first_sample / SAMPLE_RATE_HZ,
        audio=base64.b64encode(pcm).decode("ascii"),
        want_emotion=emotion_is_on(recording.conversation),
        probabilities=tuple(map(float, utterance.probabilities)),
        vocabulary=tuple(vocabulary_of(owner_id=recording.conversation.owner_id)),
        cue_baseline=cue_baseline_of(recording_id=recording.pk),
        emotion_adaptation=dispatch.emotion_adaptation(owner_id=recording.owner_id),
    )


def heard_take(*, result: contract.LiveResult) -> None:
    """What a worker heard: an interim goes to the stream's session, a final is stored."""
    if result.final:
        final_store(result=result)
    else:
        publisher.publish_live(
            uuid.UUID(result.stream_id), "session", {"kind": "interim", "result": result.to_json()}
        )


@transaction.atomic
def final_store(*, result: contract.LiveResult) -> bool:
    """Store a final once. False: it was dropped as a copy, or its stream is gone."""
    stream_id = uuid.UUID(result.stream_id)
    stream = LiveStream.objects.select_for_update().filter(pk=stream_id).first()
    utterance = LiveUtterance.objects.filter(stream_id=stream_id, index=result.utterance).first()
    if stream is None or utterance is None:
        logger.info("dropped a final of utterance %d", result.utterance)
        return False
    if result.no_speech is not None and not utterance.stable:
        _forget(utterance, result.no_speech)
        return True
    if result.heard is None and result.retryable and utterance.tries < MOST_TRIES:
        LiveUtterance.objects.filter(pk=utterance.pk).update(sent_at=None)
        return True
    _store(utterance, result)
    return True


def _forget(utterance: LiveUtterance, reason: str) -> None:
    """It was no speech. (Words that were shown as stable stay: what was promised not to change must not vanish.)"""
    caption = retracted_caption(
        stream_id=utterance.stream_id,
        index=utterance.index,
        first_sample=utterance.first_sample,
        end_sample=utterance.end_sample,
    )
    utterance.delete()
    live_no_speech_store(
        recording_id=utterance.stream_id,
        span=contract.NoSpeech(
            start_s=round(utterance.first_sample / SAMPLE_RATE_HZ, 3),
            end_s=round(utterance.end_sample / SAMPLE_RATE_HZ, 3),
            reason=reason,
        ),
    )
    _tell(utterance, caption, failure=None)


def final_give_up(*, utterance: LiveUtterance) -> None:
    """Workers have died of it again and again: it is kept without words; its sound is in the recording."""
    final_store(
        result=contract.LiveResult(
            stream_id=str(utterance.stream_id),
            utterance=utterance.index,
            revision=FINAL_REVISION,
            final=True,
            heard=None,
            failure="worker_lost",
            retryable=False,
            asr_engine="",
            emotion_engine=None,
            inference_s=0.0,
        )
    )


def _store(utterance: LiveUtterance, result: contract.LiveResult) -> None:
    heard = result.heard or _without_words(utterance)
    stable = tuple(contract.Word.from_json(word) for word in utterance.stable)
    words = continued(stable, heard.words)
    if stable:
        heard = replace(heard, words=words, text=text_of(words))
    stored = live_utterance_store(
        recording_id=utterance.stream_id,
        index=utterance.index,
        utterance_id=utterance_id_of(utterance.stream_id, utterance.index),
        result=replace(result, heard=heard),
    )
    utterance.delete()
    _tell(utterance, None if stored is None else final_caption(stored), failure=result.failure)


def _tell(utterance: LiveUtterance, caption: Caption | None, *, failure: str | None) -> None:
    """The stream's session, and who looks on, when the transaction commits; and send what waits."""
    stream_id = utterance.stream_id
    message: dict[str, Any] = {"kind": "final", "index": utterance.index, "failure": failure}
    if caption is not None:
        message["caption"] = caption
        seen = {"kind": "message", "message": caption}
        after_commit(partial(publisher.publish_live, stream_id, "viewers", seen))
    after_commit(partial(publisher.publish_live, stream_id, "session", message))
    after_commit(partial(utterances_send, stream_id=stream_id))


def _without_words(utterance: LiveUtterance) -> contract.Utterance:
    return contract.Utterance(
        start_s=round(utterance.first_sample / SAMPLE_RATE_HZ, 3),
        end_s=round(utterance.end_sample / SAMPLE_RATE_HZ, 3),
        text="",
        words=(),
        confidence=None,
        language=None,
        emotion=None,
    )
