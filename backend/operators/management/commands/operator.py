"""`manage.py operator EMAIL`: let an account see `/operator`, or no longer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.accounts.models import User


class Command(BaseCommand):
    help = (
        "Make the account with this address an operator, who sees the state of the service at /operator after "
        "signing in with a second factor. Operators see nothing of other people."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--remove", action="store_true", help="no longer an operator")

    def handle(self, *_: Any, **options: Any) -> None:
        is_operator = not options["remove"]
        if not User.objects.filter(email__iexact=options["email"]).update(is_operator=is_operator):
            raise CommandError("No account has this address. Sign up first.")
        self.stdout.write("Is an operator now." if is_operator else "Is no operator any more.")
