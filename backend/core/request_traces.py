"""A span around every request, where tracing is on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from backend.core import tracing


class RequestTraces:
    """Middleware. Named by the route's pattern, never by the address: an address has ids and tokens in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not tracing.is_on():
            return self._get_response(request)
        with tracing.span(request.method or "", "SERVER") as opened:
            response = self._get_response(request)
            route = request.resolver_match.route if request.resolver_match else ""
            opened.update_name(f"{request.method} {route}")
            opened.set_attribute("http.route", route)
            opened.set_attribute("http.response.status_code", response.status_code)
        return response
