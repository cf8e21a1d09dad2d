"""Reads of live streams. A missing and a foreign stream are the same."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from backend.accounts.models import User
from backend.conversations.models import Utterance
from backend.core.errors import NotFoundError
from backend.core.share_codes import code_hash
from backend.live.models import LiveShare, LiveStream

CAUGHT_UP_AT_ONCE = 500


def stream_get(*, user: User, stream_id: uuid.UUID) -> LiveStream:
    """Raises `NotFoundError`."""
    stream = (
        LiveStream.objects.filter(pk=stream_id, recording__owner=user).select_related("recording").first()
    )
    if stream is None:
        raise NotFoundError("There is no such live stream, or it is not yours.")
    return stream


def finals_from(*, stream_id: uuid.UUID, index: int) -> Sequence[Utterance]:
    """Stored utterances from `index` on, the last ones if there are very many."""
    stored = Utterance.objects.filter(recording_id=stream_id, index__gte=index).order_by("-index")
    return list(reversed(stored[:CAUGHT_UP_AT_ONCE]))


def share_find(*, code: str) -> LiveShare | None:
    """Whoever has the code may look on: no user is needed."""
    shares = LiveShare.objects.select_related("stream__recording__conversation")
    return shares.filter(code_hash=code_hash(code), stream__state__in=["open", "ending"]).first()
