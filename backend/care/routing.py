from django.urls import path

from backend.care.consumers import WatchConsumer

websocket_urlpatterns = [path("ws/care/<uuid:link_id>", WatchConsumer.as_asgi())]
