"""The language of a new account."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.accounts.models import User


@pytest.mark.parametrize(
    ("accept", "language"),
    [("ko-KR,ko;q=0.9,en;q=0.5", "ko"), ("en-GB,en;q=0.9,ko;q=0.5", "en"), ("pl", "en"), ("", "en")],
)
@pytest.mark.django_db
def test_a_new_person_speaks_the_language_of_the_sign_up(accept: str, language: str) -> None:
    answer = Client().post(
        "/_allauth/app/v1/auth/signup",
        {"email": "new@example.org", "password": "correct horse battery"},
        content_type="application/json",
        headers={"Accept-Language": accept},
    )
    assert answer.status_code == 200
    user = User.objects.get(email="new@example.org")
    assert (user.ui_language, user.speech_language) == (language, language)


@pytest.mark.parametrize(
    ("password", "status"),
    [("minsu.kim.1987", 400), ("Minsu.Kim.1987@Example", 400), ("blue teapot 47", 200)],
)
@pytest.mark.django_db
def test_a_password_must_not_be_the_address(password: str, status: int) -> None:
    answer = Client().post(
        "/_allauth/app/v1/auth/signup",
        {"email": "minsu.kim.1987@example.org", "password": password},
        content_type="application/json",
    )
    assert answer.status_code == status
    codes = [error["code"] for error in answer.json().get("errors", [])]
    assert codes == ([] if status == 200 else ["password_too_similar"])
    assert User.objects.exists() is (status == 200)
