"""A dozen uploads while network and processes fail in turn. Two hundred: `make chaos`, docs/reliability.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fault_run import VICTIMS, Plan, fault_run
from tests.live_stack import live_stack

pytestmark = pytest.mark.stack


def test_each_recording_is_there_once_and_whole(tmp_path: Path) -> None:
    plan = Plan(uploads=12, people=2, at_once=4, kill_every_s=3.0, longest_s=12.0, limit_s=300)
    with live_stack(tmp_path / "data", WORKER_SILENT_S="6") as stack:
        outcome = fault_run(stack, plan)
        assert (outcome.done, outcome.failed, outcome.stuck) == (12, 0, 0), stack.log_tail()
    assert (outcome.on_the_server, outcome.identical) == (12, 12)
    # The network was as bad as was asked for, and each part was killed.
    assert set(outcome.kills) == set(VICTIMS)
    assert outcome.requests_lost > 0
    assert set(outcome.connections) == {"none", "cut", "cut_answer", "stall", "repeat"}
