"""Everything of one account as a zip that is made while it is sent: nothing is kept on the server, and memory stays
the same however much there is.

`data/<app>.<model>.jsonl` holds every row that belongs to the person, `scripts/` what was said, `audio/` the
recordings as they were uploaded. `manifest.json` comes last: it lists every file with its size and SHA-256.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from backend.accounts.models import User
from backend.conversations.models import Recording, Utterance
from backend.privacy.owned import rows_of
from backend.privacy.script import script_lines

FORMAT = "recognition-helpers-takeout/1"
_BLOCK_BYTES = 256 * 1024
_ROWS_AT_ONCE = 500
_SECRET = ("password", "session_key", "secret", "token", "key", "code", "hash")
"""Fields whose names begin with one of these open something; the person's data is complete without them."""
_SECRET_FIELDS = {"mfa.authenticator": {"data"}, "usersessions.usersession": {"data"}}
_SUFFIXES = {
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/webm": ".webm",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/flac": ".flac",
    "video/webm": ".webm",
    "video/mp4": ".mp4",
}


class _Outlet(io.RawIOBase):
    """Takes what the zip writes, and gives it away in blocks."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pending += data
        return len(data)

    def take(self, at_least: int = 1) -> Iterator[bytes]:
        if len(self._pending) >= at_least:
            block = bytes(self._pending)
            self._pending.clear()
            yield block


class Takeout:
    """One zip of one person."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._outlet = _Outlet()
        self._manifest: list[dict[str, Any]] = []
        self._missing: list[str] = []

    def blocks(self) -> Iterator[bytes]:
        """The zip's bytes. The database and the storage are read while it goes on."""
        with zipfile.ZipFile(self._outlet, "w", zipfile.ZIP_DEFLATED) as archive:
            for model, rows in rows_of(self._user):
                name = f"data/{model._meta.label_lower}.jsonl"
                yield from self._add(archive, name, _json_lines(model, rows))
            recordings = Recording.objects.filter(owner=self._user).order_by("created_at", "pk")
            for recording in recordings.iterator(chunk_size=_ROWS_AT_ONCE):
                yield from self._add(archive, f"scripts/{_name(recording)}.txt", self._script(recording))
            for recording in recordings.exclude(audio="").iterator(chunk_size=_ROWS_AT_ONCE):
                yield from self._audio(archive, recording)
            yield from self._add(archive, "manifest.json", [self._manifest_json()])
        yield from self._outlet.take()

    def _add(
        self, archive: zipfile.ZipFile, name: str, content: Iterable[bytes], *, is_packed: bool = False
    ) -> Iterator[bytes]:
        info = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
        info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        digest, size_bytes = hashlib.sha256(), 0
        with archive.open(info, "w", force_zip64=True) as entry:
            for block in content:
                entry.write(block)
                digest.update(block)
                size_bytes += len(block)
                yield from self._outlet.take(_BLOCK_BYTES)
        self._manifest.append({"name": name, "size_bytes": size_bytes, "sha256": digest.hexdigest()})
        yield from self._outlet.take(_BLOCK_BYTES)

    def _audio(self, archive: zipfile.ZipFile, recording: Recording) -> Iterator[bytes]:
        name = f"audio/{_name(recording)}{_SUFFIXES.get(recording.content_type, '.bin')}"
        try:
            audio = default_storage.open(recording.audio.name or "", "rb")
        except FileNotFoundError:
            # Deleted since the rows were read, or lost: the rest is worth having.
            self._missing.append(name)
            return
        with audio:
            yield from self._add(archive, name, iter(lambda: audio.read(_BLOCK_BYTES), b""), is_packed=True)

    def _script(self, recording: Recording) -> Iterator[bytes]:
        utterances = Utterance.objects.filter(recording=recording).order_by("start_s", "pk")
        lines = script_lines(utterances.iterator(chunk_size=_ROWS_AT_ONCE), self._user.ui_language)
        for line in lines:
            yield f"{line}\n".encode()

    def _manifest_json(self) -> bytes:
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now(),
            "account": self._user.pk,
            "revision": self._user.revision,
            "files": self._manifest,
            "missing": self._missing,
        }
        return json.dumps(manifest, cls=DjangoJSONEncoder, indent=2).encode()


def _name(recording: Recording) -> str:
    began_at = recording.recorded_at or recording.created_at
    return f"{began_at:%Y-%m-%d_%H%M}_{recording.pk}"


def _json_lines(model: type[models.Model], rows: models.QuerySet[models.Model]) -> Iterator[bytes]:
    left_out = _SECRET_FIELDS.get(model._meta.label_lower, set())
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if not field.name.startswith(_SECRET) and field.name not in left_out
    ]
    for row in rows.values(*names).iterator(chunk_size=_ROWS_AT_ONCE):
        yield json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n"
