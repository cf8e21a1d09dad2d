"""A person who signs in, and what that person prefers."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

LONGEST_RETENTION_DAYS = 3650


def validate_time_zone(name: str) -> None:
    """Raises `ValidationError` unless the time zone database knows `name`."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValidationError("Name a time zone such as Asia/Seoul.", code="time_zone") from None


class Language(models.TextChoices):
    """BCP 47 primary tags, of the screen and of speech."""

    KOREAN = "ko"
    ENGLISH = "en"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """`revision` counts every change of anything that the user owns; clients catch up by it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False, db_default=False)
    """Sees the state of the service at `/operator`, and nothing of other people."""
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.BigIntegerField(default=0, editable=False)

    ui_language = models.CharField(max_length=2, choices=Language.choices, default=Language.KOREAN)
    speech_language = models.CharField(max_length=2, choices=Language.choices, null=True, blank=True)  # noqa: DJ001 - None: the engine decides
    display = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    """What was chosen of `backend.accounts.display.Display`."""
    preferences_revision = models.BigIntegerField(default=0, db_default=0, editable=False)
    """The revision of the last change of what the person prefers."""

    emotion_enabled = models.BooleanField(default=True)
    """False: emotion is off for good; none is computed, stored, shown or shared."""
    emotion_from_revision = models.BigIntegerField(default=0, db_default=0, editable=False)
    """The emotion of utterances of an older revision was removed: it was switched off for good then."""
    at_work_or_study = models.BooleanField(default=False, db_default=False)
    """New conversations begin as of work or study, which means without emotion."""

    audio_keep_days = models.PositiveSmallIntegerField(null=True, blank=True)
    """0: audio is removed as soon as it is analysed; None: it is kept."""
    text_keep_days = models.PositiveSmallIntegerField(null=True, blank=True)
    """None: captions are kept."""

    time_zone = models.CharField(max_length=64, blank=True, default="", validators=[validate_time_zone])
    """IANA name; where this person's days begin. Empty: not told yet, taken as UTC."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_ignores_case")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or "UTC")


class Vocabulary(models.Model):
    """Names and terms of a person, which speech recognition then hears more often. No row: none."""

    owner = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="vocabulary")
    terms = models.JSONField(default=list)
    """Strings as the person wrote them, in that person's order."""

    class Meta:
        verbose_name_plural = "vocabularies"

    def __str__(self) -> str:
        return str(self.pk)
