"""The answer when nobody has caught an error: in the form of every other problem, and without a word of the inside."""

from __future__ import annotations

import sys

from django.http import HttpRequest, JsonResponse

from backend.core import outages
from backend.core.errors import ProblemError
from backend.core.problems import CONTENT_TYPE


class ServerError(ProblemError):
    status = 500
    code = "server_error"
    title = "The server has made a mistake"


def server_error(_: HttpRequest) -> JsonResponse:
    """Called while the error is being handled."""
    problem = outages.problem_of(sys.exc_info()[1]) or ServerError(
        "Try again. If it happens again, tell the operator when it was: the log says more."
    )
    body = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    return JsonResponse(body, status=problem.status, content_type=CONTENT_TYPE)
