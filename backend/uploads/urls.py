from django.urls import path

from backend.uploads.apis import recordings, tus

urlpatterns = [
    path("recordings", recordings.RecordingsApi.as_view()),
    path("uploads/", tus.UploadsApi.as_view()),
    path("uploads/<uuid:upload_id>", tus.UploadApi.as_view()),
]
