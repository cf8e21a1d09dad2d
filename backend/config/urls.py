"""Every address of the service."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from backend.analyses.apis.worker_audio import worker_audio
from backend.config.health import healthz, readyz
from backend.config.web_client import push_worker, web_client
from backend.operators.apis import operator_page


@csrf_exempt
def not_found(_: HttpRequest, rest: str = "") -> JsonResponse:
    """An unknown address under `/api/`: the same form of error as everywhere in the API."""
    return JsonResponse(
        {
            "type": "about:blank",
            "title": "Not found",
            "status": 404,
            "code": "not_found",
            "detail": "There is nothing at this address. /api/docs lists what there is.",
        },
        status=404,
        content_type="application/problem+json",
    )


# Also for what middleware raises, before any view is asked.
handler500 = "backend.config.server_error.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("operator", operator_page),
    path("_allauth/", include("backend.accounts.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/v1/", include("backend.preferences.urls")),
    path("api/v1/", include("backend.privacy.urls")),
    path("api/v1/", include("backend.conversations.urls")),
    path("api/v1/", include("backend.analyses.urls")),
    path("api/v1/", include("backend.uploads.urls")),
    path("api/v1/", include("backend.notifications.urls")),
    path("api/v1/", include("backend.live.urls")),
    path("api/v1/", include("backend.care.urls")),
    path("api/v1/", include("backend.sharing.urls")),
    path("api/schema", SpectacularAPIView.as_view(permission_classes=[AllowAny]), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(permission_classes=[AllowAny]), name="docs"),
    path("internal/audio/<str:token>", worker_audio, name="worker_audio"),
    re_path(r"^(?:api|internal|_allauth|static|ws)(?:/(?P<rest>.*))?$", not_found),
    path("push-worker.js", push_worker),
    re_path(r"^(?P<path>.*)$", web_client),
]
