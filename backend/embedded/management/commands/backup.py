"""`manage.py backup FOLDER`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.embedded.backup import backup
from backend.embedded.errors import StackError


class Command(BaseCommand):
    help = "Copy the data folder of a one-machine stack, running or not, to a new folder."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's spelling

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            manifest = backup(Path(settings.DATA_DIR), options["folder"])
        except StackError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['folder']}: the database and {manifest.files} files")
