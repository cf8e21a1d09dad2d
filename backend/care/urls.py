from django.urls import path

from backend.care.apis import links, notes_and_alerts, people, timelines

_PERSON = "care/people/<uuid:link_id>"
_SHARED = f"{_PERSON}/conversations/<uuid:conversation_id>"

urlpatterns = [
    path("timeline", timelines.TimelineApi.as_view()),
    path("timeline.csv", timelines.TimelineCsvApi.as_view()),
    path("timeline/comparison", timelines.ComparisonApi.as_view()),
    path("conversations/<uuid:conversation_id>/timeline", timelines.ConversationTimelineApi.as_view()),
    path("conversations/<uuid:conversation_id>/timeline.csv", timelines.ConversationTimelineCsvApi.as_view()),
    path("care/links", links.LinkListApi.as_view()),
    path("care/links/<uuid:link_id>", links.LinkApi.as_view()),
    path("care/links/<uuid:link_id>/pause", links.LinkPauseApi.as_view()),
    path("care/links/<uuid:link_id>/code", links.LinkCodeApi.as_view()),
    path("care/links/<uuid:link_id>/notes", links.LinkNotesApi.as_view()),
    path("care/access", links.AccessListApi.as_view()),
    path("care/invitation", people.InvitationReadApi.as_view()),
    path("care/invitation/accept", people.InvitationAcceptApi.as_view()),
    path("care/people", people.PersonListApi.as_view()),
    path(_PERSON, people.PersonApi.as_view()),
    path(f"{_PERSON}/timeline", people.PersonTimelineApi.as_view()),
    path(f"{_PERSON}/timeline.csv", people.PersonTimelineCsvApi.as_view()),
    path(f"{_PERSON}/timeline/comparison", people.PersonComparisonApi.as_view()),
    path(f"{_PERSON}/conversations", people.PersonConversationsApi.as_view()),
    path(f"{_SHARED}/timeline", people.PersonLanesApi.as_view()),
    path(f"{_SHARED}/timeline.csv", people.PersonLanesCsvApi.as_view()),
    path(f"{_PERSON}/recordings/<uuid:recording_id>/audio", people.PersonAudioApi.as_view()),
    path(f"{_PERSON}/notes", notes_and_alerts.NotesApi.as_view()),
    path(f"{_PERSON}/notes/<uuid:note_id>", notes_and_alerts.NoteApi.as_view()),
    path(f"{_PERSON}/rules", notes_and_alerts.RulesApi.as_view()),
    path(f"{_PERSON}/rules/<uuid:rule_id>", notes_and_alerts.RuleApi.as_view()),
    path(f"{_PERSON}/alerts", notes_and_alerts.AlertsApi.as_view()),
    path(f"{_PERSON}/alerts/<uuid:alert_id>/seen", notes_and_alerts.AlertSeenApi.as_view()),
]
