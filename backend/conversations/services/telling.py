"""Tells an owner which utterances changed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from typing import cast

from backend.conversations.models import Utterance
from backend.conversations.serializers import UtteranceSerializer
from backend.core.after_commit import after_commit
from backend.realtime import events, publisher

_MOST_PUSHED = 200


def utterances_tell(
    *,
    owner_id: uuid.UUID,
    conversation_id: uuid.UUID,
    utterances: Sequence[Utterance],
    removed: Sequence[uuid.UUID],
    revision: int,
) -> None:
    """Push what changed with `revision` when the transaction commits; of very many only that there is something."""
    complete = len(utterances) <= _MOST_PUSHED
    pushed = UtteranceSerializer(utterances if complete else [], many=True).data
    event: events.UtterancesChanged = {
        "type": "utterances.changed",
        "revision": revision,
        "conversation_id": str(conversation_id),
        "utterances": cast(list[events.Utterance], pushed),
        "deleted_utterance_ids": [str(utterance_id) for utterance_id in removed],
        "complete": complete,
    }
    after_commit(partial(publisher.publish, owner_id, event))
