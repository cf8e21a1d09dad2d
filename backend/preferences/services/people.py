"""What a person prefers: kept with the account, and told to all devices."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.db import transaction

from backend.accounts.display import Display
from backend.accounts.models import User
from backend.accounts.serializers import MeSerializer
from backend.accounts.services import revision_next
from backend.core.after_commit import after_commit
from backend.core.errors import ProblemError
from backend.preferences.services import emotion
from backend.realtime import events, publisher


class ColourAloneError(ProblemError):
    code = "colour_alone"
    title = "Colour alone tells too little"


def preferences_update(*, user: User, changes: dict[str, Any]) -> User:
    """Change what is in `changes`; of `display` only what is named in it. Switching emotion off removes what there is.

    Raises `ColourAloneError` when emotion would be shown by nothing but a colour.
    """
    changed = _change(user, changes)
    if not changed.emotion_enabled:
        emotion.emotion_erase(owner_id=changed.pk)
    return changed


@transaction.atomic
def _change(user: User, changes: dict[str, Any]) -> User:
    # The row is locked first: two devices that change two settings at once keep both.
    person = User.objects.select_for_update().get(pk=user.pk)
    wanted = {**changes}
    if "display" in wanted:
        wanted["display"] = {**person.display, **wanted["display"]}
        if Display.of(wanted["display"]).is_colour_alone:
            raise ColourAloneError("Show the word or the icon, too, or switch the colour off.")
    news = {name: value for name, value in wanted.items() if getattr(person, name) != value}
    if not news:
        return person
    for name, value in news.items():
        setattr(person, name, value)
    person.revision = person.preferences_revision = revision_next(owner_id=person.pk)
    if not person.emotion_enabled and "emotion_enabled" in news:
        person.emotion_from_revision = person.revision
    person.save(update_fields=[*news, "preferences_revision", "emotion_from_revision"])
    after_commit(partial(publisher.publish, person.pk, _me_changed(person)))
    return person


def preferences_touched(*, person: User) -> None:
    """Count a revision for something that `person` prefers and that has a row of its own, and tell all devices.

    Must be called in the transaction of the change.
    """
    person.revision = person.preferences_revision = revision_next(owner_id=person.pk)
    person.save(update_fields=["preferences_revision"])
    person.refresh_from_db()
    after_commit(partial(publisher.publish, person.pk, _me_changed(person)))


def _me_changed(person: User) -> events.MeChanged:
    me = cast(events.Me, MeSerializer(person).data)
    return {"type": "me.changed", "revision": person.revision, "me": me}
