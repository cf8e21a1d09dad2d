"""The real worker process with NeMo on a real Redis: exact sentences come back."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_worker import contract
from inference_worker import registry as registry_module
from inference_worker.asr.checkpoints import sha256_of
from inference_worker.config import load as load_config
from inference_worker.registry import Registry
from tests.nemo_fixture import FIXTURE, SENTENCES, UNHEARD_VOICES
from tests.speech import say, write_audio
from tests.unit.inference_worker.requests_for_tests import request_for
from tests.unit.inference_worker.test_worker_process import ROOT, Queue, queue, server

pytest.importorskip("nemo", reason="NeMo is not installed (extra `nemo`)")

from tests import nemo_models

__all__ = ["queue", "server"]  # fixtures
START_S = 300.0
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
    engine = f"nemo/nemo_ctc_bpe@{sha256_of(FIXTURE)[:8]}"
    assert beat.asr_engine == engine
    queue.send(request_for(path, language="en"))
    result = queue.next(contract.TASK_STORE_UNIT, deadline_s=START_S)
    assert [utterance.text for utterance in result.utterances] == list(SAID)
    assert result.asr_engine == engine
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


def test_another_checkpoint_is_used_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_module, "LOOK_EVERY_S", 0.0)
    checkpoint = tmp_path / "words.nemo"
    pieces = nemo_models.tokenizer(tmp_path / "pieces", SENTENCES)
    nemo_models.ctc_bpe(pieces).save_to(str(checkpoint))
    given = {"ASR_ENGINE": "nemo", "ASR_CHECKPOINTS": f"en={checkpoint}", "ASR_DEVICE": "cpu"}
    registry = Registry(load_config(given), with_emotion=False)
    clip = say(SENTENCES[2], UNHEARD_VOICES[0], pause_s=0.3)
    untrained = registry.engines().transcriber
    assert untrained.transcribe([clip], "en")[0].text != SENTENCES[2]
    gone = weakref.ref(untrained)
    shutil.copy(FIXTURE, tmp_path / "new.part")
    (tmp_path / "new.part").replace(checkpoint)
    for _ in range(600):
        if registry.engines().transcriber is not untrained:
            break
        time.sleep(0.05)
    assert registry.engines().transcriber.transcribe([clip], "en")[0].text == SENTENCES[2]
    del untrained
    gc.collect()
    assert gone() is None


def test_a_model_that_rests_is_freed_and_comes_back(tmp_path: Path) -> None:
    given = {"ASR_ENGINE": "nemo", "ASR_CHECKPOINTS": f"en={FIXTURE}", "ASR_DEVICE": "cpu"}
    registry = Registry(load_config(given), with_emotion=False)
    clip = say(SENTENCES[2], UNHEARD_VOICES[0], pause_s=0.3)
    with registry.using() as engines:
        assert engines.transcriber.transcribe([clip], "en", ("light",))[0].text == SENTENCES[2]
        routed: Any = engines.transcriber
        acoustic = routed._engines["en"]._model
        gone = [weakref.ref(part) for part in (routed, acoustic, acoustic._model, acoustic._model.encoder)]
    del engines, routed, acoustic
    assert registry.let_go(0.0)
    assert [part() for part in gone] == [None] * len(gone)
    with registry.using() as engines:
        assert engines.transcriber.transcribe([clip], "en")[0].text == SENTENCES[2]
