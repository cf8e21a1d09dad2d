"""An account that is deleted leaves no row and no file, whatever tables there are by then."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import encrypt
from django.apps import apps
from django.core import serializers
from django.utils import timezone

from backend.accounts import second_factor
from backend.accounts.models import User
from backend.analyses.models import Analysis
from backend.privacy.models import Removal
from backend.privacy.owned import owned_models, rows_of
from tests.conftest import PASSWORD, CommittingClient
from tests.recorders import PushRecorder
from tests.unit.backend import messages
from tests.unit.backend.accounts.conftest import BROWSER
from tests.unit.backend.accounts.test_second_factor import CODES, TOTP, code_for
from tests.unit.backend.analyses.conftest import fresh
from tests.unit.backend.conftest import stored_files

DELETE = "/api/v1/me/delete"
SECRET = "JBSWY3DPEHPK3PXP"


def everything() -> str:
    """Every row of every table as text, and the name of every stored file."""
    rows = [row for model in apps.get_models(include_auto_created=True) for row in model._base_manager.all()]
    return serializers.serialize("json", rows) + "\n".join(stored_files())


def marks_of(user: User) -> list[str]:
    return [str(user.pk), user.pk.hex, user.email]


def found_of(user: User, text: str) -> list[str]:
    return [mark for mark in marks_of(user) if mark in text]


@pytest.fixture
def with_a_history(
    owner: User,
    owner_client: CommittingClient,
    analysis: Analysis,
    deliver: Callable[..., None],
    upload: Callable[..., Any],
    stranger_client: CommittingClient,
) -> CommittingClient:
    """The owner has used what there is; so has a stranger."""
    deliver(messages.unit_result(analysis))
    deliver(messages.unit_result(fresh(analysis), is_last=True))
    deleted = upload(owner_client).json()["id"]
    owner_client.delete(f"/api/v1/recordings/{deleted}")
    Removal.objects.create(
        owner=owner, kind="audio", recording_id=deleted, uploaded_at=timezone.now(), keep_days=1
    )
    assert upload(stranger_client).status_code == 201
    return owner_client


def test_no_row_and_no_file_is_left(
    with_a_history: CommittingClient, owner: User, stranger: User, pushed: PushRecorder
) -> None:
    before = everything()
    assert found_of(owner, before) == [str(owner.pk), owner.email]
    theirs = [list(rows.values()) for _, rows in rows_of(stranger)]
    assert len(stored_files()) == 2
    answer = with_a_history.post(DELETE, {"password": PASSWORD}, format="json")
    assert (answer.status_code, answer.content) == (204, b"")
    after = everything()
    assert found_of(owner, after) == []
    assert [list(rows.values()) for _, rows in rows_of(stranger)] == theirs
    assert len(stored_files()) == 1
    assert with_a_history.get("/api/v1/me").status_code == 401


def test_every_table_that_points_at_a_person_lets_go_of_it() -> None:
    """By cascade, or by forgetting whose it was; a later model that protects its person fails here."""
    for model in owned_models():
        for field in model._meta.concrete_fields:
            remote = getattr(field, "remote_field", None)
            if remote is not None and remote.model in {User, *owned_models()}:
                assert remote.on_delete.__name__ in {"CASCADE", "SET_NULL"}, f"{model.__name__}.{field.name}"


def test_tables_that_know_people_without_a_key_are_known() -> None:
    """What has no path of keys to a person must hold nothing of people: each is named here with its reason."""
    nobodys = {
        "analyses.worker",  # inference workers
        "contenttypes.contenttype",
        "auth.permission",
        "auth.group",
        "auth.group_permissions",
        "sessions.session",  # ended by their keys when the account is deleted
        "conversations.filetodelete",  # empty as soon as the storage has deleted the files
    }
    labels = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    owned = {model._meta.label_lower for model in owned_models()} | {"accounts.user"}
    assert labels - owned - nobodys == set()


@pytest.mark.parametrize("body", [{}, {"password": ""}, {"password": "not mine at all"}])
def test_the_password_is_needed(with_a_history: CommittingClient, owner: User, body: dict[str, str]) -> None:
    answer = with_a_history.post(DELETE, body, format="json")
    assert answer.status_code == (403 if body.get("password") else 400)
    assert User.objects.filter(pk=owner.pk).exists()
    assert len(stored_files()) == 2
    assert with_a_history.get("/api/v1/me").status_code == 200


def test_passwords_cannot_be_tried_without_end(owner_client: CommittingClient, owner: User) -> None:
    answers = [
        owner_client.post(DELETE, {"password": f"wrong {n}"}, format="json").status_code for n in range(11)
    ]
    assert answers == [403] * 10 + [429]
    assert owner_client.post(DELETE, {"password": PASSWORD}, format="json").status_code == 429
    assert User.objects.filter(pk=owner.pk).exists()


def test_a_result_that_comes_too_late_brings_nothing_back(
    owner_client: CommittingClient, analysis: Analysis, deliver: Callable[..., None], owner: User
) -> None:
    late = messages.unit_result(analysis)
    assert owner_client.post(DELETE, {"password": PASSWORD}, format="json").status_code == 204
    deliver(late)
    assert found_of(owner, everything()) == []


def test_all_devices_are_signed_out(owner: User, client_of: Callable[..., CommittingClient]) -> None:
    here, elsewhere = client_of(owner), client_of(owner)
    assert elsewhere.get("/api/v1/me").status_code == 200
    assert here.post(DELETE, {"password": PASSWORD}, format="json").status_code == 204
    assert elsewhere.get("/api/v1/me").status_code == 401


def test_who_has_a_second_factor_shows_it(
    owner: User, client_of: Callable[..., CommittingClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = client_of(owner), client_of(owner)
    totp = Authenticator.objects.create(user=owner, type="totp", data={"secret": encrypt(SECRET)})
    RecoveryCodes.activate(owner)
    Authenticator.objects.update(created_at=timezone.now() - timedelta(minutes=6))

    def delete(client: CommittingClient) -> tuple[int, str]:
        answer = client.post(DELETE, {"password": PASSWORD}, format="json")
        return answer.status_code, answer.json()["code"] if answer.content else ""

    assert delete(here) == (403, "second_factor_needed")
    assert (
        here.post(f"{BROWSER}/auth/reauthenticate", {"password": PASSWORD}, format="json").status_code == 200
    )
    # Neither the password alone makes a way around it.
    assert here.delete(TOTP).status_code == 401
    assert here.get(CODES).status_code == 401
    assert delete(here) == (403, "second_factor_needed")
    wrong = here.post(f"{BROWSER}/auth/2fa/reauthenticate", {"code": "000000"}, format="json")
    assert (wrong.status_code, delete(here)) == (400, (403, "second_factor_needed"))
    right = here.post(f"{BROWSER}/auth/2fa/reauthenticate", {"code": code_for(SECRET)}, format="json")
    assert right.status_code == 200
    assert delete(elsewhere) == (403, "second_factor_needed"), "it was shown in another session"
    with monkeypatch.context() as later:
        later.setattr(second_factor, "time", SimpleNamespace(time=lambda: time.time() + 301))
        assert delete(here) == (403, "second_factor_needed")
    assert Authenticator.objects.filter(pk=totp.pk).exists()
    assert delete(here) == (204, "")
    assert not User.objects.filter(pk=owner.pk).exists()
