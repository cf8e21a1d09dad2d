"""Frees the models of a worker that has nothing to do, for machines that are shared with other work."""

from __future__ import annotations

import threading

from inference_worker.registry import Registry

LOOKS = 4
"""How often it is looked within the idle time: the models go at most a quarter of it late."""


class IdleWatch:
    """A thread that lets the engines of `registry` go after `idle_s` without use. 0: never, and no thread."""

    def __init__(self, registry: Registry, idle_s: float, stopping: threading.Event) -> None:
        self._registry, self._idle_s, self._stopping = registry, idle_s, stopping
        self._thread = threading.Thread(target=self._watch, name="idle", daemon=True)

    def start(self) -> None:
        """Begin to look. `stopping` ends it."""
        if self._idle_s > 0:
            self._thread.start()

    def _watch(self) -> None:
        while not self._stopping.wait(self._idle_s / LOOKS):
            self._registry.let_go(self._idle_s)
