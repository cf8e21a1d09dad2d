"""The table of what tus 1.0 demands of a server, one row a sentence of the protocol, asked over ASGI."""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import pytest
from django.conf import settings
from django.utils import timezone

from backend.accounts.models import User
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend.uploads.tus_client import ROOT, Tus, metadata

pytestmark = pytest.mark.django_db(transaction=True)
HALF = b"first half,"
WHOLE = HALF + b"second half"
PIECE_TYPE = "application/offset+octet-stream"


def checksum(algorithm: str, content: bytes) -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


@dataclass(frozen=True)
class Row:
    """A request about an upload that holds `HALF` of `WHOLE`, and what the answer must be."""

    method: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    path: str = "{upload}"
    answer: dict[str, str | None] = field(default_factory=dict)
    """Headers of the answer; None: it must not be there, "": anything."""
    code: str = ""


PIECE = {"Content_Type": PIECE_TYPE, "Upload_Offset": str(len(HALF))}
REST = WHOLE[len(HALF) :]
NEW = {"Upload_Length": "9", "Upload_Metadata": metadata(recording_id=str(uuid.uuid4()))}
TABLE: dict[str, Row] = {
    # Core: HEAD
    "HEAD tells the offset and the length, and is not cached": Row(
        "HEAD",
        200,
        answer={
            "Upload-Offset": str(len(HALF)),
            "Upload-Length": str(len(WHOLE)),
            "Cache-Control": "no-store",
            "Tus-Resumable": "1.0.0",
        },
    ),
    "HEAD tells the metadata as it was sent": Row("HEAD", 200, answer={"Upload-Metadata": ""}),
    "HEAD of what is not there is 404 and tells no offset": Row(
        "HEAD", 404, path=f"{ROOT}{uuid.uuid4()}", answer={"Upload-Offset": None}
    ),
    # Core: PATCH
    "PATCH at the offset appends and tells the new offset": Row(
        "PATCH",
        204,
        PIECE,
        REST[:3],
        answer={"Upload-Offset": str(len(HALF) + 3), "Tus-Resumable": "1.0.0"},
    ),
    "PATCH at another offset is 409": Row(
        "PATCH", 409, {**PIECE, "Upload_Offset": "0"}, WHOLE, code="upload_offset"
    ),
    "PATCH beyond the offset is 409": Row(
        "PATCH", 409, {**PIECE, "Upload_Offset": str(len(HALF) + 1)}, b"x", code="upload_offset"
    ),
    "PATCH of another type is 415": Row(
        "PATCH",
        415,
        {**PIECE, "Content_Type": "application/octet-stream"},
        REST,
        code="unsupported_media_type",
    ),
    "PATCH of what is not there is 404": Row("PATCH", 404, PIECE, REST, path=f"{ROOT}{uuid.uuid4()}"),
    "PATCH with a negative offset is 400": Row(
        "PATCH", 400, {**PIECE, "Upload_Offset": "-1"}, REST, code="invalid"
    ),
    "PATCH without an offset is 400": Row("PATCH", 400, {"Content_Type": PIECE_TYPE}, REST, code="invalid"),
    "PATCH with more than the upload has is refused": Row(
        "PATCH", 413, PIECE, REST + b"!", code="upload_too_long"
    ),
    "PATCH without bytes changes nothing": Row("PATCH", 204, PIECE, answer={"Upload-Offset": str(len(HALF))}),
    # Core: OPTIONS, versions, the overridden method
    "OPTIONS tells version, extensions, size and algorithms": Row(
        "OPTIONS",
        204,
        {"Tus_Resumable": ""},
        path=ROOT,
        answer={
            "Tus-Version": "1.0.0",
            "Tus-Extension": "creation,creation-with-upload,expiration,termination,checksum",
            "Tus-Max-Size": str(settings.ENVIRONMENT.max_upload_bytes),
            "Tus-Checksum-Algorithm": "sha1,sha256,md5",
        },
    ),
    "a version that is not spoken is 412 with those that are": Row(
        "HEAD", 412, {"Tus_Resumable": "0.2.2"}, answer={"Tus-Version": "1.0.0"}
    ),
    "a request without a version is 412 and not processed": Row(
        "PATCH",
        412,
        {**PIECE, "Tus_Resumable": ""},
        REST,
        answer={"Tus-Version": "1.0.0"},
        code="tus_version",
    ),
    "X-HTTP-Method-Override is the method": Row(
        "POST",
        204,
        {**PIECE, "X_HTTP_Method_Override": "PATCH"},
        REST[:2],
        answer={"Upload-Offset": str(len(HALF) + 2)},
    ),
    "an overridden HEAD": Row(
        "GET", 200, {"X_HTTP_Method_Override": "HEAD"}, answer={"Upload-Offset": str(len(HALF))}
    ),
    # Creation
    "POST makes an upload and tells where": Row(
        "POST", 201, NEW, path=ROOT, answer={"Location": "", "Upload-Offset": "0", "Tus-Resumable": "1.0.0"}
    ),
    "POST without a length is 400": Row("POST", 400, {**NEW, "Upload_Length": ""}, path=ROOT, code="invalid"),
    "POST with a length that is told later is 400, as the extension is not offered": Row(
        "POST", 400, {**NEW, "Upload_Length": "", "Upload_Defer_Length": "1"}, path=ROOT, code="invalid"
    ),
    "POST with a negative length is 400": Row(
        "POST", 400, {**NEW, "Upload_Length": "-1"}, path=ROOT, code="invalid"
    ),
    "POST over the largest size is 413": Row(
        "POST",
        413,
        {**NEW, "Upload_Length": str(settings.ENVIRONMENT.max_upload_bytes + 1)},
        path=ROOT,
        code="recording_too_large",
    ),
    "POST with metadata that is not base64 is 400": Row(
        "POST", 400, {**NEW, "Upload_Metadata": "recording_id ???"}, path=ROOT, code="invalid"
    ),
    "POST with a key twice is 400": Row(
        "POST", 400, {**NEW, "Upload_Metadata": "filename eA==,filename eQ=="}, path=ROOT, code="invalid"
    ),
    "POST without a recording id is 400": Row(
        "POST", 400, {**NEW, "Upload_Metadata": "filename eA=="}, path=ROOT, code="invalid"
    ),
    "creation with upload tells how much was taken": Row(
        "POST",
        201,
        {**NEW, "Content_Type": PIECE_TYPE},
        b"12345",
        path=ROOT,
        answer={"Location": "", "Upload-Offset": "5"},
    ),
    # Expiration
    "HEAD tells when the upload expires": Row("HEAD", 200, answer={"Upload-Expires": ""}),
    "PATCH tells when the upload expires": Row("PATCH", 204, PIECE, b"x", answer={"Upload-Expires": ""}),
    "POST tells when the upload expires": Row("POST", 201, NEW, path=ROOT, answer={"Upload-Expires": ""}),
    # Termination
    "DELETE is 204": Row("DELETE", 204),
    "DELETE of what is not there is 404": Row("DELETE", 404, path=f"{ROOT}{uuid.uuid4()}", code="not_found"),
    # Checksum
    **{
        f"a right {algorithm} is taken": Row(
            "PATCH", 204, {**PIECE, "Upload_Checksum": checksum(algorithm, REST[:4])}, REST[:4]
        )
        for algorithm in ("sha1", "sha256", "md5")
    },
    "a wrong checksum is 460 and adds nothing": Row(
        "PATCH",
        460,
        {**PIECE, "Upload_Checksum": checksum("sha1", b"else")},
        REST,
        code="upload_checksum_mismatch",
    ),
    "an unknown algorithm is 400": Row(
        "PATCH", 400, {**PIECE, "Upload_Checksum": "crc32 AAAA"}, REST, code="checksum_algorithm"
    ),
    "a checksum that is no base64 is 400": Row(
        "PATCH", 400, {**PIECE, "Upload_Checksum": "sha1 ???"}, REST, code="checksum_algorithm"
    ),
    "creation with upload and a wrong checksum is 460": Row(
        "POST",
        460,
        {**NEW, "Content_Type": PIECE_TYPE, "Upload_Checksum": checksum("sha1", b"else")},
        b"12345",
        path=ROOT,
        code="upload_checksum_mismatch",
    ),
}


