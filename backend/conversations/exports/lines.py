"""What every form of export is made of, and the words for how something sounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.accounts.models import Language
from backend.conversations.models import Conversation, Recording, SpeechDay, Utterance

# The same as in the web client; a test compares.
SCRIPT_WORDS: dict[str, dict[str, str]] = {
    Language.ENGLISH: {
        "neutral": "",
        "happy": "(happily)",
        "sad": "(sadly)",
        "angry": "(angrily)",
        "fear": "(fearfully)",
        "disgust": "(with disgust)",
        "surprise": "(with surprise)",
        "unsure": "(unsure)",
    },
    Language.KOREAN: {
        "neutral": "",
        "happy": "(기쁘게)",
        "sad": "(슬프게)",
        "angry": "(화난 듯이)",
        "fear": "(두려운 듯이)",
        "disgust": "(역겨운 듯이)",
        "surprise": "(놀란 듯이)",
        "unsure": "(불확실)",
    },
}
UNWRITTEN = {Language.ENGLISH: "[speech]", Language.KOREAN: "[말소리]"}
NOTICE = {
    Language.ENGLISH: "The words in brackets say how the voice sounds. "
    "It is an estimate, not what a person feels.",
    Language.KOREAN: "괄호 안의 말은 목소리가 어떻게 들리는지를 나타내요. 추정일 뿐, 사람의 마음은 아니에요.",
}
_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    language: str
    """Of the words for emotions."""
    with_emotion: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One recording of an export, in the order of speaking."""

    conversation: Conversation
    recording: Recording
    begins_s: float
    """Where it begins when all recordings are played one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    part: Part
    utterance: Utterance
    emotion: str | None
    """A label, `unsure`, or None where nothing is said about it."""

    @property
    def start_s(self) -> float:
        return self.part.begins_s + self.utterance.start_s

    @property
    def end_s(self) -> float:
        return self.part.begins_s + self.utterance.end_s


def parts_of(conversations: Sequence[Conversation], recordings: Sequence[Recording]) -> list[Part]:
    """`recordings` in the order of `conversations`, and in each as they were recorded."""
    by_id = {conversation.pk: conversation for conversation in conversations}
    rank = {conversation.pk: place for place, conversation in enumerate(conversations)}
    ordered = sorted(
        recordings, key=lambda r: (rank[r.conversation_id], r.recorded_at or r.created_at, str(r.pk))
    )
    parts: list[Part] = []
    begins_s = 0.0
    for recording in ordered:
        conversation = by_id[recording.conversation_id]
        parts.append(Part(conversation=conversation, recording=recording, begins_s=begins_s))
        begins_s += recording.duration_s or 0.0
    return parts


def lines_of(part: Part, options: ExportOptions) -> Iterator[Line]:
    spoken = Utterance.objects.filter(recording=part.recording).select_related("recording")
    for utterance in spoken.order_by("start_s", "pk").iterator(chunk_size=_READ_AT_ONCE):
        emotion = emotion_of(utterance) if options.with_emotion else None
        yield Line(part=part, utterance=utterance, emotion=emotion)


def emotion_of(utterance: Utterance) -> str | None:
    if utterance.emotion_label is None:
        return None
    return utterance.emotion_label if utterance.emotion_confident else SpeechDay.UNSURE


def words_of(line: Line, options: ExportOptions) -> str:
    """`(angrily) You said it first.`, on one line."""
    text = " ".join(line.utterance.text.split()) or UNWRITTEN[Language(options.language)]
    tag = SCRIPT_WORDS[options.language][line.emotion] if line.emotion else ""
    return f"{tag} {text}" if tag else text


def title_of(part: Part) -> str:
    recording = part.recording
    return part.conversation.title or recording.title or recording.file_name
