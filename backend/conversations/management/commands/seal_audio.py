"""`manage.py seal_audio`: encrypt with the present key what was stored without one, or with one before it."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage, storages
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from backend.conversations.file_deletion import file_announce, file_keep, files_delete
from backend.conversations.models import Recording
from backend.core.sealed_storage import SealedStorage


class Command(BaseCommand):
    help = (
        "Encrypt with the first of AUDIO_KEYS every recording that is not yet. May be interrupted and run again, "
        "and people go on using the service meanwhile."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        storage = storages["default"]
        if not isinstance(storage, SealedStorage):
            raise CommandError("AUDIO_KEYS is not set: nothing is encrypted.")
        sealed = failed = 0
        for recording in Recording.objects.exclude(audio="").order_by("pk").iterator():
            try:
                sealed += not storage.is_current(recording.audio.name or "") and _seal(recording)
            except OSError as error:
                failed += 1
                self.stderr.write(f"{recording.pk}: {type(error).__name__}: {error}")
        self.stdout.write(f"{sealed} sealed, {failed} could not be read.")
        if failed:
            raise CommandError("Some recordings are as they were.")


def _seal(recording: Recording) -> bool:
    """False: it was deleted or changed meanwhile."""
    old = recording.audio.name or ""
    with default_storage.open(old, "rb") as audio:
        name = f"recordings/{recording.owner_id}/{recording.pk}/{uuid.uuid4().hex}"
        file_announce(name=name)
        new = default_storage.save(name, File(audio, name="audio"))
    with transaction.atomic():
        is_there = bool(Recording.objects.filter(pk=recording.pk, audio=old).update(audio=new))
        file_keep(name=name)
        files_delete(names=[old if is_there else new])
    return is_there
