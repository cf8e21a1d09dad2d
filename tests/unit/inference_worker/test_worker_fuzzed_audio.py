"""Damaged files do not end, hold up or fill the process that reads them. 20,000 of them: `benchmarks.fuzz_audio`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.fuzz_audio import CODES, Reader, fuzz
from inference_worker.audio_source import SoundTrack
from tests.fuzzed_audio import CHANGES, fuzzed_file, ogg_repaired, whole_files

FILES = 240
_WRITES = "import json, os, signal, sys, time\nfor number in range(*map(int, sys.argv[2:])):\n"
_LINE = "    os.write(1, (json.dumps({'number': number, 'outcome': 'read'}) + '\\n').encode())\n"


def test_every_damaged_file_is_read_or_refused_with_a_code() -> None:
    reads = fuzz(3, range(FILES))
    assert [read for read in reads if read.is_finding] == []
    assert [read.number for read in reads] == list(range(FILES))
    outcomes = {read.outcome for read in reads}
    assert {"read", "audio_unreadable", "audio_empty"} <= outcomes <= CODES | {"read"}


def test_a_track_that_begins_in_the_middle_of_the_file_is_stepped_over() -> None:
    """Found by the long series: PyAV does not know it, and says so with an `IndexError`."""
    (read,) = fuzz(7, range(3964, 3965))
    assert (fuzzed_file(7, 3964).kind, read.outcome) == ("mpegts", "read")


def test_packets_of_an_unknown_track_cost_none_of_the_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str | type[Exception]] = ["first", *[IndexError] * 60, "second"]

    class Container:
        def demux(self, _stream: object) -> Iterator[object]:
            while given:
                item = given.pop(0)
                if isinstance(item, type):
                    raise item
                yield item

    track = object.__new__(SoundTrack)
    monkeypatch.setattr(track, "container", Container(), raising=False)
    monkeypatch.setattr(track, "stream", None, raising=False)
    assert list(track.packets()) == ["first", "second"]


def test_the_series_is_the_same_every_time_and_tries_every_change() -> None:
    files = [fuzzed_file(3, number) for number in range(FILES)]
    assert files == [fuzzed_file(3, number) for number in range(FILES)]
    assert {name for file in files for name in file.change.split(", ")} == set(CHANGES)
    assert len({file.kind for file in files}) > len(whole_files()) // 2


def test_a_whole_ogg_file_has_the_check_sums_that_are_put_right() -> None:
    whole = whole_files()["ogg"]
    assert ogg_repaired(bytearray(whole)) == whole


def test_a_file_that_ends_the_process_is_seen_and_the_next_ones_are_read() -> None:
    dies = _WRITES + "    if number == 2: os.kill(os.getpid(), signal.SIGSEGV)\n" + _LINE
    reads = fuzz(3, range(5), reader=Reader(code=dies))
    assert [read.outcome for read in reads] == ["read", "read", "ended the process (-11)", "read", "read"]
    assert [read.is_finding for read in reads] == [False, False, True, False, False]


def test_a_file_that_takes_too_long_is_seen() -> None:
    hangs = _WRITES + "    if number == 1: time.sleep(60)\n" + _LINE
    reads = fuzz(3, range(3), reader=Reader(code=hangs, limit_s=2.0))
    assert [read.outcome for read in reads] == ["read", "took too long", "read"]
