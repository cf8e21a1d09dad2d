"""Batches under a budget, halves when memory is short, and passes that callers share."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_worker.batching import (
    FIRST_PATIENCE,
    BatchBudget,
    BatchSteps,
    SharedPass,
    in_batches,
    plan_batches,
)
from inference_worker.errors import DeviceLostError


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


def test_batches_are_halved_until_they_fit_and_stay_small_for_a_while() -> None:
    tried: list[int] = []

    def run(batch: list[str]) -> list[str] | None:
        tried.append(len(batch))
        return [item.upper() for item in batch] if len(batch) <= 3 else None

    budget = BatchBudget(padded=100, largest=16)
    items = [letter * 4 for letter in "abcdefghijklm"]
    steps = BatchSteps(prepare=list, run=run)
    assert in_batches(items, len, budget, steps) == [item.upper() for item in items]
    assert tried == [13, 6, 3, 3, 3, 3, 1]
    tried.clear()
    in_batches(items, len, budget, steps)
    assert tried == [3, 3, 3, 3, 1]


def test_a_lack_of_memory_that_passes_costs_nothing_for_ever() -> None:
    budget = BatchBudget(padded=80, largest=16)
    budget.shrink([10] * 8)
    assert budget.padded == 40
    for _ in range(100):
        budget.fitted([10] * 2)
    assert budget.padded == 40, "half a batch says nothing of a whole one"
    for _ in range(2 * FIRST_PATIENCE - 1):
        budget.fitted([10] * 4)
    assert budget.padded == 40
    budget.fitted([10] * 4)
    assert budget.padded == 80
    for _ in range(10_000):
        budget.fitted([10] * 8)
    assert budget.padded == 80, "never more than at first"


def test_memory_that_stays_small_is_tried_more_and_more_seldom() -> None:
    budget = BatchBudget(padded=80, largest=16)
    tried: list[int] = []

    def run(batch: list[str]) -> list[str] | None:
        tried.append(len(batch))
        return batch if len(batch) <= 4 else None

    for _ in range(2000):
        in_batches(["a" * 10] * 8, len, budget, BatchSteps(prepare=list, run=run))
    failures = [place for place, count in enumerate(tried) if count > 4]
    gaps = [after - before for before, after in pairwise(failures)]
    assert 4 <= len(failures) <= 9
    assert all(after >= 1.8 * before for before, after in pairwise(gaps))


def test_one_clip_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(MemoryError):
        in_batches(["a", "b"], len, small(), BatchSteps(prepare=list, run=lambda batch: None))
    with pytest.raises(MemoryError):
        in_batches(["a"], len, small(), BatchSteps(prepare=lambda batch: None, run=list, ahead=True))


def small(largest: int = 16) -> BatchBudget:
    return BatchBudget(padded=100, largest=largest)


def test_the_next_batch_is_prepared_while_one_runs() -> None:
    """`run` goes on only when the next batch is prepared: without the overlap this would wait in vain."""
    prepared = {letter: threading.Event() for letter in "abc"}
    events: list[str] = []

    def prepare(batch: list[str]) -> str:
        events.append(f"prepare {batch[0]}")
        prepared[batch[0]].set()
        return batch[0]

    def run(letter: str) -> list[str]:
        events.append(f"run {letter}")
        following = chr(ord(letter) + 1)
        if following in prepared:
            assert prepared[following].wait(10)
        # One ahead and no more.
        assert not any(prepared[later].is_set() for later in prepared if later > following)
        events.append(f"done {letter}")
        return [letter.upper()]

    steps = BatchSteps(prepare=prepare, run=run, ahead=True)
    assert in_batches(["a", "b", "c"], len, small(1), steps) == ["A", "B", "C"]
    assert (
        events.index("prepare b")
        < events.index("done a")
        < events.index("prepare c")
        < events.index("done b")
    )
    assert [event for event in events if event.startswith("run")] == ["run a", "run b", "run c"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("prepare")]


def test_without_it_everything_is_in_one_thread() -> None:
    threads: set[int] = set()

    def prepare(batch: list[str]) -> list[str]:
        threads.add(threading.get_ident())
        return batch

    in_batches(["a", "b", "c"], len, small(1), BatchSteps(prepare=prepare, run=list))
    assert threads == {threading.get_ident()}


def test_what_goes_wrong_ahead_is_raised_in_its_turn() -> None:
    ran: list[str] = []

    def prepare(batch: list[str]) -> list[str]:
        if "b" in batch:
            raise ValueError("b cannot be prepared")
        return batch

    def run(batch: list[str]) -> list[str]:
        ran.extend(batch)
        return batch

    with pytest.raises(ValueError, match="b cannot be prepared"):
        in_batches(["a", "b", "c"], len, small(1), BatchSteps(prepare=prepare, run=run, ahead=True))
    assert ran == ["a"]

    def fail(batch: list[str]) -> list[str]:
        raise RuntimeError("run")

    with pytest.raises(RuntimeError, match="run"):
        in_batches(["a", "b"], len, small(1), BatchSteps(prepare=prepare, run=fail, ahead=True))


def test_memory_that_is_short_because_of_what_is_ahead() -> None:
    """Two prepared batches do not fit, one does: nothing fails, and nothing is done twice."""
    held: list[str] = []
    ran: list[str] = []

    class Tensors:
        def __init__(self, names: list[str]) -> None:
            self.names = names
            held.extend(names)

        def __del__(self) -> None:
            for name in self.names:
                held.remove(name)

    def run(tensors: Tensors) -> list[str] | None:
        until = time.monotonic() + 2.0
        while tensors.names != ["c"] and len(held) == 1 and ran == [] and time.monotonic() < until:
            time.sleep(0.001)
        if len(held) > 1:
            return None
        ran.extend(tensors.names)
        return [name.upper() for name in tensors.names]

    steps = BatchSteps(prepare=Tensors, run=run, ahead=True)
    assert in_batches(["a", "b", "c"], len, small(1), steps) == ["A", "B", "C"]
    assert sorted(ran) == ["a", "b", "c"]
    assert held == []


def test_halving_goes_on_with_what_is_ahead() -> None:
    tried: list[int] = []

    def run(batch: list[str]) -> list[str] | None:
        tried.append(len(batch))
        return [item.upper() for item in batch] if len(batch) <= 3 else None

    items = [letter * 4 for letter in "abcdefghijklm"]
    steps = BatchSteps(prepare=list, run=run, ahead=True)
    assert in_batches(items, len, small(), steps) == [item.upper() for item in items]
    assert tried == [13, 6, 6, 3, 3, 3, 3, 1]


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


def test_where_the_device_is_lost_nobody_is_tried_alone() -> None:
    passes: list[list[int]] = []
    first_is_running, may_go_on = threading.Event(), threading.Event()

    def work(items: Sequence[int]) -> list[int]:
        passes.append(list(items))
        first_is_running.set()
        may_go_on.wait(10)
        raise DeviceLostError("lost")

    shared: SharedPass[int, int] = SharedPass(work)
    outcomes: dict[int, str] = {}

    def call(number: int) -> None:
        try:
            shared([number])
        except DeviceLostError as error:
            outcomes[number] = error.code

    threads = [threading.Thread(target=call, args=(number,)) for number in (1, 2, 3)]
    threads[0].start()
    assert first_is_running.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(shared._waiting) < 2:
        time.sleep(0.001)
    may_go_on.set()
    for thread in threads:
        thread.join(10)
    assert outcomes == dict.fromkeys((1, 2, 3), "worker_lost")
    assert [len(items) for items in passes] == [1, 2]
