"""One stack per data folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from backend.embedded.errors import StackError
from backend.embedded.lock import DataFolderLock
from tests.unit.backend.embedded.conftest import REPOSITORY_DIR, WELL_BEHAVED, dummy

HOLD = """
import sys, time
from pathlib import Path
from backend.embedded.lock import DataFolderLock
with DataFolderLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY_DIR)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def in_use(folder, holder):
    return (
        f"The data folder {folder} is in use by another RecognitionHelpers ({holder}). "
        "Stop it first, or choose another folder with DATA_DIR=…"
    )


def test_a_second_stack_is_told_who_has_the_folder(tmp_path, holder):
    with pytest.raises(StackError) as caught, DataFolderLock(tmp_path):
        pass
    assert str(caught.value) == in_use(tmp_path, f"process {holder.pid}")


def test_sigkill_frees_the_lock(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with DataFolderLock(tmp_path):
        assert (tmp_path / "stack.lock").read_text() == f"{os.getpid()}\n"


def test_the_lock_is_freed_and_taken_again(tmp_path):
    for _ in range(2):
        with DataFolderLock(tmp_path) as lock:
            assert not os.get_inheritable(lock.fd)


def test_remains_that_do_not_end_are_reported_after_the_wait(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with DataFolderLock(tmp_path) as lock:
        os.ftruncate(lock.fd, 0)
        os.pwrite(lock.fd, f"{gone.pid}\n".encode(), 0)
        with pytest.raises(StackError) as caught, DataFolderLock(tmp_path, leftover_wait_s=0.2):
            pass
    assert str(caught.value) == in_use(tmp_path, f"process {gone.pid}")


def test_a_lock_file_with_nonsense_in_it_is_no_obstacle(tmp_path):
    (tmp_path / "stack.lock").write_bytes(b"\xffnonsense")
    with DataFolderLock(tmp_path):
        pass


def test_a_second_supervisor_ends_with_code_2_and_the_first_goes_on(start_stack):
    first = start_stack(dummy("web", WELL_BEHAVED))
    pid = first.pid_of("web")
    second = start_stack(dummy("web", WELL_BEHAVED))
    assert second.wait() == 2
    assert in_use(first.folder, f"process {first.process.pid}") in second.output
    assert first.process.poll() is None
    assert first.pid_of("web") == pid
