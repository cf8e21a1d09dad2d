"""The server's codes are translated once, for both clients, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CLIENTS = Path(__file__).resolve().parents[2] / "clients"


def _translated(language: str) -> set[str]:
    texts = (CLIENTS / f"api/src/errors/{language}.ts").read_text()
    return set(re.findall(r"^  (\w+):", texts, re.MULTILINE))


def test_both_languages_know_the_same_codes() -> None:
    assert _translated("ko") == _translated("en")


@pytest.mark.parametrize("client", ["web", "mobile"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_both_clients_take_the_words_from_there(client: str, language: str) -> None:
    texts = CLIENTS / client / f"src/shared/i18n/{language}"
    assert f'import {{ errors }} from "@api/errors/{language}";' in (texts / "index.ts").read_text()
    assert not (texts / "errors.ts").exists()


def test_every_code_of_a_problem_is_translated() -> None:
    sources = (CLIENTS.parent / "backend").rglob("errors.py")
    codes = {
        code
        for path in sources
        for code in re.findall(r'^    code = "(\w+)"', path.read_text(), re.MULTILINE)
    }
    assert len(codes) >= 20
    # Only ever raised as one of its subclasses.
    assert codes - _translated("en") == {"conflict"}
