"""The job that turns a recording into utterances."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from backend.conversations.models import Recording

OFFLINE_ENGINE = "pocketsphinx"
"""How the names of the small engine begin that knows English alone and is often wrong."""


class AnalysisState(models.TextChoices):
    LIVE = "live"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Analysis(models.Model):
    """One recording's analysis; changed only in `backend.analyses.services`, under a row lock.

    Transitions::

        live      -> done        the stream has ended; what was heard while it ran stays
        queued    -> running     a worker says that it has the unit, or its result arrives
        running   -> running     a unit is stored and the next one is sent
        running   -> done        the last unit is stored
        running   -> queued      the worker is lost or its error may pass: another attempt, `max_attempts` at most
        queued    -> queued      the message is lost: it is sent again
        queued    -> failed      as running -> failed (a failure can overtake the worker's first sign of life)
        running   -> failed      a lasting error, or the last attempt is lost
        queued, running -> cancelled    the owner wishes so
        failed, cancelled -> queued     the owner asks for another try: it goes on after the last stored unit
        done      -> queued      the owner asks for a new analysis: it begins anew and replaces the utterances

    `attempt` only grows: whatever arrives for an older attempt, or for another unit than `next_unit`, is dropped.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.OneToOneField(Recording, on_delete=models.CASCADE, related_name="analysis")
    state = models.CharField(max_length=10, choices=AnalysisState.choices, default=AnalysisState.QUEUED)

    attempt = models.PositiveIntegerField(default=1)
    losses = models.PositiveIntegerField(default=0)
    """Attempts lost since the last stored unit."""
    is_suspect = models.BooleanField(default=False, db_default=False)
    """Its worker was lost while it ran. It may be what ended the worker: of these only one at a time is sent, so that
    it cannot take the others' attempts with it."""
    next_unit = models.PositiveIntegerField(default=0)
    processed_until_s = models.FloatField(default=0.0)
    utterance_count = models.PositiveIntegerField(default=0)
    next_index = models.PositiveIntegerField(default=0)
    """`Utterance.index` of the first utterance that the next unit brings."""
    discards_edits = models.BooleanField(default=False)
    """What a person has edited goes, too, when the analysis begins anew."""
    utterances_from_revision = models.BigIntegerField(default=0)
    """Utterances of an older revision are gone: the recording was analysed anew."""
    speed = models.FloatField(null=True)
    """Seconds of audio that a worker did in a second, in the last unit; None before the first."""

    cue_baseline = models.JSONField(null=True)
    """What is usual in the recording so far (`contract.CueBaseline`), sent with the next unit."""
    speakers = models.JSONField(default=list)
    """`contract.SpeakerAnchor`s of the last unit: where the speakers are heard clearly. Times only, no voice prints."""
    no_speech = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """`contract.NoSpeech`s in the order of time: sound that was left out, and by which rule."""
    vocabulary_used = models.BooleanField(null=True)
    """Whether the engine made use of the owner's names and terms; None: there were none, or it is not known."""

    queue = models.CharField(max_length=16, blank=True, default="")
    dispatched_at = models.DateTimeField(null=True)
    """When the pending unit was sent; None: it has to be sent still."""
    retry_at = models.DateTimeField(null=True)
    """Not to be sent before; None: at once."""
    worker = models.CharField(max_length=200, blank=True, default="")
    """Who has the unit; empty while it waits in the queue."""
    worker_boot_id = models.CharField(max_length=64, blank=True, default="")
    heartbeat_at = models.DateTimeField(null=True)

    error_code = models.CharField(max_length=64, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    error_can_pass = models.BooleanField(default=True)
    """False: it is the recording itself, and trying again would bring the same."""
    asr_engine = models.CharField(max_length=200, blank=True, default="")
    emotion_engine = models.CharField(max_length=200, blank=True, default="")

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "analyses"
        indexes: ClassVar = [
            # Only what the sweeper looks at: finished analyses cost it nothing.
            models.Index(
                fields=["state", "dispatched_at"],
                name="analysis_open",
                condition=models.Q(state__in=["queued", "running"]),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.state in (AnalysisState.QUEUED, AnalysisState.RUNNING)


class EmotionAdaptation(models.Model):
    """How the emotion model is corrected for one person, learnt from what that person put right.

    Goes with the person. It is only ever what helped in cross-validation (`inference_worker.emotion.adaptation`).
    """

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="emotion_adaptation",
    )
    marks = models.CharField(max_length=64)
    """Which corrections it was learnt from or is being learnt from; others mean that it has to be learnt anew."""
    request_id = models.UUIDField()
    asked_at = models.DateTimeField(null=True)
    """When a worker was asked; None: it has answered."""
    engine = models.CharField(max_length=200, blank=True, default="")
    width = models.PositiveIntegerField(default=0)
    table = models.TextField(blank=True, default="")
    """Empty: the model answers as it is."""
    samples = models.PositiveIntegerField(default=0)
    recall_before = models.FloatField(default=0.0)
    recall_after = models.FloatField(default=0.0)
    reason = models.TextField(blank=True, default="")
    """Why it is not used, as the worker put it."""

    def __str__(self) -> str:
        return str(self.owner_id)


class Worker(models.Model):
    """An inference worker that has been heard of."""

    name = models.CharField(primary_key=True, max_length=200)
    boot_id = models.CharField(max_length=64)
    last_seen_at = models.DateTimeField()
    """When its last heartbeat was read, by our clock. Its own may be wrong by hours."""
    sent_at = models.FloatField(default=0.0, db_default=0.0)
    """Of that heartbeat, in seconds of the worker's own clock: only to be compared with others of it."""
    asr_engine = models.CharField(max_length=200)
    emotion_engine = models.CharField(max_length=200, blank=True)
    asr_device = models.TextField(blank=True, default="", db_default="")
    """Where it recognises speech; empty: it is too old to say."""

    def __str__(self) -> str:
        return self.name
