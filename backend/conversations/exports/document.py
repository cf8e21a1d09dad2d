"""A document for word processors (Office Open XML), made by python-docx."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import BinaryIO

from docx import Document
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph

from backend.accounts.models import Language
from backend.conversations.exports.lines import (
    NOTICE,
    SCRIPT_WORDS,
    UNWRITTEN,
    ExportOptions,
    Line,
    Part,
    lines_of,
    title_of,
)

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_COLOURS = {
    "happy": RGBColor(0x8A, 0x5A, 0x00),
    "sad": RGBColor(0x1F, 0x4F, 0xA8),
    "angry": RGBColor(0xB4, 0x23, 0x18),
    "fear": RGBColor(0x6B, 0x3F, 0xA0),
    "disgust": RGBColor(0x3B, 0x6B, 0x1E),
    "surprise": RGBColor(0xA0, 0x2B, 0x7B),
    "unsure": RGBColor(0x55, 0x55, 0x55),
}


def write_document(parts: Sequence[Part], options: ExportOptions, into: BinaryIO) -> None:
    document = Document()
    # East Asian words take their font from another attribute; Word's own default has no Hangul.
    style = document.styles["Normal"]
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Malgun Gothic")
    if options.with_emotion:
        document.add_paragraph().add_run(NOTICE[Language(options.language)]).italic = True
    for part in parts:
        moment = part.recording.recorded_at or part.recording.created_at
        document.add_heading(_clean(title_of(part)) or f"{moment:%Y-%m-%d %H:%M}", level=1)
        document.add_paragraph(f"{moment:%Y-%m-%d %H:%M} UTC")
        for line in lines_of(part, options):
            _add_line(document.add_paragraph(), line, options)
    document.save(into)


def _add_line(paragraph: Paragraph, line: Line, options: ExportOptions) -> None:
    add_run = paragraph.add_run
    minutes, seconds = divmod(int(line.utterance.start_s), 60)
    add_run(f"[{minutes}:{seconds:02}] ").font.color.rgb = RGBColor(0x55, 0x55, 0x55)
    if line.utterance.speaker:
        add_run(f"{_clean(line.utterance.speaker)}: ").bold = True
    tag = SCRIPT_WORDS[options.language][line.emotion] if line.emotion else ""
    if tag:
        run = add_run(f"{tag} ")
        run.italic = True
        run.font.color.rgb = _COLOURS[line.emotion or ""]
    add_run(_clean(line.utterance.text) or UNWRITTEN[Language(options.language)])


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
