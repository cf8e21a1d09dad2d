"""Notes that a caregiver takes; their owner reads them, too."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction

from backend.accounts.models import User
from backend.care.models import CareNote
from backend.care.selectors import links
from backend.care.services.telling import tell
from backend.core.errors import NotFoundError


@transaction.atomic
def note_add(*, caregiver: User, link_id: uuid.UUID, text: str, day: date | None) -> CareNote:
    """Raises `NotFoundError`."""
    link = links.link_open(caregiver=caregiver, link_id=link_id)
    note = CareNote.objects.create(link=link, text=text, day=day)
    tell(link, "notes")
    return note


@transaction.atomic
def note_delete(*, caregiver: User, link_id: uuid.UUID, note_id: uuid.UUID) -> None:
    """Raises `NotFoundError`."""
    link = links.link_open(caregiver=caregiver, link_id=link_id)
    if not links.notes_of_link(link=link).filter(pk=note_id).delete()[0]:
        raise NotFoundError("There is no such note, or it is not yours.")
    tell(link, "notes")
