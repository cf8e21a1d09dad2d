"""`manage.py export_live_schema FILE`: the messages of `/ws/live` as JSON Schema, for the clients' types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from pydantic import TypeAdapter

from backend.live.messages import LiveProtocol


class Command(BaseCommand):
    help = "Write the JSON Schema of everything that is said over /ws/live and /ws/captions."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        schema = TypeAdapter(LiveProtocol).json_schema()
        schema["title"] = "LiveProtocol"
        options["file"].write_text(json.dumps(schema, indent=2) + "\n")
