"""How long a person's year takes as a timeline: on the database that `DATABASE_URL` names.

Works in a test database of its own beside it (SQLite without `DATABASE_URL`), which is removed in the end. The person
has 1,000 and then 200,000 utterances in the year; other people have as many again, which must cost nothing. `--million`
adds a row with 1,000,000. Goal: p95 under 50 ms for 200,000 on PostgreSQL.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.test")
import django

django.setup()

from django.db import connection  # noqa: E402 - Django must be set up first

from backend.accounts.models import User  # noqa: E402
from backend.care.periods import Step  # noqa: E402
from backend.care.selectors.timeline import timeline  # noqa: E402
from backend.care.serializers.timeline import timeline_json  # noqa: E402
from backend.care.sight import sight_of_owner  # noqa: E402
from backend.care.spans import Span  # noqa: E402
from backend.conversations.days import days_refresh, recordings_mark_changed  # noqa: E402
from backend.conversations.models import Conversation, EmotionLabel, Recording, Utterance  # noqa: E402
from benchmarks.crowd import cpu_s, filling, history_copy  # noqa: E402
from benchmarks.report import percentile, report  # noqa: E402

SIZES = (1_000, 100_000, 200_000)
MILLION = 1_000_000
YEAR = Span(start=date(2025, 1, 1), end=date(2025, 12, 31))
A_RECORDING = 100
"""Utterances of each."""
A_BATCH = 10_000
PATTERN = 100_000
"""So many are made one by one; more are copies of them."""
REPEATS = 60


def main(*, with_million: bool = False) -> None:
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        names = ("pattern", "owner", "other")
        pattern, owner, other = (User.objects.create_user(f"{name}@example.org") for name in names)
        said = dict.fromkeys((pattern, owner, other), 0)
        generator = random.Random(1)
        rows = []
        for size in (*SIZES, *((MILLION,) if with_million else ())):
            with filling():
                if said[pattern] < min(size, PATTERN):
                    fill(pattern, min(size, PATTERN) - said[pattern], generator)
                    said[pattern] = min(size, PATTERN)
                for person in (other, owner):
                    while said[person] < size:
                        history_copy(source=pattern, target=person, copy=said[person])
                        said[person] += said[pattern]
                    _sum(person)
            rows.append(_measured(said[owner], owner))
        question = f"A person's year as a timeline on {connection.vendor}, another person has as much"
        report(f"timeline_{connection.vendor}", question, rows)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def fill(person: User, count: int, generator: random.Random) -> None:
    """`count` utterances of three speakers, all over the year."""
    for _ in range(0, count, A_BATCH):
        recordings = [_recording(person, generator) for _ in range(min(A_BATCH, count) // A_RECORDING)]
        Conversation.objects.bulk_create(recording.conversation for recording in recordings)
        Recording.objects.bulk_create(recordings)
        Utterance.objects.bulk_create(
            (
                _utterance(recording, index, generator)
                for recording in recordings
                for index in range(A_RECORDING)
            ),
            batch_size=2_000,
        )


def _sum(person: User) -> None:
    recordings = Recording.objects.filter(owner=person).values_list("pk", flat=True)
    recordings_mark_changed(owner_id=person.pk, recording_ids=list(recordings))
    days_refresh(user=person)


def _recording(person: User, generator: random.Random) -> Recording:
    began_at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=generator.randrange(365 * 86_400))
    return Recording(
        id=uuid.uuid4(),
        owner=person,
        conversation=Conversation(owner=person, revision=1, started_at=began_at),
        size_bytes=1,
        revision=1,
        recorded_at=began_at,
        duration_s=5.0 * A_RECORDING,
    )


def _utterance(recording: Recording, index: int, generator: random.Random) -> Utterance:
    label = generator.choices(EmotionLabel.values, weights=(50, 15, 12, 10, 5, 3, 5))[0]
    return Utterance(
        owner_id=recording.owner_id,
        recording=recording,
        index=index,
        start_s=5.0 * index,
        end_s=5.0 * index + generator.uniform(1.0, 4.5),
        text="said",
        speaker=generator.choice(("A", "B", "C")),
        emotion_label=label,
        emotion_confident=generator.random() < 0.8,
        emotion_probabilities={label: generator.uniform(0.4, 0.95)},
        emotion_strength=generator.random(),
        revision=1,
    )


def _measured(size: int, owner: User) -> dict[str, Any]:
    sight = sight_of_owner(owner)

    def read(step: Step) -> Callable[[], Any]:
        return lambda: json.dumps(timeline_json(timeline(sight=sight, span=YEAR, step=step)))

    changed = Recording.objects.filter(owner=owner).values_list("pk", flat=True)[0]

    def change() -> None:
        recordings_mark_changed(owner_id=owner.pk, recording_ids=[changed])

    days, days_cpu_ms = _times_ms(read(Step.DAY))
    weeks, _ = _times_ms(read(Step.WEEK))
    fresh, fresh_cpu_ms = _times_ms(read(Step.DAY), before=change)
    return {
        "utterances": size,
        "days_p50_ms": percentile(days, 50),
        "days_p95_ms": percentile(days, 95),
        "days_cpu_ms": days_cpu_ms,
        "weeks_p95_ms": percentile(weeks, 95),
        "after_a_change_p95_ms": percentile(fresh, 95),
        "after_a_change_cpu_ms": fresh_cpu_ms,
    }


def _times_ms(run: Callable[[], Any], before: Callable[[], None] = lambda: None) -> tuple[list[float], float]:
    """Milliseconds on the clock of each `run`, and of CPU on average, with what happens `before` it left out."""
    # What was filled in is no part of a server's memory: without this, collecting garbage looks through all of it.
    gc.collect()
    gc.freeze()
    run()
    times, used_s = [], 0.0
    for _ in range(REPEATS):
        before()
        cpu_before_s, began = cpu_s(), time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - began))
        used_s += cpu_s() - cpu_before_s
    return times, 1000 * used_s / REPEATS


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true", help="also 1,000,000 utterances ")
    main(with_million=parser.parse_args().million)
