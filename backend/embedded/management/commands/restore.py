"""`manage.py restore FOLDER`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.embedded.backup import check, restore
from backend.embedded.errors import StackError


class Command(BaseCommand):
    help = "Put a backup back into an empty data folder. The stack must not run."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's spelling

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="what `manage.py backup` made")
        parser.add_argument("--check", action="store_true", help="only look whether the backup is whole")

    def handle(self, *_: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            manifest = check(folder) if options["check"] else restore(folder, Path(settings.DATA_DIR))
        except StackError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{folder} of {manifest.made_at}: the database and {manifest.files} files")
