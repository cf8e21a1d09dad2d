"""A talk that has ended is analysed once more at full quality, where somebody wishes it and it would be better."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses.models import Analysis, AnalysisState, Worker
from backend.analyses.services.live import cue_baseline_of
from backend.conversations.models import Utterance
from backend.live.models import LiveUtterance
from backend.live.services import streams
from backend.live.services.utterances import final_store
from backend.live.spool import Spool, spool_path
from inference_worker import contract
from tests.recorders import PushRecorder, SendRecorder

SAMPLES = 32_000


@pytest.fixture(autouse=True)
def _live(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.LIVE_DIR = tmp_path
    monkeypatch.setattr("backend.realtime.publisher.publish_live", lambda *_: None)


@pytest.fixture
def talk(
    owner: User, pushed: PushRecorder, sent: SendRecorder, django_capture_on_commit_callbacks: Any
) -> Callable[..., Analysis]:
    """A talk of two seconds and one utterance, heard by `engine`, that has ended."""

    def run(*, improve: bool, engine: str) -> Analysis:
        stream_id = uuid.uuid4()
        new = streams.NewStream(
            stream_id=stream_id, language="en", conversation_id=None, pause_s=0.6, improve=improve
        )
        with django_capture_on_commit_callbacks(execute=True):
            stream = streams.stream_open(user=owner, new=new)
            spool = Spool(spool_path(stream_id))
            spool.append(bytes(2 * SAMPLES))
            spool.close()
            LiveUtterance.objects.create(stream=stream, index=0, first_sample=0, end_sample=16_000)
            final_store(result=heard(stream_id, engine))
            streams.stream_ending(stream_id=stream_id, samples=SAMPLES)
            assert streams.stream_finish(stream_id=stream_id)
        return Analysis.objects.get(recording_id=stream_id)

    return run


def heard(stream_id: uuid.UUID, engine: str) -> contract.LiveResult:
    return contract.LiveResult(
        stream_id=str(stream_id),
        utterance=0,
        revision=1,
        final=True,
        heard=contract.Utterance(
            start_s=0.0, end_s=1.0, text="hello", words=(), confidence=0.5, language="en", emotion=None
        ),
        failure=None,
        retryable=False,
        asr_engine=engine,
        emotion_engine=None,
        inference_s=0.1,
        cue_step=contract.CueBaseline(loudness_db=contract.Moments(count=1, mean=-20.0)),
    )


def only_worker(engine: str) -> None:
    Worker.objects.create(name="w", boot_id="b", last_seen_at=timezone.now(), asr_engine=engine)


def test_without_the_wish_the_live_text_stays(talk: Callable[..., Analysis], sent: SendRecorder) -> None:
    analysis = talk(improve=False, engine="nemo/x")
    assert analysis.state == AnalysisState.DONE
    assert list(Utterance.objects.values_list("text", flat=True)) == ["hello"]


def test_with_it_the_whole_talk_is_analysed_once_more(talk: Callable[..., Analysis]) -> None:
    only_worker("nemo/x")
    analysis = talk(improve=True, engine="nemo/x")
    assert (analysis.state, analysis.attempt, analysis.next_unit) == (AnalysisState.QUEUED, 2, 0)
    assert analysis.dispatched_at is not None
    assert list(Utterance.objects.values_list("text", flat=True)) == ["hello"], "until the better one comes"


def test_a_lesser_engine_replaces_nothing(talk: Callable[..., Analysis]) -> None:
    only_worker("pocketsphinx/en-us")
    assert talk(improve=True, engine="nemo/x").state == AnalysisState.DONE


def test_the_small_engine_may_listen_again_to_its_own(talk: Callable[..., Analysis]) -> None:
    only_worker("pocketsphinx/en-us")
    assert talk(improve=True, engine="pocketsphinx/en-us").state == AnalysisState.QUEUED


def test_what_is_usual_in_a_talk_is_counted_once_an_utterance(talk: Callable[..., Analysis]) -> None:
    analysis = talk(improve=False, engine="nemo/x")
    baseline = cue_baseline_of(recording_id=analysis.recording_id)
    assert baseline is not None
    assert baseline.loudness_db == contract.Moments(count=1, mean=-20.0)
    assert not final_store(result=heard(analysis.recording_id, "nemo/x")), "a copy"
    assert cue_baseline_of(recording_id=analysis.recording_id) == baseline
