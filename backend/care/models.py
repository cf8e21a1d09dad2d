"""Care links: who may see how an owner's conversations sounded, and who looked."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.conversations.models import Conversation


class Scope(models.TextChoices):
    """What a care link lets a caregiver see. Each is granted by itself; none contains another."""

    TIMELINE = "timeline"
    TRANSCRIPT = "transcript"
    AUDIO = "audio"


class LinkState(models.TextChoices):
    INVITED = "invited"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


def is_open(now: datetime) -> Q:
    """Links through which something can be seen at `now`."""
    in_time = Q(ends_at=None) | Q(ends_at__gt=now)
    return in_time & Q(accepted_at__isnull=False, ended_at=None, paused_at=None)


class CareLink(models.Model):
    """One owner lets one caregiver see something.

    Transitions::

        invited         -> active     the caregiver accepts; the code is used up
        active <-> paused             the owner pauses and goes on
        any             -> ended      either side ends it, or `ends_at` has come; there is no way back
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="care_links")
    caregiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="people_cared_for", null=True
    )
    """None: not accepted yet."""
    caregiver_name = models.CharField(max_length=100, blank=True, default="")
    """What the owner calls the caregiver."""
    owner_name = models.CharField(max_length=100, blank=True, default="")
    """As whom the owner wants to be seen; empty: by their e-mail address."""
    invited_email = models.EmailField(blank=True, default="")

    may_timeline = models.BooleanField(default=True)
    may_transcript = models.BooleanField(default=False)
    may_audio = models.BooleanField(default=False)
    all_conversations = models.BooleanField(default=True)
    conversations = models.ManyToManyField(Conversation, related_name="+", blank=True)
    """The chosen ones, unless all are shared."""

    code_hash = models.CharField(max_length=64, blank=True, default="")
    """Empty: no code is open."""
    code_expires_at = models.DateTimeField(null=True)

    created_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code_hash"], condition=~Q(code_hash=""), name="care_code_opens_one_link"
            ),
            models.UniqueConstraint(
                fields=["owner", "caregiver"],
                condition=Q(ended_at=None, caregiver__isnull=False),
                name="care_link_once",
            ),
            models.CheckConstraint(
                condition=Q(caregiver=None) | ~Q(caregiver=models.F("owner")), name="care_link_of_two"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def scopes(self) -> list[str]:
        granted = {
            Scope.TIMELINE: self.may_timeline,
            Scope.TRANSCRIPT: self.may_transcript,
            Scope.AUDIO: self.may_audio,
        }
        return [scope.value for scope, is_granted in granted.items() if is_granted]

    def state_at(self, now: datetime) -> LinkState:
        if self.ended_at is not None or (self.ends_at is not None and self.ends_at <= now):
            return LinkState.ENDED
        if self.accepted_at is None:
            return LinkState.INVITED
        return LinkState.PAUSED if self.paused_at is not None else LinkState.ACTIVE


class AppendOnly(models.QuerySet["AccessEntry"]):
    """Written once. The database refuses changes too (see the migration)."""

    def update(self, **_: object) -> int:
        raise TypeError("The access log is append-only.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The access log is append-only.")


class AccessEntry(models.Model):
    """A caregiver looked at something. Goes only with its owner's account."""

    id = models.BigAutoField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    link_id = models.UUIDField()
    caregiver_id = models.UUIDField()
    caregiver_email = models.EmailField()
    """As it was then: the entry outlives the caregiver's account."""
    scope = models.CharField(max_length=10, choices=Scope.choices)
    what = models.CharField(max_length=20)
    conversation_id = models.UUIDField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnly.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-at", "-id"], name="access_of_owner"),
            models.Index(fields=["link_id", "-at"], name="access_of_link"),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.what}"


class CareNote(models.Model):
    """What a caregiver wrote down; the owner reads it, too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(CareLink, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=4000)
    day = models.DateField(null=True)
    """The day that it is about; None: none in particular."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["link", "-created_at", "-id"], name="notes_of_link")]

    def __str__(self) -> str:
        return str(self.id)


class AlertKind(models.TextChoices):
    SOUNDS = "sounds"
    QUIET = "quiet"


class AlertRule(models.Model):
    """When a caregiver wants to be told.

    `sounds`: `emotions` together over `percent` of speech on `days_needed` of the last `days_window` days.
    `quiet`: no conversation for `days_window` days.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(CareLink, on_delete=models.CASCADE, related_name="alert_rules")
    kind = models.CharField(max_length=10, choices=AlertKind.choices)
    emotions = models.JSONField(default=list)
    percent = models.PositiveSmallIntegerField(default=0)
    days_needed = models.PositiveSmallIntegerField(default=1)
    days_window = models.PositiveSmallIntegerField()
    by_email = models.BooleanField(default=True)
    holds = models.BooleanField(default=False, editable=False)
    """Held when it was last looked at: an alert is raised when this becomes true, not as long as it is."""
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.id)


class Alert(models.Model):
    """A rule began to hold. `basis` says on what it rests: days with share and minutes, never spoken words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(CareLink, on_delete=models.CASCADE, related_name="alerts")
    rule = models.ForeignKey(AlertRule, on_delete=models.CASCADE, related_name="alerts")
    day = models.DateField()
    basis = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "day"], name="alert_once_a_day")]
        indexes: ClassVar = [models.Index(fields=["link", "-created_at"], name="alerts_of_link")]

    def __str__(self) -> str:
        return str(self.id)
