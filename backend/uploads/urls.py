from django.urls import path

from backend.uploads import apis

urlpatterns = [path("recordings", apis.RecordingsApi.as_view())]
