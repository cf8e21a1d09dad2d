from django.urls import path

from backend.preferences import apis

urlpatterns = [
    path("me", apis.MeApi.as_view()),
    path("me/vocabulary", apis.VocabularyApi.as_view()),
    path("conversations/<uuid:conversation_id>/emotion", apis.ConversationEmotionApi.as_view()),
]
