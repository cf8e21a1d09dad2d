"""`/operator`: the state of the service, for operators who have signed in with a second factor."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.operators import selectors
from backend.operators.texts import TEXTS, Tongue, ago, text

_STYLE = (Path(__file__).parent / "operator.css").read_text()
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


@require_safe
def operator_page(request: HttpRequest) -> HttpResponse:
    """404 for everybody else; 403 for an operator whose session has no second factor."""
    user = request.user
    if not (isinstance(user, User) and user.is_operator):
        return HttpResponseNotFound("There is nothing at this address.", content_type="text/plain")
    tongue: Tongue = "ko" if user.ui_language == "ko" else "en"
    if not any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
        return _page("second_factor.html", tongue, {}, status=403)
    return _state(tongue, selectors.state())


def _state(tongue: Tongue, tables: Sequence[selectors.Table]) -> HttpResponse:
    shown = {
        "alarms": [text(key, tongue) for key in selectors.alarms(tables)],
        "tables": [_worded(table, tongue) for table in tables],
    }
    return _page("state.html", tongue, shown)


def _page(template: str, tongue: Tongue, more: dict[str, object], status: int = 200) -> HttpResponse:
    texts = {key: text(key, tongue) for key in TEXTS}
    content = render_to_string(
        f"operators/{template}", {"language": tongue, "style": _STYLE, "texts": texts, **more}
    )
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HttpResponse(content, status=status, headers=headers)


def _worded(table: selectors.Table, tongue: Tongue) -> dict[str, object]:
    columns = [text(column, tongue) for column in table.columns]
    return {
        "title": text(table.title, tongue),
        "columns": columns,
        "rows": [
            [(column, _cell(value, tongue)) for column, value in zip(columns, row, strict=True)]
            for row in table.rows
        ],
    }


def _cell(value: selectors.Cell, tongue: Tongue) -> str:
    if isinstance(value, selectors.Ago):
        return ago(value.seconds, tongue)
    if isinstance(value, int):
        return f"{value:,}"
    return text(value[1:], tongue) if value.startswith("@") else value
