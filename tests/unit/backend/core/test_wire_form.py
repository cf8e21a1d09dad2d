import pytest

from backend.analyses.models import Analysis
from backend.analyses.serializers import RecordingSerializer
from backend.conversations.models import Recording, Utterance
from backend.conversations.serializers import UtteranceSerializer
from backend.core.wire_form import wire_form


@pytest.mark.parametrize("title", ["", "Talk"])
def test_it_is_what_the_serializer_says(title: str) -> None:
    recording = Recording(title=title, duration_s=3.0, revision=7)
    recording.analysis = Analysis(recording=recording, state="done", processed_until_s=3.0)
    assert wire_form(RecordingSerializer, recording) == RecordingSerializer(recording).data


def test_nothing_of_one_object_is_left_in_the_next() -> None:
    assert wire_form(UtteranceSerializer, _utterance("first"))["text"] == "first"
    assert wire_form(UtteranceSerializer, _utterance("second"))["text"] == "second"


def _utterance(text: str) -> Utterance:
    return Utterance(recording=Recording(), index=0, start_s=0.0, end_s=1.0, text=text, revision=1)
