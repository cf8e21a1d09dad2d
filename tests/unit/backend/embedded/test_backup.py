"""A backup of a folder in use, and the way back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from backend.embedded.backup import backup, check, restore
from backend.embedded.errors import StackError
from backend.embedded.lock import DataFolderLock


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "media/recordings").mkdir(parents=True)
    (folder / "media/recordings/one").write_bytes(b"sound")
    (folder / "secret-key").write_text("k")
    (folder / "redis").mkdir()
    (folder / "redis/appendonly.aof").write_text("queue")
    with closing(sqlite3.connect(folder / "database.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE talk (title TEXT)")
        database.execute("INSERT INTO talk VALUES ('first')")
        database.commit()
    return folder


def titles(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "database.sqlite3")) as database:
        return [title for (title,) in database.execute("SELECT title FROM talk")]


def test_what_is_backed_up_comes_back(data_dir: Path, tmp_path: Path) -> None:
    made = backup(data_dir, tmp_path / "copy")
    assert (made.files, made.files_bytes) == (2, 6)
    restore(tmp_path / "copy", tmp_path / "new")
    assert titles(tmp_path / "new") == ["first"]
    assert (tmp_path / "new/media/recordings/one").read_bytes() == b"sound"
    assert (tmp_path / "new/secret-key").read_text() == "k"
    assert not (tmp_path / "new/redis").exists()


def test_it_is_made_while_somebody_writes(data_dir: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data_dir / "database.sqlite3")) as running, DataFolderLock(data_dir):
        running.execute("INSERT INTO talk VALUES ('committed')")
        running.commit()
        running.execute("INSERT INTO talk VALUES ('not committed')")
        backup(data_dir, tmp_path / "copy")
    assert titles(tmp_path / "copy") == ["first", "committed"]


@pytest.mark.parametrize("damaged", ["database.sqlite3", "media/recordings/one", "backup.json"])
def test_a_damaged_backup_is_refused_and_nothing_is_written(
    data_dir: Path, tmp_path: Path, damaged: str
) -> None:
    backup(data_dir, tmp_path / "copy")
    with (tmp_path / "copy" / damaged).open("ab") as file:
        file.write(b"x")
    with pytest.raises(StackError, match="damaged"):
        restore(tmp_path / "copy", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_missing_file_is_noticed(data_dir: Path, tmp_path: Path) -> None:
    backup(data_dir, tmp_path / "copy")
    (tmp_path / "copy/media/recordings/one").unlink()
    with pytest.raises(StackError, match="damaged"):
        check(tmp_path / "copy")


def test_nothing_is_overwritten(data_dir: Path, tmp_path: Path) -> None:
    backup(data_dir, tmp_path / "copy")
    with pytest.raises(StackError, match="holds a database"):
        restore(tmp_path / "copy", data_dir)
    with pytest.raises(StackError, match="is there already"):
        backup(data_dir, tmp_path / "copy")
    assert titles(data_dir) == ["first"]


def test_a_stack_that_runs_is_left_alone(data_dir: Path, tmp_path: Path) -> None:
    backup(data_dir, tmp_path / "copy")
    (tmp_path / "new").mkdir()
    with DataFolderLock(tmp_path / "new"), pytest.raises(StackError, match="in use"):
        restore(tmp_path / "copy", tmp_path / "new")


def test_a_folder_without_database_or_inside_of_itself(data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(StackError, match="pg_dump"):
        backup(tmp_path, tmp_path / "copy")
    with pytest.raises(StackError, match="inside of the data folder"):
        backup(data_dir, data_dir / "copy")
    assert not (data_dir / "copy").exists()
