"""`manage.py up`: start the one-machine stack."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections

from backend.embedded.errors import StackError
from backend.embedded.options import StackOptions
from backend.embedded.stack import run_stack

CANNOT_START = 2
KILLED = 130


class Command(BaseCommand):
    """Runs everything on this machine until Ctrl-C."""

    help = "Start everything on this machine: Redis, web server, workers. Ctrl-C stops it."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's spelling

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and what to leave out."""
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (%(default)s)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="port to listen on (%(default)s)")
        parser.add_argument("--no-worker", action="store_true", help="do not start the inference worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the stack; exit code 2 when it cannot start."""
        stack = StackOptions(
            data_dir=Path(settings.DATA_DIR).absolute(),
            host=options["host"],
            port=options["port"],
            redis_url=settings.REDIS_URL or None,
            start_inference=not options["no_worker"],
            environment=dict(os.environ),
        )
        try:
            is_clean = run_stack(stack, migrate=self._migrate, terminal=sys.stdout)
        except StackError as error:
            self.stderr.write(str(error))
            sys.exit(CANNOT_START)
        except KeyboardInterrupt:
            self.stderr.write("Stopped before anything was started.")
            sys.exit(KILLED)
        if not is_clean:
            sys.exit(KILLED)

    def _migrate(self) -> None:
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as error:
            raise StackError(f"The database cannot be prepared: {error}") from error
        finally:
            connections.close_all()
