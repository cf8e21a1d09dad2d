"""The database itself refuses to change an entry of the access log."""

from __future__ import annotations

from django.db import migrations

_SQLITE = """
CREATE TRIGGER access_log_is_append_only BEFORE UPDATE ON care_accessentry
BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END
"""
_POSTGRESQL = """
CREATE FUNCTION access_log_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the access log is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER access_log_is_append_only BEFORE UPDATE ON care_accessentry
FOR EACH ROW EXECUTE FUNCTION access_log_refuses();
"""


def add(apps, schema_editor):
    schema_editor.execute(_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER access_log_is_append_only ON care_accessentry")
        schema_editor.execute("DROP FUNCTION access_log_refuses()")
    else:
        schema_editor.execute("DROP TRIGGER access_log_is_append_only")


class Migration(migrations.Migration):
    dependencies = [("care", "0001_links")]
    operations = [migrations.RunPython(add, remove)]
