"""The operator's page: who sees it, and that it holds state and nothing of anybody."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses.models import Analysis, AnalysisState, Worker
from backend.conversations.models import EmotionLabel, Recording
from backend.notifications.models import Device, Webhook
from backend.operators.selectors import Ago, alarms, state
from backend.operators.texts import TEXTS, ago
from tests.conftest import CommittingClient
from tests.unit.backend.accounts.conftest import BROWSER, EMAIL, PASSWORD, Browser, browser, credentials
from tests.unit.backend.accounts.test_second_factor import code_for, enrolled
from tests.unit.backend.care.world import SECRET, TITLE, make_link, make_recording, make_user, say

__all__ = ["browser", "enrolled"]  # fixtures

Make = Callable[[User | None], CommittingClient]


def with_second_factor(client: Client, user: User | None) -> None:
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "mfa", type="totp")
    request.session.save()


@pytest.fixture
def operator(owner: User) -> User:
    call_command("operator", owner.email.upper(), stdout=io.StringIO())
    owner.refresh_from_db()
    return owner


@pytest.fixture
def page(operator: User, client_of: Make) -> Callable[[], Any]:
    client = client_of(operator)
    with_second_factor(client, operator)
    return lambda: client.get("/operator")


def test_nobody_else_finds_it(client_of: Make, operator: User, stranger: User) -> None:
    for user in (None, stranger):
        client = client_of(user)
        with_second_factor(client, user)
        answer = client.get("/operator")
        assert (answer.status_code, b"Queues" in answer.content) == (404, False)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_password_alone_is_not_enough(operator: User, client_of: Make, language: str) -> None:
    User.objects.filter(pk=operator.pk).update(ui_language=language)
    answer = client_of(operator).get("/operator")
    assert answer.status_code == 403
    assert TEXTS["second_factor_title"][language == "en"] in answer.content.decode()
    assert "table" not in answer.content.decode().partition("<main>")[2]


def test_signing_in_with_a_code_opens_it(enrolled: tuple[Browser, str]) -> None:
    _, secret = enrolled
    call_command("operator", EMAIL, stdout=io.StringIO())
    fresh = Browser()
    fresh.send("post", f"{BROWSER}/auth/login", credentials(EMAIL, PASSWORD))
    assert fresh.get("/operator").status_code == 404, "the code is still asked for"
    answer = fresh.send("post", f"{BROWSER}/auth/2fa/authenticate", {"code": code_for(secret)})
    assert answer.status_code == 200
    assert fresh.get("/operator").status_code == 200


def test_who_is_taken_off_sees_nothing_any_more(page: Callable[[], Any], operator: User) -> None:
    assert page().status_code == 200
    call_command("operator", operator.email, "--remove", stdout=io.StringIO())
    assert page().status_code == 404
    with pytest.raises(CommandError, match="Sign up first"):
        call_command("operator", "nobody@example.org")


def test_it_counts(page: Callable[[], Any], operator: User, client_of: Make) -> None:
    now = timezone.now()
    for number in range(3):
        recording = make_recording(make_user(f"person{number}"))
        Analysis.objects.filter(recording=recording).delete()
        Analysis.objects.create(
            recording=recording,
            state=AnalysisState.FAILED if number else AnalysisState.QUEUED,
            error_code="out_of_memory" if number else "",
            finished_at=now - timedelta(hours=30) if number == 2 else now,
        )
    Worker.objects.create(
        name="gpu-1", boot_id="b", last_seen_at=now, asr_engine="nemo/x", asr_device="cuda:0 (NVIDIA H200)"
    )
    Worker.objects.create(
        name="gpu-2", boot_id="b", last_seen_at=now - timedelta(hours=1), asr_engine="nemo/x"
    )
    tables = {table.title: {row[0]: row[1] for row in table.rows} for table in state()}
    assert tables["analyses"]["@state_failed"] == 2
    assert tables["analyses"]["@state_queued"] == 1
    assert tables["failures"] == {"out_of_memory": 1}
    assert tables["workers"] == {"gpu-1": "@alive", "gpu-2": "@silent"}
    assert tables["people"]["@accounts"] == 4
    assert tables["people"]["@operators"] == 1
    assert tables["storage"]["@recordings"] == 3
    assert set(tables["queues"].values()) in ({"@unknown"}, {0}), "no Redis, or nothing in it"
    User.objects.filter(pk=operator.pk).update(ui_language="en")
    words = re.sub(r"<[^>]+>", " ", page().content.decode())
    assert re.search(r"out_of_memory\s+1\b", words)
    assert re.search(r"gpu-1\s+Alive\s+nemo/x\s+cuda:0 \(NVIDIA H200\)\s+None", words)
    assert re.search(r"gpu-2\s+Silent\s+nemo/x\s+Unknown\s+None\s+1 h\b", words)


def test_it_holds_nothing_of_anybody(page: Callable[[], Any], owner: User) -> None:
    caregiver = make_user("caregiver")
    recording = make_recording(owner)
    for number, label in enumerate(EmotionLabel.values):
        say(recording, number * 10.0, 5.0, label=label)
    make_link(owner, caregiver)
    Recording.objects.filter(pk=recording.pk).update(audio="recordings/a/b")
    Device.objects.create(
        owner=owner, kind="expo", address="ExponentPushToken[x1]", address_sha256="d1", name="Mina's phone"
    )
    Webhook.objects.create(owner=owner, url="https://hooks.example.org/mine")
    shown = page().content.decode()
    theirs = [
        *(SECRET, TITLE, owner.email, caregiver.email, str(owner.pk), str(recording.pk), "recordings/a/b"),
        *("ExponentPushToken", "Mina", "hooks.example.org", "Grandma", str(recording.conversation_id)),
    ]
    assert [text for text in theirs if text in shown] == []
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", shown, flags=re.DOTALL).lower()
    assert [label for label in EmotionLabel.values if re.search(rf"\b{label}\b", words)] == []


def test_it_is_read_only_and_is_kept_nowhere(
    page: Callable[[], Any], operator: User, client_of: Make
) -> None:
    answer = page()
    assert answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script" not in answer.content.decode()
    client = client_of(operator)
    with_second_factor(client, operator)
    assert client.post("/operator").status_code == 405


@pytest.mark.django_db
def test_every_text_is_there_in_both_languages_and_used() -> None:
    assert [key for key, (korean, english) in TEXTS.items() if not (korean and english)] == []
    tables = state()
    used = {name for table in tables for name in (table.title, *table.columns)}
    cells = {cell for table in tables for row in table.rows for cell in row}
    assert used | {cell[1:] for cell in cells if isinstance(cell, str) and cell.startswith("@")} <= set(TEXTS)


@pytest.mark.parametrize(
    ("seconds", "korean", "english"),
    [
        (0, "0초", "0 s"),
        (59.6, "1분", "1 min"),
        (61, "1분 1초", "1 min 1 s"),
        (5425, "1시간 30분", "1 h 30 min"),
        (3605, "1시간", "1 h"),
        (90_340, "1일 1시간", "1 d 1 h"),
    ],
)
def test_times_are_told_in_two_units(seconds: float, korean: str, english: str) -> None:
    assert (ago(seconds, "ko"), ago(seconds, "en")) == (korean, english)


@pytest.mark.django_db
def test_what_needs_somebody_is_told_first(page: Callable[[], Any], operator: User) -> None:
    tables = state()
    quiet = [
        replace(table, rows=(("gpu-1", "@alive", "x", "y", Ago(1)),)) if table.title == "workers" else table
        for table in tables
        if table.title != "queues"
    ]
    assert alarms(quiet) == ()
    assert "alarm_worker" in alarms(tables)
    late = [
        replace(table, rows=(("@oldest", Ago(601)),)) if table.title == "analyses" else table
        for table in quiet
    ]
    failing = replace(
        next(table for table in tables if table.title == "failures"), rows=(("worker_lost", 3),)
    )
    assert alarms([*late, failing]) == ("alarm_wait", "alarm_lost")
    User.objects.filter(pk=operator.pk).update(ui_language="en")
    assert TEXTS["alarm_worker"][1] in page().content.decode()
