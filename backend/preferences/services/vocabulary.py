"""A person writes down the names and terms that captions should know."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from backend.accounts.models import User, Vocabulary
from backend.accounts.vocabulary import vocabulary_of
from backend.preferences.services.people import preferences_touched


@transaction.atomic
def vocabulary_replace(*, user: User, terms: Sequence[str]) -> list[str]:
    """Keep `terms`, made plain by `accounts.vocabulary`, instead of what there was; each once, whatever its case.

    New recordings and those that are analysed anew are recognised with them.
    """
    once: dict[str, str] = {}
    for term in terms:
        once.setdefault(term.casefold(), term)
    kept = list(once.values())
    person = User.objects.select_for_update().get(pk=user.pk)
    if vocabulary_of(owner_id=person.pk) != kept:
        Vocabulary.objects.update_or_create(owner=person, defaults={"terms": kept})
        preferences_touched(person=person)
    return kept
