"""A GPU that is lost to this process: the process ends, and whoever supervises it starts it again."""

from __future__ import annotations

import logging
import os
import signal
import threading

logger = logging.getLogger(__name__)

EXIT_DEVICE_LOST = 71
"""EX_OSERR of sysexits.h."""

_is_lost = threading.Event()


def end_process() -> None:
    """Ask this process to end as its supervisor would: it gives back what it has. Only the first call does anything."""
    if _is_lost.is_set():
        return
    _is_lost.set()
    logger.critical("the GPU does not answer any more; this process ends and has to be started again")
    os.kill(os.getpid(), signal.SIGTERM)


def exit_code() -> int:
    """With what a worker ends that was told to: not 0 where it lost its GPU, so that every supervisor starts it."""
    return EXIT_DEVICE_LOST if _is_lost.is_set() else 0
