from typing import Any

from django.urls import path

from backend.live.consumers import live
from backend.live.viewers import captions

# Django's stubs know only views here.
_LIVE: Any = live
_CAPTIONS: Any = captions
websocket_urlpatterns = [path("ws/live", _LIVE), path("ws/captions", _CAPTIONS)]
