"""How long searching and opening the history take, with many utterances: on the database that `DATABASE_URL` names.

Works in a test database of its own beside it (SQLite without `DATABASE_URL`), which is removed in the end. Other people
have as many utterances again. `--million` adds rows beside other people's 1,000,000, and with 1,000,000 of one's own.
"""

from __future__ import annotations

import argparse
import os
import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.test")
import django

django.setup()

from django.db import connection  # noqa: E402 - Django must be set up first
from django.db.models import QuerySet  # noqa: E402

from backend.accounts.models import User  # noqa: E402
from backend.conversations.models import Conversation, EmotionLabel, Recording, Utterance  # noqa: E402
from backend.conversations.search_form import search_form  # noqa: E402
from backend.conversations.selectors import history  # noqa: E402
from backend.conversations.selectors.search import Wanted, utterance_search  # noqa: E402
from backend.conversations.serializers import ConversationSerializer, UtteranceSerializer  # noqa: E402
from backend.core.wire_form import wire_form  # noqa: E402
from benchmarks.crowd import cpu_s, filling, history_copy  # noqa: E402
from benchmarks.report import percentile, report  # noqa: E402

SIZES = ((1_000, 1_000), (100_000, 100_000))
"""Utterances of the person, and of others."""
MILLION = ((100_000, 1_000_000), (1_000_000, 1_000_000))
PATTERN = 100_000
"""So many are made one by one; more are copies of them."""
A_CONVERSATION = 200
"""Utterances of each conversation."""
BATCH = 5_000
REPEATS = 40
BEGAN_AT = datetime(2024, 1, 1, tzinfo=UTC)

_SYLLABLES = (
    "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호구누두루무부수"
)
_PARTICLES = ("이", "가", "을", "를", "은", "는", "에서", "에게", "까지", "")


def main(*, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        rows: list[dict[str, Any]] = []
        generator = random.Random(1)
        words = _words(generator)
        pattern, owner, others = (
            User.objects.create_user(f"{name}@example.org") for name in ("pattern", "owner", "others")
        )
        said = dict.fromkeys((pattern, owner, others), 0)
        for own, of_others in sizes:
            with filling():
                if said[pattern] < min(own, PATTERN):
                    _store(pattern, words, generator, said[pattern], min(own, PATTERN))
                    said[pattern] = min(own, PATTERN)
                for person, count in ((owner, own), (others, of_others)):
                    while said[person] < count:
                        history_copy(source=pattern, target=person, copy=said[person])
                        said[person] += said[pattern]
            for name, run in _questions(owner, words, generator):
                rows.append(
                    _measured(name, run, {"own": said[owner], "of others": said[others] + said[pattern]})
                )
        report(f"search_{connection.vendor}", f"Search and history on {connection.vendor}", rows)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def _words(generator: random.Random) -> list[str]:
    """20,000 words, half of them Korean."""
    korean = ["".join(generator.choices(_SYLLABLES, k=generator.randint(2, 3))) for _ in range(10_000)]
    latin = "abcdefghijklmnoprstuvw"
    other = ["".join(generator.choices(latin, k=generator.randint(3, 9))) for _ in range(10_000)]
    mixed = [word for pair in zip(korean, other, strict=True) for word in pair]
    return mixed


def _store(person: User, words: list[str], generator: random.Random, already: int, until: int) -> None:
    # As in real speech, few words are said often (Zipf's law) and most are seldom.
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(words))))
    for start in range(already, until, BATCH):
        batch: list[Utterance] = []
        recording: Recording | None = None
        for number in range(start, min(until, start + BATCH)):
            if recording is None or number % A_CONVERSATION == 0:
                recording = _recording(person, number)
            batch.append(
                _utterance(recording, number, generator.choices(words, cum_weights=weights, k=8), generator)
            )
        Utterance.objects.bulk_create(batch)


def _recording(person: User, number: int) -> Recording:
    began_at = BEGAN_AT + timedelta(seconds=number * 20)
    conversation = Conversation.objects.create(owner=person, revision=1, started_at=began_at)
    return Recording.objects.create(
        id=uuid.uuid4(),
        owner=person,
        conversation=conversation,
        size_bytes=1,
        revision=1,
        recorded_at=began_at,
        duration_s=1800.0,
    )


def _utterance(recording: Recording, number: int, said: list[str], generator: random.Random) -> Utterance:
    text = " ".join(word + generator.choice(_PARTICLES) if word[0] >= "가" else word for word in said)
    index = number % A_CONVERSATION
    timed = [
        {"text": word, "start_s": index + i / 8, "end_s": index + (i + 1) / 8, "confidence": 0.9}
        for i, word in enumerate(text.split())
    ]
    return Utterance(
        owner_id=recording.owner_id,
        recording=recording,
        index=index,
        start_s=float(index),
        end_s=index + 1.0,
        text=text,
        search_text=search_form(text),
        said_at=BEGAN_AT + timedelta(seconds=number * 20),
        words=timed,
        speaker=generator.choice("ABC"),
        emotion_label=generator.choice(EmotionLabel.values),
        emotion_confident=generator.random() < 0.7,
        emotion_probabilities=dict.fromkeys(EmotionLabel.values, 1 / 7),
        emotion_strength=0.5,
        revision=1,
    )


def _questions(
    owner: User, words: list[str], generator: random.Random
) -> Iterator[tuple[str, Callable[[], Any]]]:
    korean, other = words[::2], words[1::2]

    def find(**wanted: Any) -> Any:
        page = utterance_search(user=owner, wanted=Wanted(**wanted), cursor=None, page_size=20)
        return [wire_form(UtteranceSerializer, utterance) for utterance in page.utterances]

    yield "frequent word", lambda: find(text=words[generator.randrange(10)])
    yield "Korean word, 2-3 syllables", lambda: find(text=korean[generator.randrange(2_000)])
    yield "seldom word", lambda: find(text=other[generator.randrange(5_000, 10_000)])
    yield "part of a word", lambda: find(text=other[generator.randrange(2_000)][1:4])
    yield "two words", lambda: find(text=f"{words[generator.randrange(50)]} {words[generator.randrange(50)]}")
    yield "not there", lambda: find(text="zzzyyyxxx")
    yield (
        "word, emotion, speaker",
        lambda: find(text=words[generator.randrange(50)], emotion="sad", speaker="A"),
    )
    yield "emotion only", lambda: find(emotion="angry")
    yield "history, 50 conversations", lambda: _history(owner)


def _history(owner: User) -> Any:
    found: QuerySet[Conversation] = history.conversation_history(user=owner, wanted=history.HistoryFilter())
    return [wire_form(ConversationSerializer, one) for one in found.order_by("-started_at", "-id")[:50]]


def _measured(name: str, run: Callable[[], Any], sizes: dict[str, int]) -> dict[str, Any]:
    run()
    times_ms = []
    cpu_before_s = cpu_s()
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times_ms.append(1000 * (time.perf_counter() - start))
    return {
        **sizes,
        "question": name,
        "p50 (ms)": percentile(times_ms, 50),
        "p95 (ms)": percentile(times_ms, 95),
        "CPU (ms)": 1000 * (cpu_s() - cpu_before_s) / REPEATS,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--million", action="store_true", help="also beside 1,000,000 of others, and with 1,000,000"
    )
    main(sizes=(*SIZES, *MILLION) if parser.parse_args().million else SIZES)
