"""The schemas that the clients' types are made of are the ones that the code gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

API_DIR = Path(__file__).resolve().parents[2] / "clients" / "api"


def test_openapi_is_up_to_date(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.json"
    call_command("spectacular", file=str(fresh), format="openapi-json", validate=True, fail_on_warn=True)
    assert fresh.read_text() == (API_DIR / "openapi.json").read_text(), "run: make schema"


def test_openapi_is_valid() -> None:
    validate_schema(SchemaGenerator().get_schema(public=True))


def test_events_are_up_to_date(tmp_path: Path) -> None:
    fresh = tmp_path / "events.schema.json"
    call_command("export_event_schema", str(fresh))
    assert fresh.read_text() == (API_DIR / "events.schema.json").read_text(), "run: make schema"


def test_live_messages_are_up_to_date(tmp_path: Path) -> None:
    fresh = tmp_path / "live.schema.json"
    call_command("export_live_schema", str(fresh))
    assert fresh.read_text() == (API_DIR / "live.schema.json").read_text(), "run: make schema"


@pytest.mark.parametrize("status", ["400", "404"])
def test_errors_are_problems(status: str) -> None:
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    answers = [
        operation["responses"][status]["content"]["application/json"]["schema"]["$ref"]
        for methods in paths.values()
        for operation in methods.values()
        if status in operation["responses"]
    ]
    assert set(answers) == {"#/components/schemas/Problem"}
