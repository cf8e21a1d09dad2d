"""A table for spreadsheets, and everything as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from backend.conversations.exports.lines import ExportOptions, Part, lines_of, title_of
from backend.conversations.models import Edit, Utterance
from backend.conversations.serializers import ConversationSerializer, UtteranceSerializer
from backend.conversations.serializers.editing import EditSerializer

FORM = "recognitionhelpers.conversations/1"
_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes Korean for something else."""
_COLUMNS = (
    "conversation",
    "recording",
    "said_at",
    "start_s",
    "end_s",
    "speaker",
    "text",
    "language",
    "confidence",
    "emotion",
    "emotion_strength",
    "emotion_corrected",
)


def table(parts: Sequence[Part], options: ExportOptions) -> Iterator[str]:
    yield _BYTE_ORDER_MARK + _row(_COLUMNS)
    for part in parts:
        for line in lines_of(part, options):
            utterance = line.utterance
            sounds = line.emotion is not None
            yield _row(
                (
                    title_of(part),
                    str(part.recording.pk),
                    utterance.said_at.isoformat(),
                    utterance.start_s,
                    utterance.end_s,
                    utterance.speaker,
                    utterance.text,
                    utterance.language,
                    utterance.confidence,
                    line.emotion,
                    utterance.emotion_strength if sounds else None,
                    utterance.machine_emotion_label is not None if sounds else None,
                )
            )


def complete(parts: Sequence[Part], options: ExportOptions) -> Iterator[str]:
    """One JSON object: conversations with their recordings, utterances in the form of the API, and edits."""
    head = {"format": FORM, "exported_at": timezone.now()}
    yield _json(head)[:-1] + ', "conversations": ['
    groups: dict[Any, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.conversation.pk, []).append(part)
    for place, group in enumerate(groups.values()):
        yield (",\n" if place else "\n") + _json(ConversationSerializer(group[0].conversation).data)[:-1]
        yield ', "recordings": ['
        for index, part in enumerate(group):
            yield (",\n" if index else "\n") + _json(_recording(part))[:-1] + ', "utterances": ['
            for number, line in enumerate(lines_of(part, options)):
                yield (",\n" if number else "\n") + _json(_utterance(line.utterance, options))
            yield "]}"
        edits = Edit.objects.filter(conversation=group[0].conversation).select_related("author")
        yield '], "edits": ' + _json(EditSerializer(edits.order_by("created_at", "pk"), many=True).data) + "}"
    yield "\n]}\n"


def _recording(part: Part) -> dict[str, Any]:
    names = ("id", "title", "source", "file_name", "content_type", "size_bytes", "sha256", "language")
    times = ("duration_s", "recorded_at", "created_at")
    return {name: getattr(part.recording, name) for name in (*names, *times)}


def _utterance(utterance: Utterance, options: ExportOptions) -> dict[str, Any]:
    data = dict(UtteranceSerializer(utterance).data)
    return data if options.with_emotion else {**data, "emotion": None}


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _row(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula gets an apostrophe, as OWASP advises.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{cell}" if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
