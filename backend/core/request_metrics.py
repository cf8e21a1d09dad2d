"""Times every answer by its route."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from backend.core import metrics


class RequestMetrics:
    """Middleware. Counts by the route's pattern, never by the address: an address has ids in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        start = time.perf_counter()
        response = self._get_response(request)
        route = request.resolver_match.route if request.resolver_match else ""
        metrics.requests.labels(request.method or "", route, str(response.status_code)).observe(
            time.perf_counter() - start
        )
        return response
