"""Which clips are recognised together, what happens when memory is short, and how callers share a pass."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, Self, TypeVar

from inference_worker import metrics
from inference_worker.errors import DeviceLostError

Item = TypeVar("Item")
Prepared = TypeVar("Prepared")
Result = TypeVar("Result")

FIRST_PATIENCE, LONGEST_PATIENCE = 8, 4096
"""How many batches have to fill a reduced budget before it is doubled. Doubles itself whenever memory runs out."""


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
    """How much is done at once. Shrinks when memory runs out, and doubles again after many batches that filled it.

    What took the memory may have been another process, or a second checkpoint while it was loaded. If it was not, the
    larger batch fails again: then twice as many have to fit before the next try.
    """

    padded: int
    """Sum of the lengths of a batch after padding."""
    largest: int
    """Members of a batch."""
    _most: int = field(init=False)
    _patience: int = field(init=False, default=FIRST_PATIENCE)
    _filled: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._most = self.padded

    def batches(self, lengths: Sequence[int]) -> list[list[int]]:
        """See `plan_batches`."""
        return plan_batches(lengths, self.padded, self.largest)

    def shrink(self, lengths: Sequence[int]) -> None:
        """A batch of `lengths` was too much: take half of it."""
        self.padded = min(self.padded, max(lengths) * len(lengths) // 2)
        self._patience, self._filled = min(2 * self._patience, LONGEST_PATIENCE), 0

    def fitted(self, lengths: Sequence[int]) -> None:
        """A batch of `lengths` was not too much. One that left half of the budget free says nothing of a larger one."""
        if self.padded == self._most or 2 * max(lengths) * len(lengths) <= self.padded:
            return
        self._filled += 1
        if self._filled >= self._patience:
            self.padded, self._filled = min(2 * self.padded, self._most), 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSteps(Generic[Item, Prepared, Result]):
    """The two halves of what is done with a batch. Each returns None when memory was too small."""

    prepare: Callable[[list[Item]], Prepared | None]
    """What needs no result of another batch."""
    run: Callable[[Prepared], list[Result] | None]
    """The rest; one result an item."""
    ahead: bool = False
    """Whether the next batch is prepared, in a thread, while one runs. Never more than one."""


def in_batches(
    items: Sequence[Item],
    length: Callable[[Item], int],
    budget: BatchBudget,
    steps: BatchSteps[Item, Prepared, Result],
) -> list[Result]:
    """Both steps over all items in batches under `budget`; results in the order of `items`.

    A batch for which memory was too small is halved and tried again. Raises `MemoryError` when not even one item
    fits, and what the steps raise.
    """
    lengths = [length(item) for item in items]
    results: dict[int, Result] = {}
    waiting = budget.batches(lengths)[::-1]
    with _Preparation(items, steps) as preparation:
        while waiting:
            batch = waiting.pop()
            done = preparation.run(batch, waiting[-1] if waiting else None)
            if done is not None:
                budget.fitted([lengths[index] for index in batch])
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


class _Preparation(Generic[Item, Prepared, Result]):
    """Runs batches, and prepares the next one meanwhile if that is wanted."""

    def __init__(self, items: Sequence[Item], steps: BatchSteps[Item, Prepared, Result]) -> None:
        self._items, self._steps = items, steps
        self._thread: ThreadPoolExecutor | None = None
        self._next: tuple[list[int], Future[Prepared | None]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._next = None
        if self._thread is not None:
            self._thread.shutdown()

    def run(self, batch: list[int], following: list[int] | None) -> list[Result] | None:
        """Results for the items at `batch`; None: memory was too small, even with nothing prepared beside it."""
        prepared = self._prepared(batch)
        if following is not None and self._steps.ahead and prepared is not None:
            self._begin(following)
        done = None if prepared is None else self._steps.run(prepared)
        if done is not None or self._next is None:
            return done
        # What was prepared ahead takes memory, too: without it the same batch may fit.
        self._drop()
        del prepared
        again = self._steps.prepare(self._of(batch))
        return None if again is None else self._steps.run(again)

    def _prepared(self, batch: list[int]) -> Prepared | None:
        if self._next is not None and self._next[0] == batch:
            (_, ahead), self._next = self._next, None
            prepared = ahead.result()
            if prepared is not None:
                return prepared
        self._drop()
        return self._steps.prepare(self._of(batch))

    def _begin(self, batch: list[int]) -> None:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="prepare")
        self._next = (batch, self._thread.submit(self._steps.prepare, self._of(batch)))

    def _drop(self) -> None:
        """Forget what was prepared, once nothing works on it any more."""
        if self._next is not None:
            self._next[1].exception()
            self._next = None

    def _of(self, batch: list[int]) -> list[Item]:
        return [self._items[index] for index in batch]


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
    for another one's item; but where the device is lost, all of them fail at once.
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
        except DeviceLostError as error:
            for call in calls:
                call.error = error
        except Exception as error:  # noqa: BLE001 - handed on to the callers, each in its own thread
            if len(calls) == 1:
                calls[0].error = error
            else:
                for call in calls:
                    self._run([call])
        for call in calls:
            call.done.set()
