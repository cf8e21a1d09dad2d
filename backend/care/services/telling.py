"""Tells both sides of a care link that something changed, and has open sockets look again at what they may show."""

from __future__ import annotations

import uuid
from typing import Literal

from backend.care.models import CareLink
from backend.core.after_commit import after_commit
from backend.realtime import publisher

Topic = Literal["links", "notes", "alerts", "access"]


def watchers_group(link_id: uuid.UUID) -> str:
    """The group of the sockets on which a caregiver watches through this link."""
    return f"care.{link_id.hex}"


def tell(link: CareLink, topic: Topic, *, cuts_off: bool = False) -> None:
    """When the transaction commits. `cuts_off`: what the link shows may have become less."""
    sides = [side for side in (link.owner_id, link.caregiver_id) if side is not None]
    link_id = link.pk

    def publish() -> None:
        if cuts_off:
            publisher.signal(watchers_group(link_id), "look_again")
        for side in sides:
            publisher.publish(side, {"type": "care.changed", "topic": topic, "link_id": str(link_id)})

    after_commit(publish)
