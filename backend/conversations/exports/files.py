"""Writes an export into a temporary file: its length is known before it is sent, and memory stays small."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.core.files.base import File

from backend.conversations.exports import data, document, plain
from backend.conversations.exports.lines import ExportOptions, Part, title_of
from backend.conversations.models import Utterance
from backend.core.errors import ProblemError

Writer = Callable[[Sequence[Part], ExportOptions], Iterator[str]]
MOST_IN_A_DOCUMENT = 20_000
"""A document is made in memory: about 1 KiB for each utterance."""
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


class ExportTooLargeError(ProblemError):
    status = 413
    code = "export_too_large"
    title = "Too much for one document"


@dataclass(frozen=True, slots=True)
class Form:
    content_type: str
    writer: Writer | None
    """None: a document."""


FORMS = {
    "txt": Form("text/plain; charset=utf-8", plain.script),
    "srt": Form("application/x-subrip; charset=utf-8", plain.subrip),
    "vtt": Form("text/vtt; charset=utf-8", plain.webvtt),
    "json": Form("application/json", data.complete),
    "csv": Form("text/csv; charset=utf-8", data.table),
    "docx": Form("application/vnd.openxmlformats-officedocument.wordprocessingml.document", None),
}


def export_write(parts: Sequence[Part], form: Form, options: ExportOptions) -> File[bytes]:
    """An open temporary file at its start. Raises `ExportTooLargeError`."""
    into = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who sends it
    try:
        if form.writer is None:
            _check_size(parts)
            document.write_document(parts, options, into)
        else:
            for text in form.writer(parts, options):
                into.write(text.encode("utf-8", "replace"))
    except BaseException:
        into.close()
        raise
    into.seek(0)
    return File(into)


def export_name(parts: Sequence[Part], extension: str) -> str:
    """A file name that every system takes: the title of the one conversation, or of the first."""
    words = _NOT_IN_NAMES.sub(" ", title_of(parts[0]) if parts else "").split()
    title = " ".join(words)[:80].strip(" .")
    return f"{title or 'conversations'}.{extension}"


def _check_size(parts: Sequence[Part]) -> None:
    count = Utterance.objects.filter(recording__in=[part.recording.pk for part in parts]).count()
    if count > MOST_IN_A_DOCUMENT:
        raise ExportTooLargeError(
            f"A document holds at most {MOST_IN_A_DOCUMENT} utterances, these are {count}. "
            "Choose fewer days, or another format.",
            max_utterances=MOST_IN_A_DOCUMENT,
        )
