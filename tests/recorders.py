"""Stand at the borders of the backend and write down what crosses them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from kombu.exceptions import OperationalError

from inference_worker import contract


@dataclass
class SendRecorder:
    """In place of Celery's `send_task`."""

    requests: list[contract.AnalysisRequest] = field(default_factory=list)
    queues: list[str] = field(default_factory=list)
    task_ids: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    adaptations: list[contract.AdaptationRequest] = field(default_factory=list)
    is_down: bool = False

    def send_task(self, name: str, *, args: list[Any], queue: str, task_id: str, **more: Any) -> None:
        if self.is_down:
            raise OperationalError("connection refused")
        if name == contract.TASK_ADAPT_EMOTION:
            self.adaptations.append(contract.AdaptationRequest.from_json(json.loads(json.dumps(args[0]))))
            return
        assert name == contract.TASK_ANALYZE_UNIT
        self.requests.append(contract.AnalysisRequest.from_json(json.loads(json.dumps(args[0]))))
        self.queues.append(queue)
        self.task_ids.append(task_id)
        self.headers.append(more.get("headers") or {})

    def clear(self) -> None:
        self.requests.clear()
        self.queues.clear()
        self.task_ids.clear()
        self.adaptations.clear()


@dataclass
class PushRecorder:
    """In place of the channel layer."""

    sends: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    signals: list[tuple[str, str]] = field(default_factory=list)
    """What goes to consumers only: group and handler."""
    error: Exception | None = None

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.error is not None:
            raise self.error
        if message["type"] != "push":
            self.signals.append((group, message["type"]))
            return
        self.sends.append((group, json.loads(message["text"])))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for _, event in self.sends]

    def of_type(self, event_type: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == event_type]

    def clear(self) -> None:
        self.sends.clear()
