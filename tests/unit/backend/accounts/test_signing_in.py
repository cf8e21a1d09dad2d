"""Sign-up, sign-in and what may go wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import IntegrityError

from backend.accounts.models import User
from backend.config.settings import base
from tests.unit.backend.accounts.conftest import APP, BROWSER, EMAIL, PASSWORD, App, Browser, credentials


def error_codes(response: Any) -> list[tuple[str, str]]:
    return [(error.get("param", ""), error["code"]) for error in response.json()["errors"]]


def test_signing_up_signs_in(browser: Browser) -> None:
    response = browser.send("post", f"{BROWSER}/auth/signup", credentials("New@Example.org"))
    assert (response.status_code, response.json()["meta"]["is_authenticated"]) == (200, True)
    assert browser.get("/api/v1/me").json() == {
        "id": str(User.objects.get().pk),
        "email": EMAIL,
        "ui_language": "en",
        "speech_language": "en",
        "emotion_enabled": True,
        "emotion_from_revision": 0,
        "at_work_or_study": False,
        "time_zone": "",
        "audio_keep_days": None,
        "text_keep_days": None,
        "display": {
            "caption_size_pt": 19,
            "caption_lines": 6,
            "text_size": "normal",
            "theme": "system",
            "font": "system",
            "line_spacing": "normal",
            "motion": "system",
            "keep_awake": True,
            "emotion_word": True,
            "emotion_icon": True,
            "emotion_colour": True,
            "emotion_weight": False,
            "show_cues": True,
        },
        "revision": 0,
        "limits": {"max_upload_bytes": 1_000_000_000, "max_recording_s": 21600.0},
    }


@pytest.mark.parametrize("email", [EMAIL, EMAIL.upper(), "New@example.ORG"])
def test_an_address_is_taken_however_it_is_written(browser: Browser, email: str) -> None:
    App().send("post", f"{APP}/auth/signup", credentials())
    response = browser.send("post", f"{BROWSER}/auth/signup", credentials(email))
    assert (response.status_code, error_codes(response)) == (400, [("email", "email_taken")])
    assert User.objects.count() == 1


def test_the_database_refuses_a_second_spelling_too(db: None) -> None:
    User.objects.create_user(EMAIL, PASSWORD)
    with pytest.raises(IntegrityError):
        User.objects.create_user(EMAIL.upper(), PASSWORD)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short7!", "password_too_short"),
        ("password123", "password_too_common"),
        ("8472910365", "password_entirely_numeric"),
        ("", "required"),
    ],
)
def test_weak_passwords_are_named(browser: Browser, password: str, code: str) -> None:
    response = browser.send("post", f"{BROWSER}/auth/signup", credentials(password=password))
    assert (response.status_code, error_codes(response)) == (400, [("password", code)])
    assert not User.objects.exists()


@pytest.mark.parametrize("email", ["", "no-address", "a@", "a\x00@example.org"])
def test_no_address(browser: Browser, email: str) -> None:
    response = browser.send("post", f"{BROWSER}/auth/signup", credentials(email))
    assert response.status_code == 400
    assert {field for field, _ in error_codes(response)} == {"email"}


@pytest.mark.parametrize(
    "given",
    [credentials(password="another one 9"), credentials("nobody@example.org")],
)
def test_a_wrong_password_and_an_unknown_address_look_alike(browser: Browser, given: dict[str, str]) -> None:
    App().send("post", f"{APP}/auth/signup", credentials())
    response = browser.send("post", f"{BROWSER}/auth/login", given)
    assert (response.status_code, error_codes(response)) == (400, [("password", "email_password_mismatch")])
    assert browser.get("/api/v1/me").status_code == 401


def test_the_address_is_read_in_any_case_when_signing_in(browser: Browser) -> None:
    App().send("post", f"{APP}/auth/signup", credentials())
    response = browser.send("post", f"{BROWSER}/auth/login", credentials(EMAIL.upper()))
    assert response.status_code == 200
    assert browser.get("/api/v1/me").json()["email"] == EMAIL


def test_guessing_is_slowed_down(browser: Browser) -> None:
    App().send("post", f"{APP}/auth/signup", credentials())
    wrong = credentials(password="another one 9")
    answers = [error_codes(browser.send("post", f"{BROWSER}/auth/login", wrong)) for _ in range(6)]
    assert answers == [[("password", "email_password_mismatch")]] * 5 + [[("", "too_many_login_attempts")]]
    right = browser.send("post", f"{BROWSER}/auth/login", credentials())
    assert error_codes(right) == [("", "too_many_login_attempts")]
    assert browser.get("/api/v1/me").status_code == 401


def test_passwords_are_hashed_with_argon2(db: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
    user = User.objects.create_user(EMAIL, PASSWORD)
    assert identify_hasher(user.password).algorithm == "argon2"
    assert user.check_password(PASSWORD)
    assert PASSWORD not in user.password
