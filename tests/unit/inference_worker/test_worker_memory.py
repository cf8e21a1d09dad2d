"""Where threads take their memory from, seen in a process of its own."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys, threading
from pathlib import Path
from inference_worker.usage import share_one_heap

def thread():
    place = ctypes.addressof(ctypes.create_string_buffer(50_000))
    heap = next(line for line in Path("/proc/self/maps").read_text().splitlines() if line.endswith("[heap]"))
    begin, end = (int(address, 16) for address in heap.split()[0].split("-"))
    print(begin <= place < end)

if sys.argv[1] == "shared":
    share_one_heap()
work = threading.Thread(target=thread)
work.start()
work.join()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="of glibc")
@pytest.mark.parametrize(("heap", "is_the_main_one"), [("shared", "True"), ("own", "False")])
def test_threads_share_the_heap_of_the_process(heap: str, is_the_main_one: str) -> None:
    printed = subprocess.check_output([sys.executable, "-c", PROGRAM, heap], text=True)
    assert printed.strip() == is_the_main_one
