"""`/api/v1/uploads/`: resumable uploads by tus 1.0. docs/uploads.md tells what clients need to know."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.core.problems import ProblemSerializer
from backend.uploads.apis import tus_headers
from backend.uploads.apis.recordings import UploadThrottle
from backend.uploads.services import resumable

_VERSION = OpenApiParameter("Tus-Resumable", str, OpenApiParameter.HEADER, required=True, enum=["1.0.0"])
_REFUSALS = dict.fromkeys((400, 404, 409, 410, 412, 413, 423, 507), ProblemSerializer)


class TusApi(APIView):
    """The protocol's own headers, on every answer."""

    def get_permissions(self) -> Any:
        # What the server can do is no secret, and a client asks before it has signed in.
        return [] if self.request.method == "OPTIONS" else super().get_permissions()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            tus_headers.version_check(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = tus_headers.VERSION
        response["Cache-Control"] = "no-store"
        if response.status_code == status.HTTP_412_PRECONDITION_FAILED:
            response["Tus-Version"] = tus_headers.VERSION
        if response.status_code == status.HTTP_423_LOCKED:
            response["Retry-After"] = "1"
        return response

    @extend_schema(exclude=True)
    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(
            status=status.HTTP_204_NO_CONTENT,
            headers={
                "Tus-Version": tus_headers.VERSION,
                "Tus-Extension": tus_headers.EXTENSIONS,
                "Tus-Max-Size": str(settings.ENVIRONMENT.max_upload_bytes),
                "Tus-Checksum-Algorithm": ",".join(resumable.CHECKSUM_ALGORITHMS),
            },
        )


class UploadsApi(TusApi):
    def get_throttles(self) -> list[Any]:
        return [UploadThrottle()] if self.request.method == "POST" else []

    @extend_schema(
        operation_id="uploads_create",
        parameters=[
            _VERSION,
            OpenApiParameter("Upload-Length", int, OpenApiParameter.HEADER, required=True),
            OpenApiParameter(
                "Upload-Metadata",
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="`key base64` pairs with commas between: recording_id, filename, filetype, source, "
                "language, recorded_at, conversation_id, conversation_title, sha256.",
            ),
        ],
        request=None,
        responses={
            201: OpenApiResponse(
                description="`Location` and `Upload-Offset`, the same for the same recording_id."
            ),
            **_REFUSALS,
            429: ProblemSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        """Begin an upload, or find the one that was begun with the same recording_id."""
        owner = signed_in_user(request)
        upload = resumable.upload_create(user=owner, new=tus_headers.new_upload(request, owner))
        headers = {"Location": f"/api/v1/uploads/{upload.pk}", **tus_headers.of(upload)}
        return Response(status=status.HTTP_201_CREATED, headers=headers)


class UploadApi(TusApi):
    def head(self, request: Request, upload_id: uuid.UUID) -> Response:
        """How far an upload is. The whole length is told only once the recording exists."""
        upload = resumable.upload_status(user=signed_in_user(request), upload_id=upload_id)
        headers = {"Upload-Length": str(upload.length_bytes), "Upload-Metadata": upload.metadata}
        return Response(status=status.HTTP_200_OK, headers={**headers, **tus_headers.of(upload)})

    @extend_schema(
        operation_id="uploads_append",
        parameters=[
            _VERSION,
            OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, required=True),
            OpenApiParameter(
                "Upload-Checksum",
                str,
                OpenApiParameter.HEADER,
                description="Algorithm (sha1, sha256 or md5) and base64 digest of the body.",
            ),
        ],
        request={tus_headers.PIECE_TYPE: bytes},
        responses={
            204: OpenApiResponse(description="`Upload-Offset`: so much is on the server's disk."),
            **_REFUSALS,
            415: ProblemSerializer,
            422: ProblemSerializer,
            "460": ProblemSerializer,
        },
    )
    def patch(self, request: Request, upload_id: uuid.UUID) -> Response:
        """Add a piece at `Upload-Offset`. The last one makes the recording."""
        tus_headers.piece_check(request)
        upload = resumable.upload_append(
            user=signed_in_user(request),
            upload_id=upload_id,
            offset_bytes=tus_headers.count(request, "Upload-Offset"),
            content=request.stream or io.BytesIO(),
            checksum=tus_headers.checksum(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT, headers=tus_headers.of(upload))

    @extend_schema(
        operation_id="uploads_terminate",
        parameters=[_VERSION],
        request=None,
        responses={204: None, 404: ProblemSerializer, 412: ProblemSerializer},
    )
    def delete(self, request: Request, upload_id: uuid.UUID) -> Response:
        """Forget an unfinished upload. A recording that it has become stays."""
        resumable.upload_terminate(user=signed_in_user(request), upload_id=upload_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
