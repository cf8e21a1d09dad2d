"""Search in all that a person's conversations hold: words, emotion, speaker, dates.

Hits come in windows of the newest that fit; within a window the best first, the newer first among equals. So a word
that is in half of all utterances costs as little as a rare one, and pages stay as they are while new ones arrive.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from backend.accounts.models import User
from backend.conversations.models import Recording, SpeechDay, Utterance
from backend.conversations.search_form import search_form
from backend.conversations.search_index import SQLITE_HITS, has_trigrams
from backend.core.errors import NotFoundError

_WINDOW = 100
_MOST_TERMS = 8
_TRIGRAM = 3
_TERM = re.compile(r'"([^"]+)"|(\S+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """None: not asked for."""

    text: str = ""
    """Words that all are in the utterance, in part or whole; several in quotes follow each other."""
    emotion: str | None = None
    """A label, or `unsure` for what the model abstained on."""
    speaker: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    conversation_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    utterances: list[Utterance]
    terms: list[str]
    """What to mark, in search form."""
    next_cursor: str | None


@dataclass(frozen=True, slots=True, order=True)
class _Key:
    """Greater keys come first."""

    rank: float
    said_at: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a page ended."""

    window: tuple[str, str] | None
    """The newest hit of the window; None: the newest of all."""
    after: _Key | None
    """The last hit that was shown of this window."""


def utterance_search(*, user: User, wanted: Wanted, cursor: str | None, page_size: int) -> Page:
    """A page of hits. Raises `NotFoundError` for a cursor that nobody gave out."""
    terms = terms_of(wanted.text)
    fitting = _fitting(user, wanted, terms)
    place = _parse(cursor) if cursor else _Place(window=None, after=None)
    found: list[_Key] = []
    next_place: _Place | None = place
    while next_place is not None and len(found) < page_size:
        part, next_place = _part(fitting, terms, next_place, page_size - len(found))
        found += part
    held = Utterance.objects.select_related("recording__conversation").in_bulk(
        [uuid.UUID(key.id) for key in found]
    )
    utterances = [held[uuid.UUID(key.id)] for key in found if uuid.UUID(key.id) in held]
    return Page(utterances=utterances, terms=terms, next_cursor=_written(next_place))


def terms_of(text: str) -> list[str]:
    """What is looked for, in search form: words, and what is in quotes as one."""
    terms = [search_form(phrase or word) for phrase, word in _TERM.findall(text)]
    return list(dict.fromkeys(term for term in terms if term))[:_MOST_TERMS]


def _part(
    fitting: QuerySet[Utterance], terms: Sequence[str], place: _Place, count: int
) -> tuple[list[_Key], _Place | None]:
    """At most `count` hits of the window after a place, and the place after these; None: there is nothing more."""
    in_window = fitting
    if place.window is not None:
        said_at, pk = datetime.fromisoformat(place.window[0]), uuid.UUID(place.window[1])
        in_window = fitting.filter(Q(said_at__lt=said_at) | Q(said_at=said_at, pk__lte=pk))
    rows = list(in_window.order_by("-said_at", "-pk").values_list("pk", "said_at", "text")[: _WINDOW + 1])
    behind = rows[_WINDOW:]
    rows = rows[:_WINDOW]
    if not rows:
        return [], None
    ranks = _ranks({pk: text for pk, _, text in rows}, terms)
    keys = [_Key(ranks.get(pk, 0.0), said_at.isoformat(), str(pk)) for pk, said_at, _ in rows]
    keys.sort(reverse=True)
    left = [key for key in keys if place.after is None or key < place.after]
    part = left[:count]
    if len(left) > count:
        return part, _Place(window=_bound(rows[0]), after=part[-1])
    return part, _Place(window=_bound(behind[0]), after=None) if behind else None


def _bound(row: tuple[uuid.UUID, datetime, str]) -> tuple[str, str]:
    pk, said_at, _ = row
    return said_at.isoformat(), str(pk)


