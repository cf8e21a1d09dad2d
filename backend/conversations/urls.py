from django.urls import path

from backend.conversations import apis

urlpatterns = [
    path("conversations", apis.ConversationListApi.as_view()),
    path("recordings/<uuid:recording_id>/utterances", apis.UtteranceListApi.as_view()),
    path("recordings/<uuid:recording_id>/audio", apis.RecordingAudioApi.as_view()),
]
