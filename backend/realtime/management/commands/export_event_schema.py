"""`manage.py export_event_schema FILE`: the pushed events as JSON Schema, for the clients' types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from pydantic import TypeAdapter

from backend.realtime.events import ServerEvent


class Command(BaseCommand):
    help = "Write the JSON Schema of everything that is pushed over /ws/events."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        schema = TypeAdapter(ServerEvent).json_schema()
        schema["title"] = "ServerEvent"
        options["file"].write_text(json.dumps(schema, indent=2) + "\n")
