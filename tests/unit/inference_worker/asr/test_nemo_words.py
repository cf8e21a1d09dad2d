"""Tokens become words: times in order, punctuation kept, confidences that a person can be shown."""

from __future__ import annotations

from inference_worker.asr.nemo_words import Decoded, Token, sureness, without_language_tag, words_of
from inference_worker.contract import Word

FRAME_S = 0.08


def tokens(*texts: str) -> tuple[Token, ...]:
    return tuple(Token(text, 2 * i, 2 * i + 1, 1.0 - i / 10) for i, text in enumerate(texts))


def test_word_pieces_with_punctuation() -> None:
    decoded = Decoded("Hello, world.", tokens("▁Hel", "lo", ",", "▁wor", "ld", "."))
    assert words_of(decoded, FRAME_S, 2.0) == (
        Word(text="Hello,", start_s=0.0, end_s=0.4, confidence=0.8),
        Word(text="world.", start_s=0.48, end_s=0.88, confidence=0.5),
    )


def test_punctuation_that_the_model_wrote_apart_and_decoding_joined() -> None:
    decoded = Decoded("yes. no", tokens("▁yes", "▁", ".", "▁no"))
    assert [word.text for word in words_of(decoded, FRAME_S, 2.0)] == ["yes.", "no"]


def test_a_mark_that_stands_alone_begins_its_word() -> None:
    decoded = Decoded("가요 나", tokens("▁", "가", "요", "▁", "나"))
    assert [(word.text, word.start_s, word.end_s) for word in words_of(decoded, FRAME_S, 5.0)] == [
        ("가요", 0.0, 0.4),
        ("나", 0.48, 0.72),
    ]


def test_characters() -> None:
    decoded = Decoded("안녕 하세", tokens("안", "녕", " ", "하", "세"))
    words = words_of(decoded, FRAME_S, 5.0, offset_s=10.0)
    assert [(word.text, word.start_s, word.end_s) for word in words] == [
        ("안녕", 10.0, 10.24),
        ("하세", 10.48, 10.72),
    ]


def test_times_never_run_back_nor_past_the_end() -> None:
    decoded = Decoded("a b c", (Token("▁a", 9, 12, 0.5), Token("▁b", 3, 4, 0.5), Token("▁c", 50, 60, 0.5)))
    words = words_of(decoded, FRAME_S, 1.0)
    assert [(word.start_s, word.end_s) for word in words] == [(0.72, 0.96), (0.72, 0.72), (1.0, 1.0)]


def test_text_that_is_not_its_tokens_still_has_times() -> None:
    decoded = Decoded("⁇ hello", tokens("<unk>", "▁hello"))
    assert words_of(decoded, FRAME_S, 1.0) == (
        Word(text="⁇", start_s=0.0, end_s=0.5, confidence=None),
        Word(text="hello", start_s=0.5, end_s=1.0, confidence=None),
    )


def test_no_text_no_words() -> None:
    assert words_of(Decoded("", ()), FRAME_S, 1.0) == ()
    assert words_of(Decoded("", tokens("▁")), FRAME_S, 1.0) == ()
    assert sureness(()) is None


def test_the_language_tag_is_heard_and_not_shown() -> None:
    decoded = Decoded("안녕하세요. <ko-KR>", tokens("▁안녕", "하세요", ".", "▁<ko-KR>"))
    plain, language = without_language_tag(decoded)
    assert (plain.text, language) == ("안녕하세요.", "ko")
    assert [word.text for word in words_of(plain, FRAME_S, 1.0)] == ["안녕하세요."]
    assert without_language_tag(Decoded("a < b", ())) == (Decoded("a < b", ()), None)
