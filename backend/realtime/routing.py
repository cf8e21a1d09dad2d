from typing import Any

from django.urls import path, re_path

from backend.realtime.consumers import EventsConsumer
from backend.realtime.endings import nothing_here

# Django's stubs know only views here.
_NOTHING_HERE: Any = nothing_here
websocket_urlpatterns = [path("ws/events", EventsConsumer.as_asgi())]
other_urlpatterns = [re_path(r"", _NOTHING_HERE)]
"""After all others."""
