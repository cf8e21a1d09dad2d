"""ASGI entry point: static files, HTTP and websockets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import django
import drf_spectacular_sidecar
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from servestatic import ServeStaticASGI

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.embedded")
django.setup()

from backend.care import routing as care  # noqa: E402 - Django must be set up first
from backend.config import metrics  # noqa: E402
from backend.config.body_limit import App, BodyLimit  # noqa: E402 - Django must be set up first
from backend.config.early_sign_in import EarlySignIn  # noqa: E402
from backend.config.one_thread import OneThreadHandler, keep_connections  # noqa: E402
from backend.core import tracing  # noqa: E402
from backend.live.routing import websocket_urlpatterns as live_urlpatterns  # noqa: E402
from backend.realtime.endings import ClearEndings  # noqa: E402
from backend.realtime.routing import other_urlpatterns, websocket_urlpatterns  # noqa: E402
from backend.realtime.session import SessionTokenOrSameOrigin  # noqa: E402
from backend.uploads.streaming import UploadStreaming  # noqa: E402

metrics.serve()
keep_connections()
tracing.start("web")
_pieces = UploadStreaming(cast(App, OneThreadHandler()))
_http = BodyLimit(EarlySignIn(_pieces), max_bytes=settings.ENVIRONMENT.max_upload_bytes)
_static = ServeStaticASGI(
    _http,
    allow_all_origins=False,
    # The build puts a hash of the content into these names.
    immutable_file_test=r"^/static/web/assets/",
)
_static.add_files(str(Path(drf_spectacular_sidecar.__file__).parent / "static"), prefix="static/")
if settings.WEB_CLIENT_DIR.is_dir():
    _static.add_files(str(settings.WEB_CLIENT_DIR), prefix="static/web/")

_websocket = URLRouter(
    [*websocket_urlpatterns, *live_urlpatterns, *care.websocket_urlpatterns, *other_urlpatterns]
)

application = ProtocolTypeRouter(
    {
        "http": _static,
        "websocket": ClearEndings(SessionTokenOrSameOrigin(AuthMiddlewareStack(_websocket), _websocket)),
    }
)
