"""Whatever is sent to the API, within its schema and beyond: no answer is an error of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import schemathesis
from django.apps import apps
from django.conf import settings
from django.test.client import ClientHandler
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup

from backend.accounts.models import User
from backend.analyses.models import Analysis
from tests.conftest import CommittingClient
from tests.unit.backend import messages
from tests.unit.backend.conftest import body_of

EXAMPLES = 12

schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))


@schemathesis.serializer("application/offset+octet-stream")
def any_bytes(_: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django without the signals around a request that would close the test's database."""
    response = ClientHandler(enforce_csrf_checks=False)({"REMOTE_ADDR": "127.0.0.1", **environ})
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [body_of(response)]


@pytest.fixture
def session(owner: User, client_of: Callable[[User], CommittingClient]) -> dict[str, str]:
    client = client_of(owner)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


@pytest.fixture(autouse=True)
def _something_to_ask_about(
    analysis: Analysis, deliver: Callable[..., None], owner_client: CommittingClient
) -> None:
    """A finished recording with an utterance that was edited."""
    deliver(messages.unit_result(analysis, is_last=True))
    utterance = owner_client.get(f"/api/v1/recordings/{analysis.recording_id}/utterances").json()["results"][
        0
    ]
    change = {"revision": utterance["revision"], "text": "something else"}
    assert (
        owner_client.patch(f"/api/v1/utterances/{utterance['id']}", change, format="json").status_code == 200
    )


def real_id(parameter: str) -> object:
    """The id of something that is there, for a parameter such as `utterance_id`; None if no model has the name."""
    name = parameter.removesuffix("_id").replace("_", "")
    for model in apps.get_models():
        if model._meta.model_name == name:
            return model._default_manager.values_list("pk", flat=True).first()
    return None


@schema.parametrize()
@hypothesis_settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_no_answer_is_an_error_of_ours(case: Any, session: dict[str, str]) -> None:
    ids = {name: real_id(name) for name in case.path_parameters or {}}
    case.path_parameters = {**(case.path_parameters or {}), **{k: str(v) for k, v in ids.items() if v}}
    response = case.call(app=application, cookies=session)
    assert response.status_code != 401, "nothing is tried by somebody who is not signed in"
    case.validate_response(response, checks=(not_a_server_error,))


def test_an_error_of_ours_would_be_noticed(session: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("backend.analyses.selectors.recording_list", broken)
    case = schema["/api/v1/recordings"]["GET"].Case()
    with pytest.raises(FailureGroup):
        case.validate_response(case.call(app=application, cookies=session), checks=(not_a_server_error,))