def _fitting(user: User, wanted: Wanted, terms: Sequence[str]) -> QuerySet[Utterance]:
    # Few recordings are in the trash, if any: to leave these out costs less than to join all the others.
    hidden = Recording.objects.filter(owner=user, conversation__trashed_at__isnull=False)
    found = Utterance.objects.filter(owner=user).exclude(recording__in=hidden.values("pk"))
    if wanted.emotion == SpeechDay.UNSURE:
        found = found.filter(emotion_label__isnull=False, emotion_confident=False)
    elif wanted.emotion is not None:
        found = found.filter(emotion_label=wanted.emotion, emotion_confident=True)
    if wanted.speaker is not None:
        found = found.filter(speaker=wanted.speaker)
    if wanted.since is not None:
        found = found.filter(said_at__gte=wanted.since)
    if wanted.before is not None:
        found = found.filter(said_at__lt=wanted.before)
    if wanted.conversation_id is not None:
        found = found.filter(recording__conversation_id=wanted.conversation_id)
    return _with_terms(found, terms) if terms else found


def _with_terms(found: QuerySet[Utterance], terms: Sequence[str]) -> QuerySet[Utterance]:
    if connection.vendor == "postgresql" and not has_trigrams(connection):
        query = _query(terms)
        return found.annotate(vector=_vector()).filter(vector=query) if query else found.none()
    if connection.vendor == "sqlite":
        indexed = [term for term in terms if len(term) >= _TRIGRAM]
        if indexed:
            phrases = " ".join('"' + term.replace('"', '""') + '"' for term in indexed)
            # A constant; what is looked for is its parameter.
            found = found.filter(pk__in=RawSQL(SQLITE_HITS, (phrases,)))  # noqa: S611
    for term in terms:
        found = found.filter(search_text__contains=term)
    return found


def _ranks(texts: dict[uuid.UUID, str], terms: Sequence[str]) -> dict[uuid.UUID, float]:
    """How well each fits: whole words and beginnings of words count, parts inside of words do not."""
    if not terms:
        return {}
    if connection.vendor == "postgresql":
        query = _query(terms)
        if query is None:
            return {}
        # 2: divided by the length, so that a hit in a short utterance counts for more.
        ranked = Utterance.objects.filter(pk__in=texts).annotate(
            rank=SearchRank(_vector(), query, normalization=2)
        )
        return {pk: round(float(rank), 6) for pk, rank in ranked.values_list("pk", "rank")}
    return {pk: _share_of_words(search_form(text), terms) for pk, text in texts.items()}


def _share_of_words(text: str, terms: Sequence[str]) -> float:
    padded = re.sub(r"[^\w\s]", " ", f" {text} ")
    begins = sum(padded.count(f" {term}") for term in terms)
    return round(begins / max(1, len(text.split())), 6)


def _vector() -> SearchVector:
    return SearchVector("text", config="simple")


def _query(terms: Sequence[str]) -> SearchQuery | None:
    """All terms by how their words begin: `'세시':* & 'begin':*`. None: there is no word in them."""
    words = [word for term in terms for word in re.findall(r"\w+", _composed(term))]
    if not words:
        return None
    return SearchQuery(" & ".join(f"'{word}':*" for word in words), search_type="raw", config="simple")


def _composed(term: str) -> str:
    """As texts are stored: syllables in one piece."""
    return unicodedata.normalize("NFC", term)


def _parse(cursor: str) -> _Place:
    try:
        window, after = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        place = _Place(
            window=None if window is None else _checked(window),
            after=None if after is None else _Key(float(after[0]), *_checked(after[1:])),
        )
    except (ValueError, TypeError, KeyError, IndexError, binascii.Error) as error:
        raise NotFoundError("There is no such page. Begin the search anew.") from error
    return place


def _checked(place: Any) -> tuple[str, str]:
    said_at, pk = place
    return datetime.fromisoformat(said_at).isoformat(), str(uuid.UUID(pk))


def _written(place: _Place | None) -> str | None:
    if place is None:
        return None
    after = None if place.after is None else [place.after.rank, place.after.said_at, place.after.id]
    return base64.urlsafe_b64encode(json.dumps([place.window, after]).encode()).decode()
