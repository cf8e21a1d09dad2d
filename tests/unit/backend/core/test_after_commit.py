"""What fails after a commit stays there."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import transaction

from backend.core.after_commit import after_commit


@pytest.mark.django_db(transaction=True)
def test_it_runs_after_the_commit_and_a_failure_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    with transaction.atomic():
        after_commit(partial(int, "no number"))
        after_commit(partial(done.append, "second"))
        assert done == []
    assert done == ["second"]
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.exc_info is not None
    assert record.exc_info[0] is ValueError


@pytest.mark.django_db(transaction=True)
def test_nothing_runs_after_a_rollback() -> None:
    done: list[str] = []
    with transaction.atomic():
        after_commit(partial(done.append, "never"))
        transaction.set_rollback(True)
    assert done == []
