"""Turns exceptions into `application/problem+json` answers (RFC 9457) with a stable `code`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import set_rollback

from backend.core import outages
from backend.core.errors import ProblemError

CONTENT_TYPE = "application/problem+json"
_CODES = {
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "not_authenticated",
    exceptions.PermissionDenied: "permission_denied",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.ParseError: "malformed_request",
    exceptions.Throttled: "throttled",
    exceptions.NotAcceptable: "not_acceptable",
}


class FieldErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """The shape of every error answer, for the API schema."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable; clients translate by it.")
    detail = serializers.CharField(help_text="One English sentence that says what to do.")
    errors = FieldErrorSerializer(many=True, required=False)  # type: ignore[assignment]  # the wire name
    data = serializers.DictField(required=False)  # type: ignore[assignment]  # the wire name is `data`


def problem(
    status: int, code: str, title: str, detail: str, *, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """A problem answer. `more` holds the optional members `errors` and `data`."""
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **more}
    return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """For REST framework's EXCEPTION_HANDLER. None lets unexpected errors go on to the log and a 500."""
    exc = outages.problem_of(exc) or exc
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, ProblemError):
        set_rollback()
        more: dict[str, Any] = {"data": exc.data} if exc.data else {}
        return problem(exc.status, exc.code, exc.title, exc.detail, **more)
    if isinstance(exc, exceptions.ValidationError):
        set_rollback()
        return _invalid(exc)
    if isinstance(exc, exceptions.APIException):
        set_rollback()
        code = _CODES.get(type(exc), str(exc.default_code))
        wait_s = getattr(exc, "wait", None)
        headers = {"Retry-After": str(math.ceil(wait_s))} if wait_s else None
        return problem(exc.status_code, code, str(exc.default_detail), str(exc.detail), headers=headers)
    return None


def _invalid(exc: exceptions.ValidationError) -> Response:
    errors = list(_flatten(exc.detail, ""))
    detail = "; ".join(f"{e['field']}: {e['detail']}" if e["field"] else str(e["detail"]) for e in errors)
    return problem(400, "invalid", "Invalid input", detail, errors=errors)


def _flatten(detail: Any, field: str) -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from _flatten(value, f"{field}.{name}".strip("."))
    elif isinstance(detail, list):
        for value in detail:
            yield from _flatten(value, field)
    else:
        yield {"field": field, "code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}
