from django.urls import path

from backend.live import apis

urlpatterns = [path("live/<uuid:stream_id>/share", apis.LiveShareApi.as_view())]