@pytest.fixture
def tus(sent: SendRecorder, pushed: PushRecorder) -> Tus:
    return Tus(User.objects.create_user("owner@example.org", "x"))


@pytest.fixture
def begun(tus: Tus) -> str:
    path = tus.begun(len(WHOLE), filename="talk.wav")
    assert tus.patch(path, 0, HALF).status_code == 204
    return path


@pytest.mark.parametrize("sentence", TABLE)
def test_the_protocol(tus: Tus, begun: str, sentence: str) -> None:
    row = TABLE[sentence]
    answer = tus.ask(row.method, row.path.format(upload=begun), row.content, **row.headers)
    assert answer.status_code == row.status, answer.text
    for name, expected in row.answer.items():
        if expected is None:
            assert name not in answer.headers
        else:
            assert answer.headers[name] == (expected or answer.headers[name])
    if row.code:
        assert answer.json()["code"] == row.code
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    if row.status >= 400:
        assert tus.offset(begun) == len(HALF)


def test_what_expires_is_told_in_the_form_of_http(tus: Tus, begun: str) -> None:
    expires_at = parsedate_to_datetime(tus.ask("HEAD", begun).headers["Upload-Expires"])
    assert abs((expires_at - timezone.now()).total_seconds() - settings.ENVIRONMENT.upload_expires_s) < 60


def test_after_termination_there_is_nothing(tus: Tus, begun: str) -> None:
    assert tus.ask("DELETE", begun).status_code == 204
    assert tus.ask("HEAD", begun).status_code == 404
    assert tus.patch(begun, len(HALF), REST).status_code == 404


def test_a_zero_length_is_not_a_recording(tus: Tus) -> None:
    answer = tus.create(0)
    assert (answer.status_code, answer.json()["code"]) == (400, "audio_empty")
