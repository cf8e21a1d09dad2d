"""Batches under a budget, halves when memory is short, and passes that callers share."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_worker.batching import BatchBudget, SharedPass, in_batches, plan_batches


def test_like_lengths_are_together_and_longest_first() -> None:
    assert plan_batches([5, 1, 4, 1, 6], budget=10, largest=8) == [[4], [0, 2], [1, 3]]
    assert plan_batches([], budget=10, largest=8) == []
    assert plan_batches([50], budget=10, largest=8) == [[0]]
    assert plan_batches([1] * 5, budget=100, largest=2) == [[0, 1], [2, 3], [4]]


@given(st.lists(st.integers(1, 1000)), st.integers(1, 3000), st.integers(1, 16))
def test_every_clip_once_and_no_batch_over_budget(lengths: list[int], budget: int, largest: int) -> None:
    batches = plan_batches(lengths, budget, largest)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = max(lengths[index] for index in batch) * len(batch)
        assert len(batch) == 1 or (padded <= budget and len(batch) <= largest)


def test_batches_are_halved_until_they_fit_and_stay_small() -> None:
    tried: list[int] = []

    def run(batch: list[str]) -> list[str] | None:
        tried.append(len(batch))
        return [item.upper() for item in batch] if len(batch) <= 3 else None

    budget = BatchBudget(padded=100, largest=16)
    items = [letter * 4 for letter in "abcdefghijklm"]
    assert in_batches(items, len, budget, run) == [item.upper() for item in items]
    assert tried == [13, 6, 3, 3, 3, 3, 1]
    tried.clear()
    in_batches(items, len, budget, run)
    assert tried == [3, 3, 3, 3, 1]


def test_one_clip_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(MemoryError):
        in_batches(["a", "b"], len, BatchBudget(padded=100, largest=16), lambda batch: None)


def test_callers_that_wait_share_the_next_pass() -> None:
    passes: list[list[int]] = []
    first_is_running, may_go_on = threading.Event(), threading.Event()

    def work(items: Sequence[int]) -> list[int]:
        passes.append(list(items))
        first_is_running.set()
        may_go_on.wait(10)
        return [item * 10 for item in items]

    shared: SharedPass[int, int] = SharedPass(work)
    answers: dict[int, list[int]] = {}
    threads = [
        threading.Thread(target=lambda n=number: answers.update({n: shared([n, n + 1])}))  # type: ignore[misc]
        for number in (1, 3, 5, 7)
    ]
    threads[0].start()
    assert first_is_running.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(shared._waiting) < 3:
        time.sleep(0.001)
    may_go_on.set()
    for thread in threads:
        thread.join(10)
    assert answers == {1: [10, 20], 3: [30, 40], 5: [50, 60], 7: [70, 80]}
    assert passes[0] == [1, 2]
    assert (len(passes), sorted(passes[1])) == (2, [3, 4, 5, 6, 7, 8])


def test_nobody_fails_for_what_another_one_brought() -> None:
    first_is_running, may_go_on = threading.Event(), threading.Event()

    def work(items: Sequence[int]) -> list[int]:
        first_is_running.set()
        may_go_on.wait(10)
        return [10 // item for item in items]

    shared: SharedPass[int, int] = SharedPass(work)
    outcomes: dict[int, object] = {}

    def call(number: int) -> None:
        try:
            outcomes[number] = shared([number])
        except ZeroDivisionError as error:
            outcomes[number] = type(error)

    threads = [threading.Thread(target=call, args=(number,)) for number in (1, 0, 5)]
    threads[0].start()
    assert first_is_running.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(shared._waiting) < 2:
        time.sleep(0.001)
    may_go_on.set()
    for thread in threads:
        thread.join(10)
    assert outcomes == {1: [10], 0: ZeroDivisionError, 5: [2]}
