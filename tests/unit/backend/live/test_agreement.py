"""Words that were shown as stable never change again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.live.agreement import Agreement, continued, text_of
from inference_worker.contract import Word


def words(text: str, start_s: float = 0.0) -> tuple[Word, ...]:
    return tuple(
        Word(text=part, start_s=start_s + i, end_s=start_s + i + 0.9, confidence=None)
        for i, part in enumerate(text.split())
    )


def test_two_hypotheses_have_to_agree() -> None:
    one = Agreement().heard(words("you set it"))
    assert (text_of(one.stable), text_of(one.unstable)) == ("", "you set it")
    two = one.heard(words("you said it first"))
    assert (text_of(two.stable), text_of(two.unstable)) == ("you", "said it first")
    three = two.heard(words("you said it first yesterday"))
    assert (text_of(three.stable), text_of(three.unstable)) == ("you said it first", "yesterday")


def test_capitals_and_marks_make_no_other_word() -> None:
    two = Agreement().heard(words("No")).heard(words("no, never"))
    assert (text_of(two.stable), text_of(two.unstable)) == ("no,", "never")


def test_the_final_continues_what_is_stable() -> None:
    stable = words("you set")
    assert text_of(continued(stable, words("you said it first"))) == "you set it first"
    assert text_of(continued(stable, words("You set it first"))) == "you set it first"
    assert text_of(continued(stable, ())) == "you set"
    assert text_of(continued((), words("all new"))) == "all new"


def test_a_word_that_was_moved_a_little_does_not_come_twice() -> None:
    stable = words("you said")
    late = (*words("you"), Word(text="said", start_s=1.3, end_s=1.95, confidence=None), *words("it", 2.0))
    assert text_of(continued(stable, (words("I")[0], *late[1:]))) == "you said it"


sentences = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "A", "b."]), max_size=8).map(
        lambda parts: words(" ".join(parts))
    ),
    max_size=8,
)


@given(hypotheses=sentences, final=sentences)
def test_stable_words_never_change(hypotheses: list[tuple[Word, ...]], final: list[tuple[Word, ...]]) -> None:
    agreement = Agreement()
    for hypothesis in hypotheses:
        after = agreement.heard(hypothesis)
        assert after.stable[: len(agreement.stable)] == agreement.stable
        agreement = after
    for hypothesis in final:
        assert continued(agreement.stable, hypothesis)[: len(agreement.stable)] == agreement.stable
