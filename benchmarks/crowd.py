"""Makes many of few: copies of a person's history, inside the database, so that a million utterances take seconds; and
says what work on so many costs."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import psutil
from django.db import connection, models

from backend.accounts.models import User
from backend.conversations import search_index
from backend.conversations.models import Conversation, Recording, Utterance

_INDEXES = search_index.POSTGRESQL_INDEXES
_TRIGGERS = ("utterance_fts_insert", "utterance_fts_update", "utterance_fts_delete")


def history_copy(*, source: User, target: User, copy: int) -> None:
    """Everything that `source` has said, once more for `target`. `copy` tells several copies apart."""
    for model, references in (
        (Conversation, ("id",)),
        (Recording, ("id", "conversation_id")),
        (Utterance, ("id", "recording_id")),
    ):
        _rows_copy(model, references, source, target, f"{target.pk}{copy}")


def settle() -> None:
    """What autovacuum does in the end: statistics and visibility."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


@contextlib.contextmanager
def filling() -> Iterator[None]:
    """Without the indexes of search; they are made in the end, which takes a fraction of keeping them in step."""
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name in _INDEXES if is_postgresql else _TRIGGERS:
            cursor.execute(f"DROP {'INDEX' if is_postgresql else 'TRIGGER'} IF EXISTS {name}")
    yield
    search_index.ensure()
    settle()


def cpu_s() -> float:
    """CPU seconds of this process, and of the PostgreSQL process that serves it when it runs on this machine: what a
    busy machine does not change much."""
    spent_s = time.process_time()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(pid).cpu_times()
            spent_s += times.user + times.system
    return spent_s


def _rows_copy(
    model: type[models.Model], references: tuple[str, ...], source: User, target: User, salt: str
) -> None:
    cast = "::uuid" if connection.vendor == "postgresql" else ""
    taken, parameters = [], []
    for column in model._meta.concrete_fields:
        if column.column in references:
            text = "::text" if cast else ""
            taken.append(f"md5({column.column}{text} || %s){cast}")
            parameters.append(salt)
        elif column.column == "owner_id":
            taken.append("%s")
            parameters.append(_key(target))
        else:
            taken.append(f'"{column.column}"')
    names = ", ".join(f'"{column.column}"' for column in model._meta.concrete_fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(taken)} FROM {table} WHERE owner_id = %s",  # noqa: S608 - names of columns
            [*parameters, _key(source)],
        )


def _key(person: User) -> str:
    return str(person.pk) if connection.vendor == "postgresql" else person.pk.hex
