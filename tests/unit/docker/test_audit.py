"""`docker/audit.py`: a hole is a failure, a service that is away is none, and neither is taken for the other."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "docker/audit.py"
PIP_AWAY = (
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.osv.dev'): Max retries exceeded"
)
NPM_AWAY = json.dumps({"message": "405 Method Not Allowed", "statusCode": 405, "error": {"summary": ""}})
PIP_HOLE = json.dumps(
    {
        "dependencies": [
            {"name": "celery", "version": "5.0", "vulns": []},
            {
                "name": "requests",
                "version": "2.0.0",
                "vulns": [
                    {"id": "PYSEC-2014-13", "fix_versions": ["2.3.0"], "description": "ConnectionError"}
                ],
            },
        ],
        "fixes": [],
    }
)
NPM_HOLE = json.dumps(
    {
        "auditReportVersion": 2,
        "vulnerabilities": {"minimist": {"severity": "critical", "via": [{"title": "ECONNREFUSED leaks"}]}},
    }
)


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "audit", module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("output", "error", "status", "state", "detail"),
    [
        ("{}", "", 0, "clean", ""),
        (PIP_HOLE, "Found 1 known vulnerability", 1, "holes", "requests 2.0.0 (PYSEC-2014-13)"),
        (NPM_HOLE, "", 1, "holes", "minimist (critical)"),
        ("", PIP_AWAY, 1, "not checked", "the service that keeps advisories cannot be reached from here"),
        (
            NPM_AWAY,
            "npm error audit endpoint returned an error",
            1,
            "not checked",
            "the service that keeps advisories cannot be reached from here",
        ),
        ("", "error: invalid requirements", 1, "failed", "error: invalid requirements"),
    ],
)
def test_what_a_tool_says(
    audit: ModuleType, output: str, error: str, status: int, state: str, detail: str
) -> None:
    program = f"import sys; print({output!r}); print({error!r}, file=sys.stderr); sys.exit({status})"
    found = audit.judged("part", [sys.executable, "-c", program], Path())
    assert (found.state, found.detail) == (state, detail)


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (("clean", "clean"), 0),
        (("clean", "not checked"), 0),
        (("not checked", "holes"), 1),
        (("failed", "clean"), 1),
    ],
)
def test_how_it_ends(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    states: tuple[str, str],
    status: int,
) -> None:
    monkeypatch.setattr(audit, "SBOM_DIR", tmp_path)
    monkeypatch.setattr(audit, "bills", lambda: [])
    monkeypatch.setattr(audit, "CLIENTS", ("web",))
    monkeypatch.setattr(audit, "python_audit", lambda: audit.Outcome("Python", states[0]))
    monkeypatch.setattr(audit, "client_audit", lambda client: audit.Outcome(client, states[1], "why"))
    assert audit.main() == status
    assert f"web: {states[1]}: why" in capsys.readouterr().out
