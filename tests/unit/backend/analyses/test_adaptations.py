"""What a person put right is learnt from, travels with that person's recordings only, and goes with the person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses import tasks
from backend.analyses.models import Analysis, EmotionAdaptation
from backend.conversations.models import EmotionMode, Utterance
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.recorders import SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh

Deliver = Callable[[contract.Message], None]
LEARNT = contract.EmotionAdaptation(engine="own/1:abc", width=0, table="AAA=", samples=4)


def said(analysis: Analysis, labels: list[str]) -> list[Utterance]:
    """A whole analysis whose utterances sound as `labels` say."""
    spoken = tuple(
        messages.utterance(f"line {number}", number + 0.0, number + 0.5, emotion=messages.emotion(label))
        for number, label in enumerate(labels)
    )
    tasks.store_unit(messages.unit_result(analysis, is_last=True, utterances=spoken).to_json())
    return list(Utterance.objects.filter(recording=analysis.recording_id).order_by("index"))


def corrected(utterances: list[Utterance], label: str = "sad") -> None:
    """As the service leaves them."""
    for utterance in utterances:
        Utterance.objects.filter(pk=utterance.pk).update(
            machine_emotion_label=utterance.emotion_label,
            machine_emotion_confident=utterance.emotion_confident,
            emotion_label=label,
            emotion_confident=True,
        )


@pytest.fixture
def four_corrected(analysis: Analysis, sent: SendRecorder) -> list[Utterance]:
    utterances = said(analysis, ["angry"] * 4 + ["happy"] * 7)
    corrected(utterances[:4])
    sent.clear()
    return utterances


@pytest.fixture(autouse=True)
def _commits(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> None:
    for name in ("adapt_emotion", "store_unit", "store_adaptation"):
        task = getattr(tasks, name)

        def committed(*arguments: object, task: Callable[..., None] = task) -> None:
            with django_capture_on_commit_callbacks(execute=True):
                task(*arguments)

        monkeypatch.setattr(tasks, name, committed)


def ask(sent: SendRecorder) -> contract.AdaptationRequest:
    sent.clear()
    tasks.adapt_emotion()
    [request] = sent.adaptations
    return request


def answer(request: contract.AdaptationRequest, **fields: Any) -> None:
    result = contract.AdaptationResult(request_id=request.request_id, **fields)
    tasks.store_adaptation(result.to_json())


def test_corrections_are_learnt_from_with_what_was_left_standing(
    four_corrected: list[Utterance], sent: SendRecorder, analysis: Analysis
) -> None:
    request = ask(sent)
    [recording] = request.recordings
    assert recording.recording_id == str(analysis.recording_id)
    assert recording.audio_sha256 == analysis.recording.sha256
    labels = [(span.start_s, span.label) for span in recording.spans]
    assert [start for start, label in labels if label == "sad"] == [0.0, 1.0, 2.0, 3.0]
    assert sum(label == "happy" for _, label in labels) == 5
    assert len(labels) == 9


def test_nothing_is_asked_twice(four_corrected: list[Utterance], sent: SendRecorder) -> None:
    answer(ask(sent), adaptation=LEARNT, samples=4, recall_after=0.75)
    sent.clear()
    tasks.adapt_emotion()
    assert sent.adaptations == []
    corrected(four_corrected[4:5], "fear")
    assert len(ask(sent).recordings) == 1


def test_too_few_corrections_teach_nothing(analysis: Analysis, sent: SendRecorder) -> None:
    corrected(said(analysis, ["angry"] * 4)[:2])
    tasks.adapt_emotion()
    assert sent.adaptations == []
    assert EmotionAdaptation.objects.count() == 0


def test_what_was_learnt_goes_with_the_owners_requests(
    four_corrected: list[Utterance], sent: SendRecorder, analysis: Analysis, owner_client: CommittingClient
) -> None:
    answer(ask(sent), adaptation=LEARNT, samples=4, recall_before=0.25, recall_after=0.75)
    row = EmotionAdaptation.objects.get()
    assert (row.owner_id, row.samples, row.recall_after, row.asked_at) == (
        analysis.recording.owner_id,
        4,
        0.75,
        None,
    )
    sent.clear()
    answered = owner_client.post(
        f"/api/v1/recordings/{analysis.recording_id}/retry", {"discard_edits": True}, format="json"
    )
    assert answered.status_code == 202, answered.content
    assert [request.emotion_adaptation for request in sent.requests] == [LEARNT]


def test_nobody_else_gets_it(four_corrected: list[Utterance], sent: SendRecorder, stranger: User) -> None:
    answer(ask(sent), adaptation=LEARNT, samples=4)
    assert not EmotionAdaptation.objects.filter(owner=stranger).exists()


def test_what_does_not_help_is_not_used(
    four_corrected: list[Utterance], sent: SendRecorder, analysis: Analysis, owner_client: CommittingClient
) -> None:
    answer(ask(sent), samples=4, reason="it would be right less often")
    assert EmotionAdaptation.objects.get().reason == "it would be right less often"
    sent.clear()
    answered = owner_client.post(
        f"/api/v1/recordings/{analysis.recording_id}/retry", {"discard_edits": True}, format="json"
    )
    assert answered.status_code == 202, answered.content
    assert [request.emotion_adaptation for request in sent.requests] == [None]


def test_an_answer_to_an_older_question_is_dropped(
    four_corrected: list[Utterance], sent: SendRecorder
) -> None:
    old = ask(sent)
    corrected(four_corrected[4:5], "fear")
    ask(sent)
    answer(old, adaptation=LEARNT, samples=4)
    row = EmotionAdaptation.objects.get()
    assert (row.table, row.asked_at is None) == ("", False)


def test_an_answer_twice_is_an_answer_once(four_corrected: list[Utterance], sent: SendRecorder) -> None:
    request = ask(sent)
    answer(request, adaptation=LEARNT, samples=4)
    answer(request, samples=0, reason="a copy that came late")
    assert EmotionAdaptation.objects.get().table == LEARNT.table


def test_after_a_failure_the_old_one_stays_and_it_is_asked_again_later(
    four_corrected: list[Utterance], sent: SendRecorder
) -> None:
    answer(ask(sent), adaptation=LEARNT, samples=4)
    corrected(four_corrected[4:5], "fear")
    answer(ask(sent), failed=True, reason="audio_unavailable")
    assert EmotionAdaptation.objects.get().table == LEARNT.table
    sent.clear()
    tasks.adapt_emotion()
    assert sent.adaptations == []
    EmotionAdaptation.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    ask(sent)


@pytest.mark.parametrize("gone", ["switched off", "conversation off", "taken back"])
def test_what_may_not_be_learnt_from_is_forgotten(
    four_corrected: list[Utterance], sent: SendRecorder, analysis: Analysis, gone: str
) -> None:
    answer(ask(sent), adaptation=LEARNT, samples=4)
    if gone == "switched off":
        User.objects.filter(pk=analysis.recording.owner_id).update(emotion_enabled=False)
    elif gone == "conversation off":
        conversation = fresh(analysis).recording.conversation
        conversation.emotion_mode = EmotionMode.WORK_OR_STUDY
        conversation.save()
    else:
        Utterance.objects.update(machine_emotion_label=None)
    tasks.adapt_emotion()
    assert EmotionAdaptation.objects.count() == 0


def test_it_goes_with_its_owner(
    four_corrected: list[Utterance], sent: SendRecorder, analysis: Analysis
) -> None:
    answer(ask(sent), adaptation=LEARNT, samples=4)
    User.objects.get(pk=analysis.recording.owner_id).delete()
    assert EmotionAdaptation.objects.count() == 0


def test_a_queue_that_is_away_is_asked_again(four_corrected: list[Utterance], sent: SendRecorder) -> None:
    sent.is_down = True
    tasks.adapt_emotion()
    sent.is_down = False
    EmotionAdaptation.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    ask(sent)
