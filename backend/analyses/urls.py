from django.urls import path

from backend.analyses.apis import recordings

urlpatterns = [
    path("recordings/<uuid:recording_id>", recordings.RecordingApi.as_view()),
    path("recordings/<uuid:recording_id>/retry", recordings.RecordingRetryApi.as_view()),
    path("recordings/<uuid:recording_id>/cancel", recordings.RecordingCancelApi.as_view()),
    path("changes", recordings.ChangesApi.as_view()),
]
