"""One readable log from what many processes write."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest

from backend.embedded.log import LONGEST_LINE_BYTES, LineBuffer, StackLog


def test_pieces_become_lines():
    lines = LineBuffer()
    assert lines.feed(b"one\ntw") == ["one"]
    assert lines.feed(b"o\n\nthree") == ["two", ""]
    assert lines.flush() == ["three"]
    assert lines.flush() == []


def test_a_character_cut_in_two_is_put_together():
    lines = LineBuffer()
    assert lines.feed("말".encode()[:1]) == []
    assert lines.feed("말".encode()[1:] + b"\n") == ["말"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (b"\xff\xfe\n", "\ufffd\ufffd"),
        (b"windows\r\n", "windows"),
        (b"10%\r20%\r\n", "20%"),
        (b"a\x00b\n", "a\x00b"),
    ],
)
def test_odd_bytes(written, shown):
    assert LineBuffer().feed(written) == [shown]


def test_a_line_without_end_does_not_fill_the_memory():
    lines = LineBuffer()
    assert [len(line) for line in lines.feed(b"x" * (2 * LONGEST_LINE_BYTES + 5))] == [LONGEST_LINE_BYTES] * 2
    assert lines.flush() == ["xxxxx"]


def test_names_are_padded_and_the_file_has_the_time(tmp_path):
    terminal = io.StringIO()
    with StackLog(["redis", "inference"], terminal, tmp_path / "logs" / "stack.log", colour=False) as log:
        log.say("Starting.")
        log.write("redis", "ready")
    assert terminal.getvalue() == "stack     | Starting.\nredis     | ready\n"
    text = (tmp_path / "logs" / "stack.log").read_text()
    assert re.fullmatch(r"\d{4}-\S+ \S+ stack     \| Starting\.\n\S+ \S+ redis     \| ready\n", text)


def test_colour_is_in_the_prefix_and_never_in_the_file(tmp_path):
    terminal = io.StringIO()
    with StackLog(["web"], terminal, tmp_path / "stack.log", colour=True) as log:
        log.write("web", "hello")
    assert terminal.getvalue() == "\x1b[32mweb   |\x1b[0m hello\n"
    assert "\x1b" not in (tmp_path / "stack.log").read_text()


def test_a_terminal_that_has_gone_does_not_stop_the_file(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with (
        os.fdopen(writer, "w") as terminal,
        StackLog(["web"], terminal, tmp_path / "stack.log", colour=False) as log,
    ):
        log.write("web", "one")
        log.write("web", "two")
    text = (tmp_path / "stack.log").read_text()
    assert [line.partition("| ")[2] for line in text.splitlines()] == ["one", "two"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("file", ["/dev/full", "/dev/null/stack.log"])
def test_a_file_that_cannot_be_written_does_not_stop_the_terminal(file, capsys):
    terminal = io.StringIO()
    with StackLog(["web"], terminal, Path(file), colour=False) as log:
        log.write("web", "one")
        log.write("web", "two")
    assert terminal.getvalue() == "web   | one\nweb   | two\n"
    assert capsys.readouterr().err == ""


def test_the_file_stays_small(tmp_path, monkeypatch):
    monkeypatch.setattr("backend.embedded.log.FILE_BYTES", 1000)
    with StackLog(["web"], io.StringIO(), tmp_path / "stack.log", colour=False) as log:
        for number in range(200):
            log.write("web", f"line {number}")
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sorted(sizes) == ["stack.log", "stack.log.1", "stack.log.2", "stack.log.3"]
    assert max(sizes.values()) <= 1000
