"""What clients are told while the database is away or a disk is full: nothing is lost, send it again later."""

from __future__ import annotations

import errno

from django.db import InterfaceError, OperationalError

from backend.core.errors import (
    DatabaseUnavailableError,
    ProblemError,
    StorageFullError,
    StorageUnavailableError,
)

DATABASE_OUTAGES = (OperationalError, InterfaceError)
_POSTGRES_DISK_FULL = "53100"


def problem_of(error: BaseException | None) -> ProblemError | None:
    """None for an error that is no outage."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full()
    if not isinstance(error, DATABASE_OUTAGES):
        return None
    # SQLite's code for a full disk has no class of its own, and a journal that cannot grow is an I/O error to it.
    is_full = getattr(error.__cause__, "sqlstate", "") == _POSTGRES_DISK_FULL or any(
        words in str(error) for words in ("disk is full", "disk I/O error")
    )
    if is_full:
        return _full()
    return DatabaseUnavailableError("The server cannot reach its database just now. Try again in a minute.")


def storage_problem_of(error: OSError) -> ProblemError:
    """What is told when audio cannot be stored."""
    return problem_of(error) or StorageUnavailableError(
        "The server cannot store recordings just now. Keep the recording, and send it again later."
    )


def _full() -> StorageFullError:
    return StorageFullError(
        "The server has no room left. Keep the recording, tell the operator, and upload it later."
    )
