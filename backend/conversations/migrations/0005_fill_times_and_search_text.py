"""What was stored before gets the times that history is ordered by, and its words in the form that is searched."""

from __future__ import annotations

from datetime import timedelta

from django.db import migrations
from django.db.models import Min
from django.db.models.functions import Coalesce

from backend.conversations.search_form import search_form

_BATCH = 500


def fill(apps, _editor):
    Conversation = apps.get_model("conversations", "Conversation")
    Utterance = apps.get_model("conversations", "Utterance")
    began = Min(Coalesce("recordings__recorded_at", "recordings__created_at"))
    batch = []
    for conversation in Conversation.objects.annotate(began=began).iterator(chunk_size=_BATCH):
        conversation.started_at = conversation.began or conversation.created_at
        batch.append(conversation)
        if len(batch) == _BATCH:
            Conversation.objects.bulk_update(batch, ["started_at"])
            batch = []
    Conversation.objects.bulk_update(batch, ["started_at"])
    batch = []
    for utterance in Utterance.objects.select_related("recording").iterator(chunk_size=_BATCH):
        recording = utterance.recording
        began_at = recording.recorded_at or recording.created_at
        try:
            utterance.said_at = began_at + timedelta(seconds=utterance.start_s)
        except OverflowError:
            utterance.said_at = recording.created_at
        utterance.search_text = search_form(utterance.text)
        batch.append(utterance)
        if len(batch) == _BATCH:
            Utterance.objects.bulk_update(batch, ["said_at", "search_text"])
            batch = []
    Utterance.objects.bulk_update(batch, ["said_at", "search_text"])


class Migration(migrations.Migration):
    dependencies = [("conversations", "0004_edits_and_history")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
