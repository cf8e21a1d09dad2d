"""A passkey that is none is a bad request. (allauth hands what it gets to fido2, which stumbles over missing parts.)"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase, JsonResponse


class MalformedPasskeys:
    """Django middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> JsonResponse | None:
        is_passkey = request.path.startswith("/_allauth/") and "/webauthn" in request.path
        if not is_passkey or not isinstance(error, KeyError | TypeError | ValueError | AttributeError):
            return None
        problem = {"code": "passkey_invalid", "param": "credential", "message": "This is no passkey."}
        return JsonResponse({"status": 400, "errors": [problem]}, status=HTTPStatus.BAD_REQUEST)
