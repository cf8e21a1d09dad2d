"""Deletes stored files for certain: what the storage refuses now is tried again by a scheduled task."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from backend.conversations.models import FileToDelete

logger = logging.getLogger(__name__)

_AT_ONCE = 500


def files_delete(*, names: Sequence[str]) -> None:
    """Have files deleted when the current transaction, which must let go of them, commits."""
    waiting = FileToDelete.objects.bulk_create([FileToDelete(name=name) for name in names if name])
    # A storage that fails must not keep the owner from being told.
    transaction.on_commit(partial(_delete, [(file.pk, file.name) for file in waiting]), robust=True)


def files_delete_waiting() -> int:
    """Try what is left again. Returns how many files are gone now."""
    return _delete(list(FileToDelete.objects.order_by("pk").values_list("pk", "name")[:_AT_ONCE]))


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
