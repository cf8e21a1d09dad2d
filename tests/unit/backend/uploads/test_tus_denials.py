"""Who may do what with an upload: nobody, a stranger, the owner, and a page of another site."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from backend.accounts.models import User
from backend.conversations.models import Conversation, Recording
from backend.uploads.models import ResumableUpload, UploadPart
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend.conftest import stored_files
from tests.unit.backend.uploads.tus_client import PIECE, ROOT, Tus, metadata

pytestmark = pytest.mark.django_db(transaction=True)
ID = uuid.UUID("00000000-0000-4000-8000-000000000004")
REQUESTS: dict[str, tuple[str, str, bytes, dict[str, str]]] = {
    "HEAD": ("HEAD", "{upload}", b"", {}),
    "PATCH": ("PATCH", "{upload}", b"rest", {"Content_Type": PIECE["Content-Type"], "Upload_Offset": "4"}),
    "DELETE": ("DELETE", "{upload}", b"", {}),
}
CREATE = ("POST", ROOT, b"", {"Upload_Length": "8", "Upload_Metadata": metadata(recording_id=str(ID))})


@pytest.fixture
def owner(sent: SendRecorder, pushed: PushRecorder) -> User:
    return User.objects.create_user("owner@example.org", "x")


@pytest.fixture
def begun(owner: User) -> str:
    tus = Tus(owner)
    path = tus.begun(8, ID)
    tus.patch(path, 0, b"half")
    return path


def everything() -> list[Any]:
    tables: list[Any] = [ResumableUpload, UploadPart, Recording, Conversation]
    return [list(table.objects.order_by("pk").values()) for table in tables] + [stored_files()]


def ask(tus: Tus, request: tuple[str, str, bytes, dict[str, str]], begun: str, **more: str) -> Any:
    method, path, content, headers = request
    return tus.ask(method, path.format(upload=begun), content, **headers, **more)


@pytest.mark.parametrize("request_name", [*REQUESTS, "POST"])
def test_nobody(begun: str, request_name: str) -> None:
    before = everything()
    answer = ask(Tus(None), {**REQUESTS, "POST": CREATE}[request_name], begun)
    assert answer.status_code == 401
    assert everything() == before


@pytest.mark.parametrize("request_name", REQUESTS)
def test_a_stranger(begun: str, request_name: str) -> None:
    before = everything()
    stranger = Tus(User.objects.create_user("stranger@example.org", "x"))
    foreign = ask(stranger, REQUESTS[request_name], begun)
    missing = ask(stranger, REQUESTS[request_name], f"{ROOT}{uuid.uuid4()}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert everything() == before


def test_a_stranger_with_the_same_recording_id_has_an_upload_of_their_own(begun: str, owner: User) -> None:
    stranger = Tus(User.objects.create_user("stranger@example.org", "x"))
    assert stranger.begun(8, ID) != begun
    Tus(owner).patch(begun, 4, b"rest")
    late = stranger.patch(stranger.begun(8, ID), 0, b"12345678")
    assert (late.status_code, late.json()["code"]) == (409, "recording_id_reused")
    assert Recording.objects.get().owner == owner
    again = stranger.create(8, ID)
    assert (again.status_code, again.json()["code"]) == (409, "recording_id_reused")


@pytest.mark.parametrize("request_name", ["PATCH", "DELETE", "POST"])
def test_a_page_of_another_site(begun: str, owner: User, request_name: str) -> None:
    before = everything()
    answer = ask(Tus(owner), {**REQUESTS, "POST": CREATE}[request_name], begun, X_CSRFToken="d" * 32)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert everything() == before


def test_a_method_in_a_header_is_no_way_around_the_check(begun: str, owner: User) -> None:
    before = everything()
    answer = Tus(owner).ask("GET", begun, X_HTTP_Method_Override="DELETE", X_CSRFToken="")
    assert answer.status_code == 403
    assert everything() == before


@pytest.mark.parametrize("request_name", REQUESTS)
def test_the_owner(begun: str, owner: User, request_name: str) -> None:
    answer = ask(Tus(owner), REQUESTS[request_name], begun)
    assert answer.status_code == {"HEAD": 200, "PATCH": 204, "DELETE": 204}[request_name]


def test_the_conversation_of_somebody_else_is_as_one_that_cannot_be(owner: User) -> None:
    stranger = User.objects.create_user("stranger@example.org", "x")
    theirs = Conversation.objects.create(owner=stranger, revision=1)
    refused = Tus(owner).create(8, conversation_id=str(theirs.pk))
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    path = Tus(owner).begun(8, conversation_id=str(uuid.uuid4()))
    ResumableUpload.objects.update(conversation_id=theirs.pk)
    late = Tus(owner).patch(path, 0, b"12345678")
    assert (late.status_code, late.json()["code"]) == (404, "not_found")
    assert (Recording.objects.count(), theirs.recordings.count()) == (0, 0)
