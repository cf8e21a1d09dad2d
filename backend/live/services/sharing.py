"""A second screen: a code lets another device read the running captions of one stream, until it is taken back."""

from __future__ import annotations

import uuid
from functools import partial

from django.db import transaction

from backend.accounts.models import User
from backend.core.after_commit import after_commit
from backend.core.share_codes import code_hash, code_make
from backend.live import selectors
from backend.live.errors import StreamEndedError
from backend.live.models import LiveShare, LiveStream
from backend.realtime import publisher


def share_create(*, user: User, stream_id: uuid.UUID) -> str:
    """A new code; an older one ends at once. Raises `NotFoundError`, `StreamEndedError`."""
    stream = selectors.stream_get(user=user, stream_id=stream_id)
    if stream.state == LiveStream.State.ENDED:
        raise StreamEndedError("This talk is over; there is nothing to show any more.")
    code = code_make()
    with transaction.atomic():
        _end(stream)
        LiveShare.objects.create(stream=stream, code_hash=code_hash(code))
        after_commit(partial(_tell_session, stream_id, is_shared=True))
    return code


@transaction.atomic
def share_delete(*, user: User, stream_id: uuid.UUID) -> None:
    """Whoever looks on is cut off at once. Raises `NotFoundError`; without a share nothing happens."""
    stream = selectors.stream_get(user=user, stream_id=stream_id)
    _end(stream)
    after_commit(partial(_tell_session, stream_id, is_shared=False))


def _end(stream: LiveStream) -> None:
    ended = list(LiveShare.objects.select_for_update().filter(stream=stream).values_list("pk", flat=True))
    LiveShare.objects.filter(pk__in=ended).delete()
    for share_id in ended:
        message = {"kind": "share_ended", "share": share_id}
        after_commit(partial(publisher.publish_live, stream.pk, "viewers", message))


def _tell_session(stream_id: uuid.UUID, *, is_shared: bool) -> None:
    publisher.publish_live(stream_id, "session", {"kind": "shared", "is_shared": is_shared})
