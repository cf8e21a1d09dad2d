"""What nobody looks after: utterances whose worker died, streams whose client never came back, files left over."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from backend.analyses import dispatch
from backend.live.cutting import WARM_UP, WINDOW, CutOptions, Cutter, Window
from backend.live.frames import BYTES_PER_SAMPLE
from backend.live.models import LiveStream, LiveUtterance
from backend.live.services.streams import stream_ending, stream_finish
from backend.live.services.utterances import (
    MOST_TRIES,
    NewUtterance,
    final_give_up,
    utterance_cut,
    utterances_send,
)
from backend.live.spool import SUFFIX, read_spool, spool_path
from inference_worker.contract import QUEUE_LIVE
from inference_worker.voice_detector.protocol import ANSWER, PROGRAM, question

logger = logging.getLogger(__name__)

LOST_AFTER_S = 15.0
"""A final that was sent so long ago, while nothing waits in the queue, went down with its worker."""
_ORPHAN_AFTER_S = 24 * 3600.0
_VOICE_LIMIT_S = 300.0


def sweep() -> None:
    """Run every few seconds."""
    now = timezone.now()
    lost = LiveUtterance.objects.filter(sent_at__lt=now - timedelta(seconds=LOST_AFTER_S))
    if lost.exists() and not dispatch.queue_length(QUEUE_LIVE):
        for utterance in lost.filter(tries__gte=MOST_TRIES):
            final_give_up(utterance=utterance)
        lost.update(sent_at=None)
    unsent = LiveUtterance.objects.filter(sent_at=None).values_list("stream_id", flat=True)
    for stream_id in unsent.distinct().order_by():
        utterances_send(stream_id=stream_id)
    away_since = now - timedelta(seconds=settings.ENVIRONMENT.live_away_s)
    for stream in LiveStream.objects.filter(state=LiveStream.State.OPEN, heard_at__lt=away_since):
        stream_end_unattended(stream=stream)
    # Whoever is connected ends the stream at once; this is for those that are not.
    left = LiveStream.objects.filter(
        state=LiveStream.State.ENDING, heard_at__lt=now - timedelta(seconds=LOST_AFTER_S), waiting=None
    )
    for stream_id in left.values_list("pk", flat=True):
        stream_finish(stream_id=stream_id)
    _remove_orphans()


def stream_end_unattended(*, stream: LiveStream) -> None:
    """Cut what is left of a stream that nobody is connected to, and let it end."""
    logger.info("live stream %s is ended: its client stayed away", stream.pk)
    path = spool_path(stream.pk)
    samples = path.stat().st_size // BYTES_PER_SAMPLE if path.exists() else 0
    first = max(0, stream.settled_windows - WARM_UP)
    cutter = Cutter(first, stream.settled_windows, CutOptions(pause_s=stream.pause_s))
    sound = read_spool(stream.pk, first * WINDOW, samples)
    missing = -len(sound) // BYTES_PER_SAMPLE % WINDOW
    cuts = [cutter.push(window) for window in _hear(sound + bytes(missing * BYTES_PER_SAMPLE))]
    index = stream.utterance_count
    for cut in [*cuts, cutter.finish(missing)]:
        if cut is not None and cut.is_speech:
            new = NewUtterance(
                index=index,
                first_sample=cut.first,
                end_sample=min(cut.end, samples),
                stable=(),
                probabilities=cut.probabilities,
                settled_windows=cutter.resume_window,
            )
            index += utterance_cut(stream_id=stream.pk, new=new)
    stream_ending(stream_id=stream.pk, samples=samples)


def _hear(sound: bytes) -> list[Window]:
    """The windows of `sound`, by a child process that ends with it."""
    done = subprocess.run(
        [sys.executable, "-m", PROGRAM],
        input=question(1, sound),
        stdout=subprocess.PIPE,
        timeout=_VOICE_LIMIT_S,
        check=True,
    )
    return [Window(*pair) for pair in ANSWER.iter_unpack(done.stdout)]


def _remove_orphans() -> None:
    """Sound of streams that were deleted while they ran."""
    folder = Path(settings.LIVE_DIR)
    old = [
        path
        for path in (folder.glob(f"*{SUFFIX}") if folder.is_dir() else ())
        if time.time() - path.stat().st_mtime > _ORPHAN_AFTER_S
    ]
    for path in old:
        if not LiveStream.objects.filter(pk=uuid.UUID(path.stem), state__in=["open", "ending"]).exists():
            path.unlink(missing_ok=True)
