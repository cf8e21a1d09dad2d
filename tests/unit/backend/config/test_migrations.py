"""Migrations run while the version before still serves: they add, and what they add that version can live with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

FIRST_RELEASE = {
    "accounts": "0004_vocabulary",
    "analyses": "0008_next_index",
    "care": "0002_access_log_is_append_only",
    "conversations": "0007_files_that_no_row_names_yet",
    "live": "0001_initial",
    "notifications": "0002_receipts",
    "privacy": "0001_initial",
    "sharing": "0001_links",
    "uploads": "0001_initial",
}
"""Nothing older than these was ever released."""
ALLOWED: dict[tuple[str, str, int], str] = {}
"""App, migration and place of an operation that is refused below -> why it does no harm all the same."""
_HARMLESS = (
    migrations.CreateModel,
    migrations.AddIndex,
    migrations.RemoveIndex,
    migrations.RemoveConstraint,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    migrations.RunPython,
)


def problem(operation: Operation) -> str:
    """Why the version before could not live with it; empty: it can."""
    if isinstance(operation, _HARMLESS):
        return ""
    if isinstance(operation, migrations.AddField):
        field = operation.field
        if field.null or isinstance(field, models.ManyToManyField) or field.db_default is not NOT_PROVIDED:
            return ""
        return f"the version before does not fill {operation.name}: give it db_default, or null=True"
    return f"{type(operation).__name__} changes what the version before uses: do it one release later"


def later_operations() -> Iterator[tuple[tuple[str, str, int], Operation]]:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("backend.")}
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in ours and name > FIRST_RELEASE.get(app, ""):
            for place, operation in enumerate(migration.operations):
                yield (app, name, place), operation


def test_nothing_that_the_version_before_cannot_live_with() -> None:
    found = {key: problem(operation) for key, operation in later_operations()}
    assert {key: why for key, why in found.items() if why and key not in ALLOWED} == {}
    assert [key for key in ALLOWED if not found.get(key)] == []


def test_the_first_release_is_there() -> None:
    known = MigrationLoader(None).disk_migrations
    assert [key for key in FIRST_RELEASE.items() if key not in known] == []


@pytest.mark.parametrize(
    ("operation", "is_refused"),
    [
        (migrations.AddField("recording", "x", models.IntegerField(default=0)), True),
        (migrations.AddField("recording", "x", models.IntegerField(default=0, db_default=0)), False),
        (migrations.AddField("recording", "x", models.IntegerField(null=True)), False),
        (migrations.AlterField("recording", "x", models.IntegerField()), True),
        (migrations.RemoveField("recording", "x"), True),
        (migrations.RenameField("recording", "x", "y"), True),
        (migrations.DeleteModel("Recording"), True),
        (migrations.RunSQL("DROP TABLE x"), True),
        (migrations.CreateModel("X", [("id", models.AutoField(primary_key=True))]), False),
    ],
)
def test_what_is_refused(operation: Operation, is_refused: bool) -> None:
    assert bool(problem(operation)) == is_refused


@pytest.mark.django_db
def test_the_models_have_no_changes_without_a_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
