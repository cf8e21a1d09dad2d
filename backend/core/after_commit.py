"""The one door to what is done when a transaction has committed."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction


def after_commit(act: Callable[[], object]) -> None:
    """Run `act` when the current transaction commits. If it fails, that is logged and nothing more: an error would
    reach those who clean up after a transaction that failed, and this one did not."""

    def run() -> None:
        act()

    # A function, because Django names what failed in its log line, and partials have no name.
    transaction.on_commit(run, robust=True)
