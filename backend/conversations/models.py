"""Conversations, their recordings and the utterances in them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone


class RecordingSource(models.TextChoices):
    MICROPHONE = "microphone"
    FILE = "file"


class EmotionLabel(models.TextChoices):
    """How an utterance sounds; the labels of the contract, checked by a test."""

    NEUTRAL = "neutral"
    HAPPY = "happy"
    SAD = "sad"
    ANGRY = "angry"
    FEAR = "fear"
    DISGUST = "disgust"
    SURPRISE = "surprise"


class EmotionMode(models.TextChoices):
    """Whether it is looked at how a conversation sounds."""

    ON = "on"
    OFF = "off"
    WORK_OR_STUDY = "work_or_study"
    """Off, because it takes place at work or in education (AI Act, Regulation (EU) 2024/1689, Art. 5(1)(f))."""


class Conversation(models.Model):
    """What a person sees as one talk, lecture or meeting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations"
    )
    title = models.CharField(max_length=200, blank=True, default="")
    notes = models.TextField(blank=True, default="")
    tags = models.JSONField(default=list, blank=True)
    """Words of the owner's own, in the owner's order, none twice."""
    pinned = models.BooleanField(default=False)
    """Never touched by retention."""
    started_at = models.DateTimeField(default=timezone.now)
    """When it was spoken, as far as is known; history is in this order."""
    archived_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    """Not None: hidden everywhere but in the trash, and deleted for good after a while."""
    emotion_mode = models.CharField(
        max_length=13,
        choices=EmotionMode.choices,
        default=EmotionMode.ON,
        db_default=EmotionMode.ON.value,
    )
    emotion_from_revision = models.BigIntegerField(default=0, db_default=0)
    """The emotion of utterances of an older revision was removed."""
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at"], name="conversation_history"),
            models.Index(fields=["owner", "-started_at", "-id"], name="conversation_days"),
            models.Index(fields=["owner", "revision"], name="conversation_changes"),
            models.Index(fields=["trashed_at"], name="conversation_trash", condition=~Q(trashed_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Recording(models.Model):
    """One uploaded audio file. Its id is made by the client, so that a retried upload never doubles it."""

    id = models.UUIDField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recordings")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="recordings")
    title = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=10, choices=RecordingSource.choices)
    audio = models.FileField(max_length=300, editable=False)
    file_name = models.CharField(max_length=255, blank=True, default="")
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=8, null=True, blank=True)  # noqa: DJ001 - None: the engine decides
    duration_s = models.FloatField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    audio_removed_at = models.DateTimeField(null=True, editable=False)
    """When the owner's retention removed the audio; `audio` is empty then."""
    text_removed_at = models.DateTimeField(null=True, editable=False)
    """When the owner's retention removed the utterances."""
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at", "-id"], name="recording_history"),
            models.Index(fields=["owner", "revision"], name="recording_changes"),
            # What retention has to look at: what it has removed costs nothing any more.
            models.Index(
                fields=["owner", "created_at"],
                name="recording_with_audio",
                condition=Q(audio_removed_at__isnull=True),
            ),
            models.Index(
                fields=["owner", "created_at"],
                name="recording_with_text",
                condition=Q(text_removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Utterance(models.Model):
    """One stretch of speech. Times count from the start of the recording."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="utterances")
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="utterances")
    index = models.PositiveIntegerField()
    start_s = models.FloatField()
    end_s = models.FloatField()
    text = models.TextField(blank=True)
    words = models.JSONField(default=list)
    confidence = models.FloatField(null=True)
    language = models.CharField(max_length=8, null=True)  # noqa: DJ001 - None: unknown
    speaker = models.CharField(max_length=64, null=True)  # noqa: DJ001 - None: unknown
    emotion_label = models.CharField(max_length=10, choices=EmotionLabel.choices, null=True)  # noqa: DJ001 - None: not asked for
    emotion_confident = models.BooleanField(default=False)
    emotion_probabilities = models.JSONField(null=True)
    emotion_strength = models.FloatField(null=True)
    cues = models.JSONField(null=True)
    """What was measured of how it is spoken (`contract.Cues`); None: nothing was."""
    machine_emotion_label = models.CharField(max_length=10, choices=EmotionLabel.choices, null=True)  # noqa: DJ001 - None: nobody corrected it
    """What the model had said, where a person has corrected it."""
    machine_emotion_confident = models.BooleanField(default=False)
    edit_count = models.PositiveIntegerField(default=0)
    """How many edits of words, times or speaker by a person are in it."""
    said_at = models.DateTimeField(default=timezone.now)
    """When it was spoken: the start of the recording, as far as is known, and `start_s`."""
    search_text = models.TextField(blank=True, default="")
    """`text` in the form that is searched: `backend.conversations.search_form`."""
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recording", "index"], name="utterance_index_once"),
            models.CheckConstraint(
                condition=Q(end_s__gte=models.F("start_s")), name="utterance_ends_after_start"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["recording", "start_s", "id"], name="utterance_order"),
            models.Index(fields=["owner", "revision"], name="utterance_changes"),
            models.Index(fields=["owner", "-said_at", "-id"], name="utterance_days"),
            # What is to be removed when emotion is switched off: nothing is left, so that looking costs nothing.
            models.Index(
                fields=["owner"], name="utterance_with_emotion", condition=Q(emotion_label__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class DeletedRecording(models.Model):
    """Tells clients that catch up later that a recording is gone."""

    id = models.BigAutoField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    recording_id = models.UUIDField()
    revision = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "revision"], name="deleted_recording_changes")]

    def __str__(self) -> str:
        return str(self.recording_id)


class ChangedRecording(models.Model):
    """A mark that the day sums of a recording are out of date. Only ever added and taken away, so that a mark of a
    transaction that is still open is never lost with one that has been dealt with."""

    id = models.BigAutoField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    recording_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.recording_id)


class SpeechCalendar(models.Model):
    """The time zone in which a person's days were summed. Locked while they are."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    time_zone = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return self.time_zone


class DaySums(models.Model):
    """Sums over utterances of one local day that have the same speaker and sound alike.

    `emotion` is a label, `unsure` (the model abstained) or empty (no emotion was asked for).
    """

    UNSURE: ClassVar = "unsure"

    id = models.BigAutoField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    speaker = models.CharField(max_length=64, blank=True)
    emotion = models.CharField(max_length=10, blank=True)
    utterance_count = models.PositiveIntegerField()
    speech_s = models.FloatField()
    strength_s = models.FloatField()
    """Strength times seconds, so that means weigh by how long somebody spoke."""
    uncertainty_s = models.FloatField()
    """One minus the probability of the label, times seconds."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.day} {self.emotion}"


class RecordingDay(DaySums):
    """What one recording adds to a day. Without a foreign key: the row tells of a deleted recording whose day is to
    be summed anew."""

    recording_id = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recording_id", "day", "speaker", "emotion"], name="recording_day_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["owner", "day"], name="recording_day_of_owner")]


class SpeechDay(DaySums):
    """The sum of a day over all recordings of a person: what timelines are read from."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "day", "speaker", "emotion"], name="speech_day_once")
        ]


class FileToDelete(models.Model):
    """A stored file that no row names, any more or yet. Written in the transaction that lets go of the file, and
    removed when the storage has deleted it; for a new file written before it is stored, and removed in the transaction
    that names it. So neither a crash nor a storage that is away leaves audio behind."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=300, db_index=True)
    due_at = models.DateTimeField(default=timezone.now, db_default=Now(), db_index=True)
    """Not before: a new file has until then to be named."""
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.id)


class DeletedUtterance(models.Model):
    """Tells clients that catch up later that an utterance went into another one."""

    utterance_id = models.UUIDField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="+")
    revision = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "revision"], name="deleted_utterance_changes")]

    def __str__(self) -> str:
        return str(self.utterance_id)


class EditKind(models.TextChoices):
    TEXT = "text"
    EMOTION = "emotion"
    SPEAKER = "speaker"
    SPLIT = "split"
    MERGE = "merge"
    RENAME_SPEAKERS = "rename_speakers"


class Edit(models.Model):
    """What a person changed, with what had been there: the log of corrections. Rows are only added; a renaming of
    speakers takes in the utterances that come after it while the recording is analysed.

    `changes` is a list of `{"id", "before", "after"}`, one for each utterance. Where both are there they hold the
    fields that the edit changed; None stands for an utterance that was not there. The first `before` of an utterance
    is what the machine brought.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="edits")
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, null=True, related_name="edits")
    """None: it went through all recordings of the conversation."""
    kind = models.CharField(max_length=16, choices=EditKind.choices)
    changes = models.JSONField()
    context = models.JSONField(default=dict)
    """Of a corrected emotion: what it was said about (recording, times, words, speaker)."""
    revision = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    """The recording was analysed anew since: it cannot be undone any more, and corrections stay on record."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "-created_at", "-id"], name="edit_log"),
            models.Index(fields=["owner", "kind"], name="edit_corrections"),
        ]

    def __str__(self) -> str:
        return str(self.id)
