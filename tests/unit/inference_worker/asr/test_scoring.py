"""Error rates are those of jiwer after the stated normalisation."""

from __future__ import annotations

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_worker.asr.scoring import distance, errors, normalised, total

WORDS = st.lists(st.sampled_from(["a", "b", "c", "dd", "ee"]), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Hello,  WORLD!", "hello world"),
        ("Don’t — 'quoted' rock 'n' roll_", "don't quoted rock n roll"),
        ("안녕하세요, 반갑습니다.", "안녕하세요 반갑습니다"),
        ("ｆｕｌｌ １２", "full 12"),
        ("...", ""),
    ],
)
def test_normalisation(text: str, plain: str) -> None:
    assert normalised(text) == plain


@given(WORDS, WORDS)
def test_word_errors_are_those_of_jiwer(wanted: list[str], got: list[str]) -> None:
    measured = errors(" ".join(wanted), " ".join(got))
    assert measured.word_rate == pytest.approx(jiwer.wer(" ".join(wanted), " ".join(got)))
    assert measured.character_rate == pytest.approx(jiwer.cer("".join(wanted), "".join(got)))


def test_korean_spacing_counts_in_words_only() -> None:
    measured = errors("나는 학교에 간다", "나는 학교에간다")
    assert (measured.word_errors, measured.words) == (2, 3)
    assert (measured.character_errors, measured.characters) == (0, 7)


def test_sums_and_empty_references() -> None:
    parts = [errors("a b", "a"), errors("c d e f", "c d e f")]
    assert total(parts).word_rate == pytest.approx(1 / 6)
    assert errors("", "x").word_rate is None
    assert distance("kitten", "sitting") == 3
