from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate

from backend.conversations import search_index


class ConversationsConfig(AppConfig):
    name = "backend.conversations"
    label = "conversations"

    def ready(self) -> None:
        post_migrate.connect(search_index.ensure, sender=self)
        register(search_index.check_trigrams, Tags.database)
