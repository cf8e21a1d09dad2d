"""Times of words after their text was edited."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.conversations.word_alignment import align, split_at, spread


def words(text: str) -> list[dict[str, Any]]:
    """One second each, with pauses of half a second."""
    return [
        {"text": word, "start_s": i * 1.5, "end_s": i * 1.5 + 1.0, "confidence": 0.5}
        for i, word in enumerate(text.split())
    ]


def times(aligned: list[dict[str, Any]]) -> list[tuple[str, float, float]]:
    return [(word["text"], word["start_s"], word["end_s"]) for word in aligned]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a b c", "a x c", [("a", 0.0, 1.0), ("x", 1.5, 2.5), ("c", 3.0, 4.0)]),
        ("a b c", "A, b. c!", [("A,", 0.0, 1.0), ("b.", 1.5, 2.5), ("c!", 3.0, 4.0)]),
        ("a b c", "a c", [("a", 0.0, 1.0), ("c", 3.0, 4.0)]),
        ("a b", "a xx b", [("a", 0.0, 1.0), ("xx", 1.0, 1.5), ("b", 1.5, 2.5)]),
        ("a b", "x a b", [("x", 0.0, 0.0), ("a", 0.0, 1.0), ("b", 1.5, 2.5)]),
        ("a b c", "a xxx y c", [("a", 0.0, 1.0), ("xxx", 1.5, 2.25), ("y", 2.25, 2.5), ("c", 3.0, 4.0)]),
        ("회의가 세시", "회의가 네시", [("회의가", 0.0, 1.0), ("네시", 1.5, 2.5)]),
        ("a b", "", []),
    ],
)
def test_words_that_stay_keep_their_times(
    before: str, after: str, expected: list[tuple[str, float, float]]
) -> None:
    assert times(align(words(before), after)) == expected


def test_without_times_there_are_none() -> None:
    assert align([], "now there are words") == []


@given(
    before=st.lists(st.sampled_from("abcdef"), min_size=1, max_size=8),
    after=st.lists(st.sampled_from("abcdefgh"), max_size=8),
)
def test_any_edit_gives_every_word_a_time_in_order(before: list[str], after: list[str]) -> None:
    old = words(" ".join(before))
    aligned = align(old, " ".join(after))
    assert [word["text"] for word in aligned] == after
    starts = [word["start_s"] for word in aligned]
    assert starts == sorted(starts)
    for word in aligned:
        assert old[0]["start_s"] <= word["start_s"] <= word["end_s"] <= old[-1]["end_s"]


def test_spread_is_by_length() -> None:
    assert times(spread(["aaa", "b"], 0.0, 4.0)) == [("aaa", 0.0, 3.0), ("b", 3.0, 4.0)]


@pytest.mark.parametrize(("character", "expected"), [(0, 0), (1, 1), (2, 1), (4, 2), (6, 3)])
def test_how_many_words_are_before_a_place(character: int, expected: int) -> None:
    # The second "a" is another one than the first.
    assert split_at(words("a b a"), "a b a ", character) == expected
