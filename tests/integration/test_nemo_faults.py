"""The inference worker is killed while NeMo is in the middle of a batch: its recordings are done by the next one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from inference_worker import contract
from tests.integration.conftest import write_sentences
from tests.live_stack import REPOSITORY_DIR, LiveStack, Person, live_stack, wait_until
from tests.nemo_fixture import FIXTURE, SENTENCES

pytest.importorskip("nemo", reason="NeMo is not installed (extra `nemo`)")
pytestmark = pytest.mark.stack
SAID = [*SENTENCES[2:6], *SENTENCES[10:16]]
"""Half a minute: more than one unit."""
ALONE = [SENTENCES[place] for place in (2, 3, 4, 5, 2)]
"""More than the model takes at once: four of them, and one later."""
TOGETHER = [[SENTENCES[2], SENTENCES[3]], [SENTENCES[4]], [SENTENCES[5]]]
"""Of three recordings; as much as the model takes at once."""
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


def test_a_kill_in_a_pass_that_several_recordings_share_costs_none_of_them_anything(tmp_path: Path) -> None:
    said = [ALONE, *TOGETHER]
    paths = [write_sentences(tmp_path / f"{place}.wav", *texts) for place, texts in enumerate(said)]
    hold = tmp_path / "hold"
    in_batch = hold.with_suffix(".in-batch")
    settings = {"WORKER_CONCURRENCY": str(len(paths))}
    with live_stack(tmp_path / "data", has_worker=False, WORKER_SILENT_S="20") as stack:
        people = [Person(stack.url) for _ in paths]
        with worker(stack, hold, **settings) as first:
            wait_until(lambda: _has_worker(stack), limit_s=START_LIMIT_S, what="a worker is ready")
            hold.write_text(str(len(TOGETHER)))
            ids = [people[0].upload(paths[0], language="en")["id"]]
            wait_until(hold.with_suffix(".waits").exists, limit_s=120, what="the first has the model")
            ids += [
                one.upload(path, language="en")["id"] for one, path in zip(people[1:], paths[1:], strict=True)
            ]
            wait_until(in_batch.exists, limit_s=120, what="the others are in one pass")
            first.kill()
            first.wait(20)
        hold.unlink()
        # One batch of the model held every utterance of three recordings.
        clips = sum(len(texts) for texts in TOGETHER)
        assert json.loads(in_batch.read_text()) == {"callers": len(TOGETHER), "clips": clips}
        before = _heard(people, ids)
        assert before[1:] == [[]] * len(TOGETHER)
        states = [one.recording(id)["analysis"]["state"] for one, id in zip(people, ids, strict=True)]
        assert set(states) <= {"running", "queued"}
        with worker(stack, hold, **settings):
            limit_s = START_LIMIT_S + 240
            ended = [
                person.finished(recording_id, limit_s=limit_s)["analysis"]
                for person, recording_id in zip(people, ids, strict=True)
            ]
            assert [(one["state"], one["error"]) for one in ended] == [("done", None)] * len(ids)
            assert min(one["attempt"] for one in ended[1:]) >= 2
            after = _heard(people, ids)
            _hand_out_again(stack)
            assert _heard(people, ids) == after
    assert [[one["text"] for one in utterances] for utterances in after] == said
    assert [[one["index"] for one in utterances] for utterances in after] == [
        list(range(len(texts))) for texts in said
    ]
    assert after[0][: len(before[0])] == before[0]


def _heard(people: list[Person], ids: list[str]) -> list[list[dict[str, Any]]]:
    return [person.utterances(recording_id) for person, recording_id in zip(people, ids, strict=True)]


def _hand_out_again(stack: LiveStack) -> None:
    """Let Redis give the messages of the killed worker to the living one, as it does after an hour."""
    with redis.Redis(unix_socket_path=str(stack.data_dir / "redis" / "redis.sock")) as broker:
        lost = broker.zrange("unacked_index", 0, -1)
        assert len(lost) >= len(TOGETHER)
        broker.zadd("unacked_index", dict.fromkeys(lost, time.time() - contract.VISIBILITY_TIMEOUT_S - 1))
        wait_until(lambda: not broker.hlen("unacked"), limit_s=120, what="they are taken and answered")


def _has_worker(stack: LiveStack) -> bool:
    return bool(httpx.get(f"{stack.url}/readyz", timeout=30).json()["parts"]["inference_worker"] == "ok")


@contextmanager
def worker(stack: LiveStack, hold: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY_DIR),
        "REDIS_URL": f"unix://{stack.data_dir}/redis/redis.sock?db=0",
        "WORKER_NAME": "inference@held",
        "WORKER_CACHE_DIR": str(stack.data_dir / "worker-cache"),
        "ASR_ENGINE": "nemo",
        "ASR_CHECKPOINTS": f"en={FIXTURE}",
        "ASR_DEVICE": "cpu",
        **settings,
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
