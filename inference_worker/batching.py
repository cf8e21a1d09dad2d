"""Which clips are recognised together, what happens when memory is short, and how callers share a pass."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from inference_worker import metrics

Item = TypeVar("Item")
Result = TypeVar("Result")


def plan_batches(lengths: Sequence[int], budget: int, largest: int) -> list[list[int]]:
    """Indices of `lengths`, grouped so that no batch is more than `budget` after padding to its longest member.

    Longest first, so that a lack of memory shows at once; like lengths together, so that little is padding. At most
    `largest` to a batch; a member longer than the budget is alone.
    """
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if batches:
            batch = batches[-1]
            if len(batch) < largest and lengths[batch[0]] * (len(batch) + 1) <= budget:
                batch.append(index)
                continue
        batches.append([index])
    return batches


@dataclass(slots=True, kw_only=True)
class BatchBudget:
    """How much is done at once. Shrinks when memory runs out, and stays so for the life of the process."""

    padded: int
    """Sum of the lengths of a batch after padding."""
    largest: int
    """Members of a batch."""

    def batches(self, lengths: Sequence[int]) -> list[list[int]]:
        """See `plan_batches`."""
        return plan_batches(lengths, self.padded, self.largest)

    def shrink(self, lengths: Sequence[int]) -> None:
        """A batch of `lengths` was too much: from now on take half of it."""
        self.padded = min(self.padded, max(lengths) * len(lengths) // 2)


def in_batches(
    items: Sequence[Item],
    length: Callable[[Item], int],
    budget: BatchBudget,
    run: Callable[[list[Item]], list[Result] | None],
) -> list[Result]:
    """`run` over all items in batches under `budget`; results in the order of `items`.

    `run` returns None when memory was too small for its batch: the batch is halved and tried again. Raises
    `MemoryError` when not even one item fits.
    """
    lengths = [length(item) for item in items]
    results: dict[int, Result] = {}
    waiting = budget.batches(lengths)[::-1]
    while waiting:
        batch = waiting.pop()
        done = run([items[index] for index in batch])
        if done is not None:
            padded = len(batch) * max(lengths[index] for index in batch)
            metrics.batch_members.observe(len(batch))
            metrics.batch_fill.observe(sum(lengths[index] for index in batch) / padded if padded else 1.0)
            results.update(zip(batch, done, strict=True))
        elif len(batch) == 1:
            raise MemoryError("one clip alone does not fit into memory")
        else:
            budget.shrink([lengths[index] for index in batch])
            left = sorted(index for indices in [batch, *waiting] for index in indices)
            planned = budget.batches([lengths[index] for index in left])
            waiting = [[left[place] for place in places] for places in planned][::-1]
    return [results[index] for index in range(len(items))]


@dataclass(slots=True, eq=False)
class _Call(Generic[Item, Result]):
    items: Sequence[Item]
    results: list[Result] | None = None
    error: Exception | None = None
    done: threading.Event = field(default_factory=threading.Event)


class SharedPass(Generic[Item, Result]):
    """Lets threads share the passes of a model that only one thread at a time may use.

    Whoever gets the model takes along what the others have brought in the meantime. `work` gets the items of all
    of them and returns a result for each. If a shared pass fails, each caller is tried alone, so that nobody fails
    for another one's item.
    """

    def __init__(self, work: Callable[[Sequence[Item]], list[Result]]) -> None:
        self._work = work
        self._model = threading.Lock()
        self._queue = threading.Lock()
        self._waiting: list[_Call[Item, Result]] = []

    def __call__(self, items: Sequence[Item]) -> list[Result]:
        """Results for `items`, in order. Raises what `work` raises for them."""
        call: _Call[Item, Result] = _Call(items)
        with self._queue:
            self._waiting.append(call)
        with self._model:
            if not call.done.is_set():
                with self._queue:
                    calls, self._waiting = self._waiting, []
                # Missing only if an earlier pass was broken off, as by Ctrl-C.
                self._run(calls if call in calls else [*calls, call])
        if call.error is not None:
            raise call.error
        return call.results or []

    def _run(self, calls: list[_Call[Item, Result]]) -> None:
        try:
            results = iter(self._work([item for call in calls for item in call.items]))
            for call in calls:
                call.results = [next(results) for _ in call.items]
        except Exception as error:  # noqa: BLE001 - handed on to the callers, each in its own thread
            if len(calls) == 1:
                calls[0].error = error
            else:
                for call in calls:
                    self._run([call])
        for call in calls:
            call.done.set()
