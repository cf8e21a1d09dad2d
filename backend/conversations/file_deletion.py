"""Deletes stored files for certain: what the storage refuses now is tried again by a scheduled task, and a file that no
row came to name goes, too."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.core.files.storage import default_storage
from django.utils import timezone

from backend.conversations.models import FileToDelete
from backend.core.after_commit import after_commit

logger = logging.getLogger(__name__)

_AT_ONCE = 500
NAMED_WITHIN = timedelta(days=1)
"""Longer than the largest upload takes to be stored."""


def file_announce(*, name: str) -> None:
    """Before a file is stored: unless `file_keep` is called in time, it is deleted, however the process dies."""
    FileToDelete.objects.create(name=name, due_at=timezone.now() + NAMED_WITHIN)


def file_keep(*, name: str) -> None:
    """In the transaction in which a row names the file."""
    FileToDelete.objects.filter(name=name).delete()


def files_delete(*, names: Sequence[str]) -> None:
    """Have files deleted when the current transaction, which must let go of them, commits."""
    waiting = FileToDelete.objects.bulk_create([FileToDelete(name=name) for name in names if name])
    # A storage that fails must not keep the owner from being told.
    after_commit(partial(_delete, [(file.pk, file.name) for file in waiting]))


def files_delete_waiting() -> int:
    """Try what is left again. Returns how many files are gone now."""
    due = FileToDelete.objects.filter(due_at__lte=timezone.now()).order_by("pk")
    return _delete(list(due.values_list("pk", "name")[:_AT_ONCE]))


def _delete(files: Sequence[tuple[int, str]]) -> int:
    gone = []
    for pk, name in files:
        try:
            # Deleting twice is no error, so that the row may go after the file.
            default_storage.delete(name)
        except Exception as error:  # noqa: BLE001 - each storage has errors of its own, and none may stop the others
            logger.warning("a file could not be deleted, it will be tried again: %s", type(error).__name__)
        else:
            gone.append(pk)
    FileToDelete.objects.filter(pk__in=gone).delete()
    return len(gone)
