"""The real worker process with NeMo on a real Redis: exact sentences come back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from inference_worker import contract
from tests.nemo_fixture import FIXTURE, SENTENCES, UNHEARD_VOICES
from tests.speech import say, write_audio
from tests.unit.inference_worker.requests_for_tests import request_for
from tests.unit.inference_worker.test_worker_process import ROOT, Queue, queue, server

pytest.importorskip("nemo", reason="NeMo is not installed (extra `nemo`)")

__all__ = ["queue", "server"]  # fixtures
START_S = 120.0
SAID = SENTENCES[0:4]


@pytest.fixture
def worker(queue: Queue, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "REDIS_URL": queue.url,
        "WORKER_NAME": "inference@nemo",
        "WORKER_CACHE_DIR": str(tmp_path / "cache"),
        "ASR_ENGINE": "nemo",
        "ASR_CHECKPOINTS": f"en={FIXTURE}",
        "ASR_DEVICE": "cpu",
    }
    command = [sys.executable, "-m", "inference_worker", "worker"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    yield process
    process.kill()
    process.wait()


def test_sentences_come_back_word_for_word(
    queue: Queue, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    talk = np.concatenate([say(text, UNHEARD_VOICES[0], pause_s=0.5) for text in SAID])
    path = write_audio(tmp_path / "talk.webm", talk)
    beat = queue.next(contract.TASK_WORKER_HEARTBEAT, deadline_s=START_S)
    assert beat.asr_engine == "nemo/nemo_ctc_bpe"
    queue.send(request_for(path, language="en"))
    result = queue.next(contract.TASK_STORE_UNIT, deadline_s=START_S)
    assert [utterance.text for utterance in result.utterances] == list(SAID)
    for utterance in result.utterances:
        assert utterance.language == "en"
        assert utterance.confidence > 0.5
        assert all(
            utterance.start_s <= word.start_s <= word.end_s <= utterance.end_s for word in utterance.words
        )
    queue.send(request_for(path, language="ko"))
    korean = queue.next(contract.TASK_STORE_UNIT, deadline_s=START_S)
    assert [(utterance.text, utterance.language) for utterance in korean.utterances] == [("", "ko")] * len(
        SAID
    )
    worker.terminate()
    assert worker.wait(60) == 0
