"""PostgreSQL is restarted and stopped for a while: a cluster of the suite's own, from the system's programs."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from benchmarks.faults.crowd import Account, Crowd
from benchmarks.faults.kept_worker import kept_worker
from benchmarks.faults.processes import AGAIN_S, FIRST_S, SILENT_S
from benchmarks.faults.skipping import SkippedError
from tests.live_stack import free_port, live_stack

AWAY_S = 5.0


def run(folder: Path, uploads: int, seed: int) -> Account:
    """Restarted without a shutdown, then away for `AWAY_S`."""
    with (
        own_cluster() as cluster,
        live_stack(
            folder / "data", has_worker=False, WORKER_SILENT_S=SILENT_S, DATABASE_URL=cluster.url
        ) as stack,
        kept_worker(stack),
    ):
        crowd = Crowd(stack, seed)
        with crowd.sending(uploads):
            time.sleep(FIRST_S)
            cluster.control("restart", "-m", "immediate")
            time.sleep(AGAIN_S)
            cluster.control("stop", "-m", "immediate")
            # Whoever was quick has sent all by now.
            with crowd.sending(1, pause_s=0.0):
                time.sleep(AWAY_S)
                cluster.control("start")
        account = crowd.settle()
        if not account.put_off["503 database_unavailable"]:
            account.wrong.append("nobody was told that the database is away")
        return account


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL."""

    programs: Path
    folder: Path
    port: int
    user: str | None
    """Who runs it; None: whoever runs this."""

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/chaos"

    def control(self, action: str, *words: str) -> None:
        """`pg_ctl`."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        log = str(self.folder / "log")
        self.call("pg_ctl", action, "-w", "-D", str(self.folder / "data"), "-l", log, "-o", options, *words)

    def process(self) -> psutil.Process:
        """The one that has started the others. Raises `psutil.NoSuchProcess`."""
        return psutil.Process(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]))

    def call(self, program: str, *words: str) -> None:
        subprocess.run(
            [str(self.programs / program), *words],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self.user,
            cwd=self.folder,
        )


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """Made, started, and removed in the end. Raises `SkippedError`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        raise SkippedError("PostgreSQL's initdb is not there: install the package postgresql")
    # PostgreSQL refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="recognition-helpers-"))
    cluster = Cluster(Path(initdb).parent, folder, free_port(), user)
    try:
        if user is not None:
            shutil.chown(folder, user)
        cluster.call("initdb", "--auth=trust", "--username=postgres", "-D", str(folder / "data"))
        cluster.control("start")
        try:
            server = f"postgres://postgres@127.0.0.1:{cluster.port}/postgres"
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute("create database chaos")
            yield cluster
        finally:
            # It may be away already, where something failed meanwhile.
            with contextlib.suppress(subprocess.CalledProcessError):
                cluster.control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
