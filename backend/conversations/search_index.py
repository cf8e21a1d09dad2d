"""What the database keeps for searching, made after every migration; nothing that is there is made again.

PostgreSQL: a trigram index of `search_text` (extension `pg_trgm`), with whose it is, the emotion and the speaker
(extension `btree_gin`), so that what others have said is not read; without `btree_gin` a trigram index alone; without
`pg_trgm` a full-text index of `text` with the configuration `simple`. The table stays writable meanwhile.

SQLite: an FTS5 table with trigrams, kept in step by triggers. They are not part of a migration because SQLite drops the
triggers of a table whenever a later migration rebuilds it.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

SQLITE_HITS = """
SELECT known.utterance_id FROM conversations_utterance_fts AS fts
JOIN conversations_utterance_row AS known ON known.id = fts.rowid WHERE fts.search_text MATCH %s
"""
"""The ids of utterances that an FTS5 expression finds."""
_UTTERANCES = "conversations_utterance"

_FULL_TEXT_INDEX = "utterance_full_text"
_TRIGRAM_INDEX = "utterance_trigrams"
_OWN_INDEX = "utterance_own_words"
_KEYS = {
    _FULL_TEXT_INDEX: "to_tsvector('simple'::regconfig, COALESCE(text, ''))",
    _TRIGRAM_INDEX: "search_text gin_trgm_ops",
    _OWN_INDEX: "owner_id, emotion_label, speaker, search_text gin_trgm_ops",
}
POSTGRESQL_INDEXES = tuple(_KEYS)
_LOCK = 7_305_001
"""Of the advisory lock; any number that nobody else takes."""
_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"

_SQLITE = (
    """
CREATE TABLE IF NOT EXISTS conversations_utterance_row (
    id INTEGER PRIMARY KEY, utterance_id char(32) NOT NULL UNIQUE
)""",
    "CREATE VIRTUAL TABLE IF NOT EXISTS conversations_utterance_fts USING fts5(search_text, tokenize='trigram')",
    """
CREATE TRIGGER IF NOT EXISTS utterance_fts_insert AFTER INSERT ON conversations_utterance BEGIN
    INSERT INTO conversations_utterance_row (utterance_id) VALUES (new.id);
    INSERT INTO conversations_utterance_fts (rowid, search_text)
    SELECT id, new.search_text FROM conversations_utterance_row WHERE utterance_id = new.id;
END""",
    """
CREATE TRIGGER IF NOT EXISTS utterance_fts_update AFTER UPDATE OF search_text ON conversations_utterance
WHEN old.search_text IS NOT new.search_text BEGIN
    UPDATE conversations_utterance_fts SET search_text = new.search_text
    WHERE rowid = (SELECT id FROM conversations_utterance_row WHERE utterance_id = new.id);
END""",
    """
CREATE TRIGGER IF NOT EXISTS utterance_fts_delete AFTER DELETE ON conversations_utterance BEGIN
    DELETE FROM conversations_utterance_fts
    WHERE rowid = (SELECT id FROM conversations_utterance_row WHERE utterance_id = old.id);
    DELETE FROM conversations_utterance_row WHERE utterance_id = old.id;
END""",
)
_SQLITE_REFILL = (
    "DELETE FROM conversations_utterance_fts",
    "DELETE FROM conversations_utterance_row",
    "INSERT INTO conversations_utterance_row (utterance_id) SELECT id FROM conversations_utterance",
    """
INSERT INTO conversations_utterance_fts (rowid, search_text)
SELECT known.id, utterance.search_text FROM conversations_utterance_row AS known
JOIN conversations_utterance AS utterance ON utterance.id = known.utterance_id""",
)
_SQLITE_TRIGGERS = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'utterance_fts_%'"


def ensure(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Make what is missing. Called after `migrate`."""
    connection = connections[using]
    if _UTTERANCES not in connection.introspection.table_names():
        return
    if connection.vendor == "postgresql":
        _ensure_postgresql(connection)
    elif connection.vendor == "sqlite":
        _ensure_sqlite(connection)


_with_trigrams: set[str] = set()


def has_trigrams(connection: BaseDatabaseWrapper) -> bool:
    """Whether PostgreSQL can search inside of words. Asked once: nobody removes an extension that an index needs."""
    name = str(connection.settings_dict["NAME"])
    if name not in _with_trigrams:
        if not _has_extension(connection, "pg_trgm"):
            return False
        _with_trigrams.add(name)
    return True


def _has_extension(connection: BaseDatabaseWrapper, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = %s", [name])
        return cursor.fetchone() is not None


def check_trigrams(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """A system check (`manage.py check --database default`; `migrate` runs it, too)."""
    connection = connections[DEFAULT_DB_ALIAS]
    if DEFAULT_DB_ALIAS not in (databases or ()) or connection.vendor != "postgresql":
        return []
    try:
        if has_trigrams(connection):
            return []
    except DatabaseError:
        return []
    return [
        Warning(
            "Search finds words by how they begin only: the PostgreSQL extension pg_trgm is not there.",
            hint="As a superuser of the database run CREATE EXTENSION pg_trgm; then run manage.py migrate.",
            id="conversations.W001",
        )
    ]


def _ensure_postgresql(connection: BaseDatabaseWrapper) -> None:
    for extension, effect in (
        ("pg_trgm", "search is by beginnings of words"),
        ("btree_gin", "search also reads what others have said"),
    ):
        try:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        except DatabaseError as error:
            logger.warning("the extension %s cannot be made, %s: %s", extension, effect, error)
    with connection.cursor() as cursor:
        # Not waited for: an index that is made waits in turn for everybody who waits.
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            logger.warning("another process makes the indexes of search just now")
            return
    try:
        _ensure_indexes(connection)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _ensure_indexes(connection: BaseDatabaseWrapper) -> None:
    if not has_trigrams(connection):
        _make(connection, _FULL_TEXT_INDEX)
    elif not _has_extension(connection, "btree_gin"):
        _make(connection, _TRIGRAM_INDEX)
    else:
        _make(connection, _OWN_INDEX)
        # The version before finds by the new index, too; every write would keep these in step for nobody.
        for name in (_TRIGRAM_INDEX, _FULL_TEXT_INDEX):
            _drop(connection, name)


def _make(connection: BaseDatabaseWrapper, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_VALID, [name])
        found = cursor.fetchone()
        if found == (True,):
            return
        if found is not None:
            # What is left of one that was being made when something failed.
            _drop(connection, name)
        cursor.execute(
            f"CREATE INDEX {_concurrently(connection)} {name} ON {_UTTERANCES} USING gin ({_KEYS[name]})"
        )


def _drop(connection: BaseDatabaseWrapper, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {_concurrently(connection)} IF EXISTS {name}")


def _concurrently(connection: BaseDatabaseWrapper) -> str:
    """Writes go on meanwhile, which PostgreSQL does outside of a transaction only."""
    return "" if connection.in_atomic_block else "CONCURRENTLY"


def _ensure_sqlite(connection: BaseDatabaseWrapper) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(_SQLITE_TRIGGERS)
        was_complete = cursor.fetchone()[0] == 3
        for statement in _SQLITE:
            cursor.execute(statement)
        if not was_complete:
            for statement in _SQLITE_REFILL:
                cursor.execute(statement)
