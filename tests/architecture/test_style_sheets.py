"""What a person chose for captions holds wherever captions are shown."""

from __future__ import annotations

import re
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "clients" / "web" / "src"


def caption_rules() -> list[str]:
    """The rules of all style sheets that set letters to the size of captions."""
    sheets = [path.read_text() for path in SOURCES.rglob("*.css")]
    rules = [rule for sheet in sheets for rule in re.findall(r"[^{}]+\{[^{}]*\}", sheet)]
    return [rule for rule in rules if "font-size: var(--caption-size)" in rule]


def test_lines_are_spaced_as_the_person_chose() -> None:
    rules = caption_rules()
    assert len(rules) > 3
    assert [rule for rule in rules if "line-height: var(--caption-leading)" not in rule] == []
