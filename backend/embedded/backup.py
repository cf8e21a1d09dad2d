"""Copies of a data folder: made while the stack runs, put back while it does not.

The database is copied first and the files after it. What is uploaded meanwhile is then in the files only, where it
hurts nobody; the other way round a recording could be in the database whose audio was not copied.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from backend.embedded.errors import StackError
from backend.embedded.lock import DataFolderLock

DATABASE = "database.sqlite3"
MANIFEST = "backup.json"
FORMAT = 1
LEFT_OUT = frozenset(
    # Made anew by the stack: what was queued is queued again from the database, models can be fetched again.
    {
        "redis",
        "worker-cache",
        "models",
        "beat-schedule",
        "stack.lock",
        DATABASE,
        f"{DATABASE}-wal",
        f"{DATABASE}-shm",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds, to see on the way back that it is whole."""

    format: int
    made_at: str
    database_sha256: str
    files: int
    files_bytes: int


def backup(data_dir: Path, target: Path) -> Manifest:
    """Copy `data_dir` to `target`, which must not exist. Raises `StackError`."""
    if not (data_dir / DATABASE).is_file():
        raise StackError(
            f"There is no {DATABASE} in {data_dir}. Set DATA_DIR; a PostgreSQL is copied with pg_dump."
        )
    if target.exists():
        raise StackError(f"{target} is there already. Choose a new folder, such as one with today's date.")
    if target.resolve().is_relative_to(data_dir.resolve()):
        raise StackError(f"{target} lies inside of the data folder. Choose a folder on another disk.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        # The key that signs sessions is in it.
        unfinished.mkdir(parents=True, mode=0o700)
        _copy_database(data_dir / DATABASE, unfinished / DATABASE)
        _copy_files(data_dir, unfinished)
        manifest = _manifest(unfinished)
        (unfinished / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n")
        unfinished.rename(target)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise StackError(f"The backup cannot be written to {target}: {error}") from error
    return manifest


def restore(source: Path, data_dir: Path) -> Manifest:
    """Make `data_dir`, which must hold no database, what it was at the time of the backup. Raises `StackError`."""
    manifest = check(source)
    data_dir.mkdir(parents=True, exist_ok=True)
    with DataFolderLock(data_dir):
        if (data_dir / DATABASE).exists():
            raise StackError(f"{data_dir} holds a database. Move it away first: nothing is overwritten.")
        try:
            _copy_files(source, data_dir)
            # Last, so that a folder with a database is a whole one.
            shutil.copy2(source / DATABASE, data_dir / f"{DATABASE}.restored")
            (data_dir / f"{DATABASE}.restored").rename(data_dir / DATABASE)
        except OSError as error:
            raise StackError(f"The backup cannot be put back: {error}") from error
    return manifest


def check(source: Path) -> Manifest:
    """Raises `StackError` for a backup that is damaged or not one."""
    try:
        found = json.loads((source / MANIFEST).read_text())
        manifest = Manifest(**found)
    except (OSError, ValueError, TypeError) as error:
        raise StackError(f"{source} is no backup: {MANIFEST} is missing or damaged.") from error
    if manifest.format != FORMAT:
        raise StackError(f"{source} was made by another version (format {manifest.format}).")
    here = _manifest(source)
    if (here.database_sha256, here.files, here.files_bytes) != (
        manifest.database_sha256,
        manifest.files,
        manifest.files_bytes,
    ):
        raise StackError(f"{source} is damaged: it does not hold what {MANIFEST} says. Take an older backup.")
    return manifest


def _copy_database(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as running,
        closing(sqlite3.connect(target)) as copy,
    ):
        running.backup(copy)
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise StackError(f"The copied database is damaged: {verdict}")


def _copy_files(source: Path, target: Path) -> None:
    for entry in source.iterdir():
        if entry.name in LEFT_OUT or entry.name == MANIFEST:
            continue
        if entry.is_dir():
            shutil.copytree(entry, target / entry.name, copy_function=_copy_if_there, dirs_exist_ok=True)
        else:
            _copy_if_there(str(entry), str(target / entry.name))


def _copy_if_there(source: str, target: str) -> str:
    """What its owner deletes meanwhile is gone from the backup, too."""
    try:
        return shutil.copy2(source, target)
    except FileNotFoundError:
        return target


def _manifest(folder: Path) -> Manifest:
    files = [
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and path not in (folder / DATABASE, folder / MANIFEST)
    ]
    with (folder / DATABASE).open("rb") as database:
        digest = hashlib.file_digest(database, "sha256").hexdigest()
    return Manifest(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        database_sha256=digest,
        files=len(files),
        files_bytes=sum(files),
    )
