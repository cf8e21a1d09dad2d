"""What the database keeps for searching, made after every migration; nothing that is there is made again.

PostgreSQL: a trigram index of `search_text` (extension `pg_trgm`) and a full-text index of `text` with the
configuration `simple`. SQLite: an FTS5 table with trigrams, kept in step by triggers. They are not part of a migration
because SQLite drops the triggers of a table whenever a later migration rebuilds it.
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

_FULL_TEXT_INDEX = """
CREATE INDEX IF NOT EXISTS utterance_full_text ON conversations_utterance
USING gin (to_tsvector('simple'::regconfig, COALESCE(text, '')))
"""
_TRIGRAM_INDEX = """
CREATE INDEX IF NOT EXISTS utterance_trigrams ON conversations_utterance USING gin (search_text gin_trgm_ops)
"""

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
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            if cursor.fetchone() is None:
                return False
        _with_trigrams.add(name)
    return True


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
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as error:
        logger.warning("the extension pg_trgm cannot be made, search is by beginnings of words: %s", error)
    with connection.cursor() as cursor:
        cursor.execute(_FULL_TEXT_INDEX)
        if has_trigrams(connection):
            cursor.execute(_TRIGRAM_INDEX)


def _ensure_sqlite(connection: BaseDatabaseWrapper) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(_SQLITE_TRIGGERS)
        was_complete = cursor.fetchone()[0] == 3
        for statement in _SQLITE:
            cursor.execute(statement)
        if not was_complete:
            for statement in _SQLITE_REFILL:
                cursor.execute(statement)
