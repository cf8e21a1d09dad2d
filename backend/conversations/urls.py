from django.urls import path

from backend.conversations import apis
from backend.conversations.apis import editing, exporting, organising, search

urlpatterns = [
    path("conversations", organising.ConversationListApi.as_view()),
    path("conversations/<uuid:conversation_id>", organising.ConversationApi.as_view()),
    path("conversations/<uuid:conversation_id>/trash", organising.ConversationTrashApi.as_view()),
    path("conversations/<uuid:conversation_id>/restore", organising.ConversationRestoreApi.as_view()),
    path("search", search.SearchApi.as_view()),
    path("conversations/<uuid:conversation_id>/export/<str:form>", exporting.ConversationExportApi.as_view()),
    path("export/<str:form>", exporting.DaysExportApi.as_view()),
    path("corrections", exporting.CorrectionsExportApi.as_view()),
    path("tags", organising.TagListApi.as_view()),
    path("recordings/<uuid:recording_id>/utterances", apis.UtteranceListApi.as_view()),
    path("recordings/<uuid:recording_id>/audio", apis.RecordingAudioApi.as_view()),
    path("utterances/<uuid:utterance_id>", editing.UtteranceApi.as_view()),
    path("utterances/<uuid:utterance_id>/split", editing.UtteranceSplitApi.as_view()),
    path("utterances/<uuid:utterance_id>/merge", editing.UtteranceMergeApi.as_view()),
    path("conversations/<uuid:conversation_id>/speakers", editing.SpeakersApi.as_view()),
    path("conversations/<uuid:conversation_id>/edits", editing.EditListApi.as_view()),
    path("edits/<uuid:edit_id>/undo", editing.EditUndoApi.as_view()),
    path("edits/<uuid:edit_id>/redo", editing.EditRedoApi.as_view()),
]
