"""Whatever order, copies and losses of messages, crashes and sweeps bring: it ends, and nothing is doubled."""

from __future__ import annotations

import dataclasses
import itertools
import uuid
from unittest import mock

import hypothesis
from django.core.files.base import ContentFile
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.accounts.models import User
from backend.analyses import dispatch
from backend.analyses.models import Analysis, Worker
from backend.analyses.services import liveness, results
from backend.conversations.models import Utterance
from backend.realtime import publisher
from backend.uploads.services import recordings as uploads
from inference_worker import contract
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import seconds_ago

UNIT_COUNT = 4
UNIT_S = 10.0
PATIENCE = hypothesis.settings(max_examples=12, stateful_step_count=30, deadline=None)


class MessySystem(RuleBasedStateMachine):
    """A queue that loses, copies and reorders; workers that crash; a sweeper that runs when it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.sent, self.pushed = SendRecorder(), PushRecorder()
        self.results: list[contract.Message] = []
        self.boots = itertools.count(1)
        self.patches = [
            mock.patch("celery.Celery.send_task", self.sent.send_task),
            mock.patch.object(publisher, "get_channel_layer", return_value=self.pushed),
            mock.patch.object(transaction, "on_commit", self._at_commit),
            mock.patch.object(dispatch, "queue_length", self._queue_length),
            # As often as it takes: how attempts are bounded is another test's matter.
            mock.patch.object(liveness.settings, "ENVIRONMENT", _patient()),
        ]
        self.at_commit: list[object] = []
        for patch in self.patches:
            patch.start()
        User.objects.all().delete()
        Worker.objects.all().delete()
        owner = User.objects.create_user(f"{uuid.uuid4()}@example.org", "x")
        upload = uploads.Upload(
            recording_id=uuid.uuid4(),
            size_bytes=5,
            file_name="talk.wav",
            content_type="audio/wav",
            source="file",
            language=None,
            recorded_at=None,
            conversation_id=None,
        )
        recording, _ = uploads.recording_upload(owner=owner, upload=upload, audio=ContentFile(b"audio"))
        self.analysis_id = recording.analysis.pk
        self._commit()

    def _at_commit(self, function: object, *_: object, **__: object) -> None:
        self.at_commit.append(function)

    def _queue_length(self, _: str) -> int:
        return len(self.sent.requests)

    def _commit(self) -> None:
        while self.at_commit:
            self.at_commit.pop(0)()  # type: ignore[operator]

    @property
    def analysis(self) -> Analysis:
        return Analysis.objects.select_related("recording").get(pk=self.analysis_id)

    @rule(data=st.data(), outcome=st.sampled_from(["result", "result", "result", "failure", "crash"]))
    @precondition(lambda self: self.sent.requests)
    def worker_takes(self, data: st.DataObject, outcome: str) -> None:
        index = data.draw(st.integers(0, len(self.sent.requests) - 1))
        request = self.sent.requests.pop(index)
        unit = contract.RunningUnit(
            analysis_id=request.analysis_id,
            attempt=request.attempt,
            unit=request.unit,
            position_s=request.start_s,
            duration_s=None,
        )
        if data.draw(st.booleans()):
            self.results.append(messages.heartbeat(unit, boot_id=f"boot-{next(self.boots)}"))
        if outcome == "result":
            self.results.append(_result(request))
        elif outcome == "failure":
            self.results.append(messages.failure(self.analysis, retryable=True, attempt=request.attempt))

    @rule(data=st.data(), copies=st.integers(0, 2))
    @precondition(lambda self: self.results)
    def message_arrives(self, data: st.DataObject, copies: int) -> None:
        """Any of those under way; it may come again later (copies > 0)."""
        index = data.draw(st.integers(0, len(self.results) - 1))
        message = self.results.pop(index)
        self.results += [message] * copies if len(self.results) < 20 else []
        self._deliver(message)

    @rule(data=st.data())
    @precondition(lambda self: self.results)
    def message_gets_lost(self, data: st.DataObject) -> None:
        self.results.pop(data.draw(st.integers(0, len(self.results) - 1)))

    @rule()
    @precondition(lambda self: self.sent.requests)
    def request_gets_lost(self) -> None:
        self.sent.requests.pop()

    @rule(down=st.booleans())
    def queue_goes_down_or_up(self, down: bool) -> None:
        self.sent.is_down = down

    @rule()
    def sweep(self) -> None:
        liveness.sweep()
        self._commit()

    @rule()
    def a_minute_passes(self) -> None:
        Analysis.objects.exclude(heartbeat_at=None).update(heartbeat_at=seconds_ago(60))
        Analysis.objects.exclude(dispatched_at=None).update(dispatched_at=seconds_ago(60))
        Analysis.objects.update(retry_at=None)

    def _deliver(self, message: contract.Message) -> None:
        if isinstance(message, contract.UnitResult):
            results.unit_store(result=message)
        elif isinstance(message, contract.UnitFailure):
            results.unit_fail(failure=message)
        elif isinstance(message, contract.WorkerHeartbeat):
            liveness.worker_heartbeat(heartbeat=message)
        self._commit()

    @invariant()
    def what_is_stored_is_a_beginning_of_the_whole(self) -> None:
        analysis = self.analysis
        assert _texts(analysis) == [(i, f"unit {i}") for i in range(analysis.next_unit)]
        assert analysis.utterance_count == analysis.next_unit
        assert analysis.state != "failed"

    @invariant()
    def events_have_every_revision_once(self) -> None:
        revisions = [event["revision"] for event in self.pushed.events if "revision" in event]
        assert revisions == list(range(1, self.analysis.recording.revision + 1))

    def teardown(self) -> None:
        """When the mess is over, and with one good worker, it gets done."""
        try:
            self.sent.is_down = False
            for _ in range(UNIT_COUNT * 3):
                while self.sent.requests:
                    self._deliver(_result(self.sent.requests.pop(0)))
                self.a_minute_passes()
                self.sweep()
            assert self.analysis.state == "done"
            self.what_is_stored_is_a_beginning_of_the_whole()
            assert len(_texts(self.analysis)) == UNIT_COUNT
        finally:
            for patch in reversed(self.patches):
                patch.stop()


def _patient() -> object:
    return dataclasses.replace(liveness.settings.ENVIRONMENT, max_attempts=10_000)


def _result(request: contract.AnalysisRequest) -> contract.UnitResult:
    """What a worker makes of a request: units are ten seconds, whatever more it may take."""
    return messages.unit_result(
        Analysis(
            id=uuid.UUID(request.analysis_id),
            attempt=request.attempt,
            next_unit=request.unit,
            processed_until_s=request.start_s,
        ),
        duration_s=UNIT_COUNT * UNIT_S,
        is_last=request.start_s + UNIT_S >= UNIT_COUNT * UNIT_S,
    )


def _texts(analysis: Analysis) -> list[tuple[int, str]]:
    found = Utterance.objects.filter(recording=analysis.recording_id).order_by("index")
    return list(found.values_list("index", "text"))


def test_a_messy_system(db: None) -> None:
    run_state_machine_as_test(MessySystem, settings=PATIENCE)
