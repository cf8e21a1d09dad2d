"""What changes a person's account."""

from __future__ import annotations

import uuid

from django.db import connection

from backend.accounts.models import User


def revision_next(*, owner_id: uuid.UUID) -> int:
    """Count one more change of what this person owns, and return the new revision.

    Must be called in the transaction of the change: the row stays locked until it commits, so that revisions
    become visible in their order and a client that has seen N has seen everything up to N.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("revision_next outside of a transaction")
    # One statement where Django's own way takes two: this runs at every change of anything.
    statement = f"UPDATE {User._meta.db_table} SET revision = revision + 1 WHERE id = %s RETURNING revision"  # noqa: S608 - nothing from outside is in it
    with connection.cursor() as cursor:
        cursor.execute(statement, [User._meta.get_field("id").get_db_prep_value(owner_id, connection)])
        row = cursor.fetchone()
    if row is None:
        raise User.DoesNotExist
    return int(row[0])
