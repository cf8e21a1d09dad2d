"""Corrected emotions as a labelled set, in the form that `python -m inference_worker emotion evaluate|train` takes.

A zip with `clips.csv` and the recordings as they were uploaded. A row names a recording and from when to when the
clip lies in it (`start_s`, `end_s`): the backend cannot cut audio, and the commands read only that part.
"""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.base import File

from backend.accounts.models import User
from backend.conversations.models import Edit, EditKind, Recording, Utterance
from backend.core.spool import Spool

COLUMNS = (
    "path",
    "corpus",
    "language",
    "speaker",
    "gender",
    "emotion",
    "intensity",
    "seconds",
    "text",
    "start_s",
    "end_s",
    "machine_emotion",
)
CORPUS = "corrections"
_UNKNOWN = "unknown"
_EXTENSIONS = {
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/webm": ".webm",
    "video/webm": ".webm",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "video/mp4": ".mp4",
    "audio/flac": ".flac",
}
_README = """Emotions as their owner corrected them, for

    python -m inference_worker emotion evaluate clips.csv
    python -m inference_worker emotion train clips.csv --run RUN --cache CACHE

`start_s` and `end_s` say where a clip lies in its file. `machine_emotion` is what the model had said.
"""


def labelled_write(*, user: User) -> File[bytes]:
    """The zip, at its start. Recordings whose audio is gone are left out, with their rows."""
    into = Spool(folder=settings.FILE_UPLOAD_TEMP_DIR)
    try:
        with zipfile.ZipFile(cast(IO[bytes], into), "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("README.txt", _README)
            rows = io.StringIO()
            writer = csv.writer(rows)
            writer.writerow(COLUMNS)
            stored: dict[Any, str | None] = {}
            for recording, row in _corrections(user):
                if recording.pk not in stored:
                    stored[recording.pk] = _store(archive, recording)
                path = stored[recording.pk]
                if path is not None:
                    writer.writerow([path, *row])
            archive.writestr("clips.csv", rows.getvalue())
    except BaseException:
        into.close()
        raise
    return File(into.reader())


def _corrections(user: User) -> Iterator[tuple[Recording, list[Any]]]:
    """Those that hold now, and those of recordings that were analysed anew since."""
    corrected = Utterance.objects.filter(
        owner=user, machine_emotion_label__isnull=False, recording__conversation__trashed_at=None
    )
    for utterance in corrected.select_related("recording").order_by("recording_id", "start_s", "pk"):
        yield (
            utterance.recording,
            _row(vars(utterance), utterance.emotion_label, utterance.machine_emotion_label),
        )
    replaced = Edit.objects.filter(
        owner=user,
        kind=EditKind.EMOTION,
        superseded_at__isnull=False,
        undone_at=None,
        conversation__trashed_at=None,
    )
    latest: dict[str, Edit] = {}
    for edit in replaced.select_related("recording").order_by("created_at", "pk"):
        latest[edit.changes[0]["id"]] = edit
    for edit in latest.values():
        after = edit.changes[0]["after"]
        if edit.recording is not None and after["machine_emotion_label"] is not None:
            yield edit.recording, _row(edit.context, after["emotion_label"], after["machine_emotion_label"])


def _row(said: dict[str, Any], label: str | None, machine_label: str | None) -> list[Any]:
    start_s, end_s = said["start_s"], said["end_s"]
    return [
        CORPUS,
        said["language"] or _UNKNOWN,
        said["speaker"] or _UNKNOWN,
        "",
        label,
        "",
        round(end_s - start_s, 3),
        said["text"],
        start_s,
        end_s,
        machine_label,
    ]


def _store(archive: zipfile.ZipFile, recording: Recording) -> str | None:
    """The name in the zip; None when there is no audio any more."""
    named = PurePosixPath(recording.file_name).suffix.lower()
    suffix = _EXTENSIONS.get(recording.content_type, named if named.isascii() and len(named) <= 6 else "")
    name = f"audio/{recording.pk}{suffix}"
    try:
        audio = recording.audio.open("rb")
    except (FileNotFoundError, ValueError):
        return None
    with audio, archive.open(name, "w", force_zip64=True) as into:
        shutil.copyfileobj(audio, into, 1024 * 1024)
    return name
