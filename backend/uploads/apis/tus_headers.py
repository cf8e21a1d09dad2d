"""What tus 1.0 says in headers (https://tus.io/protocols/resumable-upload), parsed and written."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from django.utils.http import http_date
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType, ValidationError
from rest_framework.request import Request

from backend.accounts.models import Language, User
from backend.conversations.models import RecordingSource
from backend.uploads.errors import TusVersionError
from backend.uploads.models import ResumableUpload
from backend.uploads.services import recordings
from backend.uploads.services.resumable import Checksum, NewUpload

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum"
PIECE_TYPE = "application/offset+octet-stream"
MAX_METADATA_CHARACTERS = 8192


class MetadataSerializer(serializers.Serializer[Any]):
    """The keys of `Upload-Metadata` that mean something here; others are kept and not looked at."""

    recording_id = serializers.UUIDField()
    filename = serializers.CharField(required=False, allow_blank=True, default="", trim_whitespace=False)
    filetype = serializers.CharField(required=False, allow_blank=True, default="")
    source = serializers.ChoiceField(  # type: ignore[assignment]  # the wire name is `source`
        choices=RecordingSource.choices, default=RecordingSource.FILE
    )
    language = serializers.ChoiceField(choices=Language.choices, required=False, allow_blank=True)
    recorded_at = serializers.DateTimeField(required=False)
    conversation_id = serializers.UUIDField(required=False)
    conversation_title = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    sha256 = serializers.RegexField(r"^[0-9a-fA-F]{64}$", required=False, allow_blank=True, default="")


def version_check(request: Request) -> None:
    """Raises `TusVersionError`."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise TusVersionError(f"Send the header Tus-Resumable: {VERSION}.")


def new_upload(request: Request, owner: User) -> NewUpload:
    """What `Upload-Length` and `Upload-Metadata` ask for. Raises `ValidationError`."""
    if "Upload-Length" not in request.headers:
        raise ValidationError({"Upload-Length": "Say how long the file is; that cannot be told later here."})
    text = request.headers.get("Upload-Metadata", "")
    serializer = MetadataSerializer(data=parse_metadata(text))
    serializer.is_valid(raise_exception=True)
    given = serializer.validated_data
    about = recordings.Upload(
        recording_id=given["recording_id"],
        size_bytes=count(request, "Upload-Length"),
        file_name=recordings.file_name(given["filename"]),
        content_type=given["filetype"],
        source=given["source"],
        language=(given["language"] or None) if "language" in given else owner.speech_language,
        recorded_at=given.get("recorded_at"),
        conversation_id=given.get("conversation_id"),
        conversation_title=given["conversation_title"],
    )
    return NewUpload(about=about, metadata=text, sha256=given["sha256"].lower())


def parse_metadata(text: str) -> dict[str, str]:
    """`key base64, key base64` as text. A key without a value has the empty one. Raises `ValidationError`."""
    if len(text) > MAX_METADATA_CHARACTERS:
        raise ValidationError({"Upload-Metadata": f"Keep it under {MAX_METADATA_CHARACTERS} characters."})
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _, encoded = pair.partition(" ")
        if not re.fullmatch(r"[!-~]+", key) or key in found:
            raise ValidationError({"Upload-Metadata": "Name each key once, in ASCII without spaces."})
        try:
            found[key] = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise ValidationError(
                {"Upload-Metadata": f"The value of {key} is not base64 of UTF-8."}
            ) from None
    return found


def count(request: Request, header: str) -> int:
    """A number of bytes. Raises `ValidationError`."""
    text = request.headers.get(header, "")
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ValidationError({header: "A whole number of bytes is needed, 0 or more."})
    return int(text)


def checksum(request: Request) -> Checksum | None:
    """Raises `ChecksumAlgorithmError`."""
    header = request.headers.get("Upload-Checksum")
    return None if header is None else Checksum.from_header(header)


def piece_check(request: Request) -> None:
    """Raises `UnsupportedMediaType` for a body that is not declared as a piece."""
    if (request.content_type or "").partition(";")[0].strip().lower() != PIECE_TYPE:
        raise UnsupportedMediaType(request.content_type or "", f"Send the piece as {PIECE_TYPE}.")


def of(upload: ResumableUpload) -> dict[str, str]:
    """How far an upload is, and until when it can be gone on with."""
    headers = {"Upload-Offset": str(upload.offset_bytes)}
    if not upload.is_finished:
        headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return headers
