"""What is to be run, and how it is recognised as ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """One process of the stack."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    work_dir: Path
    before_start: Callable[[], None] | None = None
    """Called before every start, restarts included; may raise `StackError`."""
    ready_check: Callable[[], bool] | None = None
    """Asked again and again from a thread of its own until it says True. None: ready once started."""
    ready_interval_s: float = 0.2
    is_foundation: bool = False
    """The children after it start only once it is ready, and it ends last, whatever happens."""
    stop_grace_s: float = 8.0
    """How long it may take to stop when asked, before it is killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartPolicy:
    """How soon a child that died is started again: the delay doubles until it has lived for a while."""

    first_delay_s: float = 0.5
    longest_delay_s: float = 30.0
    settled_after_s: float = 30.0
    """A child that has lived this long begins again with the first delay."""
    alarm_after: int = 5
    """After so many deaths in a row, none of them settled, the log says that something is wrong."""

    def delay_s(self, failures_in_a_row: int) -> float:
        """The delay after the n-th death in a row (from 1)."""
        return min(self.longest_delay_s, self.first_delay_s * 2.0 ** min(failures_in_a_row - 1, 32))
