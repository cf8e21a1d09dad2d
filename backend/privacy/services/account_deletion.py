"""Deletes an account with everything that belongs to it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import models, transaction

from backend.accounts.models import User
from backend.accounts.second_factor import second_factor_is_due
from backend.conversations.file_deletion import files_delete
from backend.conversations.models import Recording
from backend.core.after_commit import after_commit
from backend.core.errors import ProblemError
from backend.privacy.owned import rows_of
from backend.uploads.models import ResumableUpload, UploadPart
from backend.uploads.parts import parts_delete

logger = logging.getLogger(__name__)


class WrongPasswordError(ProblemError):
    status = 403
    code = "wrong_password"
    title = "The password is not right"


class SecondFactorNeededError(ProblemError):
    status = 403
    code = "second_factor_needed"
    title = "The second factor is asked for"


def account_delete(*, user: User, password: str, session: Mapping[str, Any]) -> None:
    """Remove every row and every file of a person, and end all sessions.

    Raises `WrongPasswordError`, and `SecondFactorNeededError` for a person who has a second factor and has not shown
    it in this session in the last minutes.
    """
    if not user.check_password(password):
        raise WrongPasswordError("Enter the password that you sign in with.")
    if second_factor_is_due(user=user, session=session):
        raise SecondFactorNeededError("Confirm with a code or a passkey, then delete the account.")
    _delete(user)


@transaction.atomic
def _delete(user: User) -> None:
    # Recordings before the person's row, as everywhere: a unit that is being stored is waited for.
    list(
        Recording.objects.select_for_update(of=("self",)).filter(owner=user).order_by("pk").values_list("pk")
    )
    User.objects.select_for_update().get(pk=user.pk)
    upload_ids = list(ResumableUpload.objects.filter(owner=user).values_list("pk", flat=True))
    files_delete(names=sorted(_files_of(user)))
    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()
    user.delete()
    for upload_id in upload_ids:
        # Also what a request that died had stored without noting it.
        after_commit(partial(parts_delete, upload_id))
    after_commit(partial(logger.info, "an account was deleted"))


def _files_of(user: User) -> set[str]:
    """Every stored file that a row of this person names."""
    names = set(UploadPart.objects.filter(upload__owner=user).values_list("name", flat=True))
    for model, rows in rows_of(user):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                names |= set(rows.exclude(**{field.name: ""}).values_list(field.name, flat=True))
    return names
