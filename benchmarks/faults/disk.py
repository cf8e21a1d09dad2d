"""The disk is full: database, queue and recordings lie on it, and none of them can grow."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.faults.crowd import Account, Crowd
from benchmarks.faults.kept_worker import kept_worker
from benchmarks.faults.processes import FIRST_S, SILENT_S
from benchmarks.faults.skipping import SkippedError
from tests.live_stack import live_stack

DISK_MIB = 96
FULL_S = 12.0


def run(folder: Path, uploads: int, seed: int) -> Account:
    """Filled while recordings come in, and cleared again later."""
    data = folder / "data"
    data.mkdir()
    with (
        small_disk(data),
        live_stack(data, has_worker=False, WORKER_SILENT_S=SILENT_S) as stack,
        kept_worker(stack, WORKER_CACHE_DIR=str(folder / "worker-cache")),
    ):
        crowd = Crowd(stack, seed)
        ballast = data / "ballast"
        with crowd.sending(uploads):
            time.sleep(FIRST_S)
            fill(ballast)
            # Whoever was quick has sent all by now.
            with crowd.sending(1, pause_s=0.0):
                time.sleep(FULL_S)
                fill(ballast)
                time.sleep(FULL_S)
                ballast.unlink()
        account = crowd.settle()
        if not account.put_off["507 storage_full"]:
            account.wrong.append("nobody was told that the disk is full")
        account.wrong += [f"nobody knows of {name}" for name in sorted(_unknown_files(data))]
        return account


def _unknown_files(data: Path) -> set[str]:
    """Files that no recording names and that are not on the list of those that are deleted unless one does."""
    media = data / "media"
    kept = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
    with sqlite3.connect(f"file:{data}/database.sqlite3?mode=ro", uri=True) as database:
        named = database.execute(
            "select audio from conversations_recording union select name from conversations_filetodelete"
        )
        return kept - {name for (name,) in named}


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of `DISK_MIB` at `folder`. Raises `SkippedError`."""
    if os.geteuid() != 0:
        raise SkippedError("a small disk can be mounted by root only: run this scenario with sudo")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=700", "tmpfs", str(folder)]
    done = subprocess.run(mount, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SkippedError(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(ballast: Path) -> None:
    """Take what is left."""
    with ballast.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65_536))
        except OSError:
            return
