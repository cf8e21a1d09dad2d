"""How things are shown: kept with the account, checked, told to other devices."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from backend.accounts.display import Display
from backend.accounts.models import User
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder

DEFAULTS = asdict(Display())


def patch(client: CommittingClient, **display: Any) -> Any:
    return client.patch("/api/v1/me", {"display": display}, format="json")


def test_each_setting_is_kept_by_itself(owner_client: CommittingClient, stranger: User) -> None:
    assert patch(owner_client, caption_size_pt=72).json()["display"] == {**DEFAULTS, "caption_size_pt": 72}
    answer = patch(owner_client, theme="yellow-on-black", font="opendyslexic").json()
    wanted = {**DEFAULTS, "caption_size_pt": 72, "theme": "yellow-on-black", "font": "opendyslexic"}
    assert answer["display"] == owner_client.get("/api/v1/me").json()["display"] == wanted
    assert User.objects.get(pk=stranger.pk).display == {}


def test_a_change_is_told_once_and_found_again(
    owner_client: CommittingClient, stranger_client: CommittingClient, owner: User, pushed: PushRecorder
) -> None:
    pushed.clear()
    answer = patch(owner_client, line_spacing="wide").json()
    assert answer["revision"] == 1
    assert pushed.events == [{"type": "me.changed", "revision": 1, "me": answer}]
    changes = owner_client.get("/api/v1/changes?since=0").json()
    assert (changes["revision"], changes["me"]) == (1, answer)
    assert owner_client.get("/api/v1/changes?since=1").json()["me"] is None
    assert stranger_client.get("/api/v1/changes?since=0").json()["me"] is None
    # The same again is no change.
    pushed.clear()
    assert patch(owner_client, line_spacing="wide").json() == answer
    assert (pushed.events, User.objects.get(pk=owner.pk).revision) == ([], 1)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("caption_size_pt", 11, "min_value"),
        ("caption_size_pt", 73, "max_value"),
        ("caption_size_pt", "large", "invalid"),
        ("caption_lines", 0, "min_value"),
        ("theme", "pink", "invalid_choice"),
        ("font", "comic", "invalid_choice"),
        ("keep_awake", "perhaps", "invalid"),
        ("motion", None, "null"),
    ],
)
def test_what_is_not_possible_is_refused(
    owner_client: CommittingClient, pushed: PushRecorder, name: str, value: Any, code: str
) -> None:
    before = User.objects.values().get()
    response = (
        patch(owner_client, caption_lines=3, **{name: value})
        if name != "caption_lines"
        else patch(owner_client, caption_lines=value)
    )
    assert response.status_code == 400
    assert [(e["field"], e["code"]) for e in response.json()["errors"]] == [(f"display.{name}", code)]
    assert (User.objects.values().get(), pushed.events) == (before, [])


def test_emotion_is_never_shown_by_colour_alone(owner_client: CommittingClient) -> None:
    assert patch(owner_client, emotion_word=False).status_code == 200
    refused = patch(owner_client, emotion_icon=False)
    assert (refused.status_code, refused.json()["code"]) == (400, "colour_alone")
    assert owner_client.get("/api/v1/me").json()["display"]["emotion_icon"] is True
    assert patch(owner_client, emotion_icon=False, emotion_colour=False).status_code == 200


def test_what_another_version_stored_does_no_harm(owner: User, owner_client: CommittingClient) -> None:
    User.objects.filter(pk=owner.pk).update(display={"hologram": True, "caption_lines": 2})
    assert owner_client.get("/api/v1/me").json()["display"] == {**DEFAULTS, "caption_lines": 2}
    patch(owner_client, caption_lines=4)
    assert User.objects.get(pk=owner.pk).display == {"hologram": True, "caption_lines": 4}
