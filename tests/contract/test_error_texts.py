"""The server's codes are translated in both clients, which may not import each other: the same words in both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CLIENTS = Path(__file__).resolve().parents[2] / "clients"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_both_clients_say_the_same(language: str) -> None:
    web, mobile = (
        (CLIENTS / client / f"src/shared/i18n/{language}/errors.ts").read_text()
        for client in ("web", "mobile")
    )
    assert mobile == web


def test_every_code_of_a_problem_is_translated() -> None:
    texts = (CLIENTS / "web/src/shared/i18n/en/errors.ts").read_text()
    translated = set(re.findall(r"^  (\w+):", texts, re.MULTILINE))
    sources = (CLIENTS.parent / "backend").rglob("errors.py")
    codes = {
        code
        for path in sources
        for code in re.findall(r'^    code = "(\w+)"', path.read_text(), re.MULTILINE)
    }
    assert len(codes) >= 20
    # Only ever raised as one of its subclasses.
    assert codes - translated == {"conflict"}
