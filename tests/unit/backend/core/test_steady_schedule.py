"""Scheduled tasks go on when the clock is put back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery import Celery
from celery.beat import PersistentScheduler

from backend.config.settings import queue
from backend.core import steady_schedule
from backend.core.steady_schedule import SteadyScheduler


class Clock:
    """An hour less is an hour ago."""

    def __init__(self) -> None:
        self.put_by_s = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.put_by_s)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    real = time.time
    monkeypatch.setattr(steady_schedule.time, "time", lambda: real() + clock.put_by_s)
    monkeypatch.setattr(Celery, "now", lambda _: clock.now())
    return clock


@contextmanager
def scheduler_of(
    kind: type[PersistentScheduler], folder: Path, sent: list[str]
) -> Iterator[Callable[[], None]]:
    """A function that lets the scheduler send all that is due."""
    app = Celery("test", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {
        "often": {"task": "often", "schedule": 1.0},
        "seldom": {"task": "seldom", "schedule": 2.0},
    }
    scheduler = kind(app=app, schedule_filename=str(folder / "schedule"))
    scheduler.apply_entry = lambda entry, producer=None: sent.append(entry.task)

    def run_due() -> None:
        while scheduler.tick() == 0:
            pass

    try:
        yield run_due
    finally:
        scheduler.close()


@pytest.mark.parametrize(("kind", "goes_on"), [(SteadyScheduler, True), (PersistentScheduler, False)])
def test_a_clock_that_is_put_back(
    clock: Clock, tmp_path: Path, kind: type[PersistentScheduler], goes_on: bool
) -> None:
    sent: list[str] = []
    with scheduler_of(kind, tmp_path, sent) as run_due:
        run_due()
        clock.put_by_s = 5.0
        run_due()
        assert set(sent) == {"often", "seldom"}
        sent.clear()
        clock.put_by_s = -3600.0
        run_due()
        clock.put_by_s += 5.0
        run_due()
    assert (set(sent) == {"often", "seldom"}) is goes_on


def test_a_clock_that_is_put_back_while_it_is_not_running(clock: Clock, tmp_path: Path) -> None:
    sent: list[str] = []
    with scheduler_of(SteadyScheduler, tmp_path, sent) as run_due:
        clock.put_by_s = 3600.0
        run_due()
    sent.clear()
    clock.put_by_s = 0.0
    with scheduler_of(SteadyScheduler, tmp_path, sent) as run_due:
        run_due()
        clock.put_by_s = 5.0
        run_due()
    assert set(sent) == {"often", "seldom"}


def test_it_is_the_one_that_runs() -> None:
    module, _, name = queue.celery("redis://127.0.0.1:1/0")["CELERY_BEAT_SCHEDULER"].partition(":")
    assert (module, name) == (SteadyScheduler.__module__, SteadyScheduler.__name__)
