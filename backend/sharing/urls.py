from django.urls import path

from backend.sharing.apis import links

urlpatterns = [
    path("conversations/<uuid:conversation_id>/links", links.ConversationLinksApi.as_view()),
    path("links", links.LinkListApi.as_view()),
    path("links/<uuid:caption_link_id>", links.LinkApi.as_view()),
    path("shared", links.SharedCaptionsApi.as_view()),
]
