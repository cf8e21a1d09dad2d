"""A live stream, its utterances until they are stored, and who may look on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.conversations.models import Recording


class LiveStream(models.Model):
    """A talk that is being captioned. Its recording has the same id and exists from the beginning.

    `open`   -> `ending`   the client says that the talk is over, or has been away for too long
    `ending` -> `ended`    every utterance is stored and the sound is a file; the row stays for late messages
    """

    class State(models.TextChoices):
        OPEN = "open"
        ENDING = "ending"
        ENDED = "ended"

    recording = models.OneToOneField(
        Recording, on_delete=models.CASCADE, primary_key=True, related_name="live_stream"
    )
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    pause_s = models.FloatField(default=0.6)
    improve = models.BooleanField(default=False, db_default=False)
    """Analyse it once more at full quality when it has ended."""
    settled_windows = models.PositiveIntegerField(default=0)
    """Everything before is cut: from here on the sound is heard again when the stream goes on."""
    utterance_count = models.PositiveIntegerField(default=0)
    """Utterances cut so far."""
    samples = models.BigIntegerField(default=0)
    """Length, once the stream is ending."""
    heard_at = models.DateTimeField()
    """When the client was connected last."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["state", "heard_at"], name="live_stream_open", condition=~models.Q(state="ended")
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class LiveUtterance(models.Model):
    """An utterance that was cut and is not stored yet. The row goes when its words are stored."""

    stream = models.ForeignKey(LiveStream, on_delete=models.CASCADE, related_name="waiting")
    index = models.PositiveIntegerField()
    first_sample = models.BigIntegerField()
    end_sample = models.BigIntegerField()
    stable = models.JSONField(default=list)
    """Words that were shown as stable: the final text continues them."""
    probabilities = models.JSONField(default=list)
    """How likely each 32 ms of it hold speech."""
    sent_at = models.DateTimeField(null=True)
    """When it was sent to the workers; None: it has to be sent still."""
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "index"], name="live_utterance_once")
        ]
        indexes: ClassVar = [models.Index(fields=["sent_at"], name="live_utterance_sent")]

    def __str__(self) -> str:
        return f"{self.stream_id} {self.index}"


class LiveShare(models.Model):
    """A second screen may read the running captions of one stream. One a stream; a new one replaces it."""

    stream = models.OneToOneField(LiveStream, on_delete=models.CASCADE, related_name="share")
    code_hash = models.CharField(max_length=64, unique=True)
    """SHA-256: who reads the database cannot look on."""
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.stream_id)
