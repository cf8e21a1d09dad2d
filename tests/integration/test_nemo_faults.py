"""The inference worker is killed while NeMo is in the middle of a batch: the recording is done by the next one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.integration.conftest import write_sentences
from tests.live_stack import REPOSITORY_DIR, LiveStack, Person, live_stack, wait_until
from tests.nemo_fixture import FIXTURE, SENTENCES

pytest.importorskip("nemo", reason="NeMo is not installed (extra `nemo`)")
pytestmark = pytest.mark.stack
SAID = [*SENTENCES[2:6], *SENTENCES[10:16]]
"""Half a minute: more than one unit."""
START_LIMIT_S = 600.0
"""NeMo takes long to be imported where much else goes on."""


def test_a_kill_in_the_middle_of_a_batch_costs_nothing(tmp_path: Path) -> None:
    recording_path = write_sentences(tmp_path / "talk.wav", *SAID)
    hold = tmp_path / "hold"
    in_batch = hold.with_suffix(".in-batch")
    with live_stack(tmp_path / "data", has_worker=False, WORKER_SILENT_S="20") as stack:
        person = Person(stack.url)
        with worker(stack, hold) as first:
            wait_until(lambda: _has_worker(stack), limit_s=START_LIMIT_S, what="a worker is ready")
            uploaded = person.upload(recording_path, language="en")
            wait_until(lambda: person.utterances(uploaded["id"]), limit_s=240, what="the first unit")
            hold.touch()
            wait_until(in_batch.exists, limit_s=120, what="a batch is in work")
            first.kill()
            first.wait(20)
        hold.unlink()
        before = person.utterances(uploaded["id"])
        assert 0 < len(before) < len(SAID)
        assert person.recording(uploaded["id"])["analysis"]["state"] in ("running", "queued")
        with worker(stack, hold):
            recording = person.finished(uploaded["id"], limit_s=START_LIMIT_S + 240)
        utterances = person.utterances(recording["id"])
    assert (recording["analysis"]["state"], recording["analysis"]["error"]) == ("done", None)
    assert recording["analysis"]["attempt"] >= 2
    heard = [utterance["text"] for utterance in utterances]
    # Letters are the small model's affair; that each sentence is there, and once, is not.
    assert len(heard) == len(SAID)
    assert min(SequenceMatcher(None, *pair).ratio() for pair in zip(heard, SAID, strict=True)) > 0.9
    assert [utterance["index"] for utterance in utterances] == list(range(len(SAID)))
    assert all(a["end_s"] <= b["start_s"] for a, b in pairwise(utterances))
    # What was stored before the kill was not done again.
    assert [utterance["id"] for utterance in utterances[: len(before)]] == [spoken["id"] for spoken in before]


def _has_worker(stack: LiveStack) -> bool:
    return bool(httpx.get(f"{stack.url}/readyz", timeout=30).json()["parts"]["inference_worker"] == "ok")


@contextmanager
def worker(stack: LiveStack, hold: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY_DIR),
        "REDIS_URL": f"unix://{stack.data_dir}/redis/redis.sock?db=0",
        "WORKER_NAME": "inference@held",
        "WORKER_CACHE_DIR": str(stack.data_dir / "worker-cache"),
        "ASR_ENGINE": "nemo",
        "ASR_CHECKPOINTS": f"en={FIXTURE}",
        "ASR_DEVICE": "cpu",
    }
    command = [sys.executable, "-m", "tests.integration.held_nemo_worker", str(hold)]
    with stack.log_path.open("ab") as log:
        process = subprocess.Popen(
            command, cwd=REPOSITORY_DIR, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)
