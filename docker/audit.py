"""`make audit`: what the images and clients are made of, and whether anybody knows a hole in it.

Writes bills of materials (CycloneDX) to `build/sbom` and asks the services that keep advisories: OSV for Python, the
npm registry for the clients. A service that cannot be reached is named as such and is no failure; a hole that it knows
is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SBOM_DIR = ROOT / "build" / "sbom"
TOOLS = ROOT / ".venv" / "audit" / "bin"
CLIENTS = ("web", "mobile")
_UNREACHABLE = (
    "Name or service not known",
    "Temporary failure in name resolution",
    "Failed to resolve",
    "Max retries exceeded",
    "Connection refused",
    "audit endpoint returned an error",
    "ENOTFOUND",
    "ECONNREFUSED",
    "ServiceError",
    "ConnectionError",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of asking one service about one part."""

    part: str
    state: str
    """`clean`, `holes`, `not checked`, or `failed`: the tool ended without a word that can be read."""
    detail: str = ""


def main() -> int:
    SBOM_DIR.mkdir(parents=True, exist_ok=True)
    for path in bills():
        print(f"bill of materials: {path.relative_to(ROOT)}")
    outcomes = [python_audit(), *(client_audit(client) for client in CLIENTS)]
    for outcome in outcomes:
        print(f"{outcome.part}: {outcome.state}{': ' if outcome.detail else ''}{outcome.detail}")
    return int(any(outcome.state in ("holes", "failed") for outcome in outcomes))


def bills() -> list[Path]:
    """Write what there is of each part. Raises `subprocess.CalledProcessError`."""
    python = SBOM_DIR / "python.cdx.json"
    describe = [str(TOOLS / "cyclonedx-py"), "requirements", "docker/constraints.txt", "-o", str(python)]
    subprocess.run([*describe, "--of", "JSON"], cwd=ROOT, check=True, capture_output=True)
    written = [python]
    for client in CLIENTS:
        path = SBOM_DIR / f"{client}.cdx.json"
        command = ["npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only"]
        done = subprocess.run(
            command, cwd=ROOT / "clients" / client, check=True, capture_output=True, text=True
        )
        path.write_text(done.stdout)
        written.append(path)
    return written


def python_audit() -> Outcome:
    command = [str(TOOLS / "pip-audit"), "--requirement", "docker/constraints.txt", "--no-deps"]
    return judged(
        "Python",
        [*command, "--disable-pip", "--vulnerability-service", "osv", "--timeout", "20", "--format", "json"],
        ROOT,
    )


def client_audit(client: str) -> Outcome:
    command = ["npm", "audit", "--omit=dev", "--json", "--fetch-retries=0"]
    return judged(f"clients/{client}", command, ROOT / "clients" / client)


def judged(part: str, command: Sequence[str], folder: Path) -> Outcome:
    """Run a tool that ends with 0 where it knows no hole.

    What it found is looked for first: the text of an advisory may speak of connections that are refused.
    """
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=300)
    if done.returncode == 0:
        return Outcome(part, "clean")
    holes = _holes(done.stdout)
    if holes:
        return Outcome(part, "holes", ", ".join(holes))
    said = done.stdout + done.stderr
    if any(sign in said for sign in _UNREACHABLE):
        return Outcome(part, "not checked", "the service that keeps advisories cannot be reached from here")
    return Outcome(part, "failed", said.strip()[-2000:])


def _holes(output: str) -> list[str]:
    """What the JSON of `pip-audit` or of `npm audit` names."""
    try:
        found = json.loads(output)
    except ValueError:
        return []
    python = [
        f"{package['name']} {package['version']} ({hole['id']})"
        for package in found.get("dependencies", [])
        for hole in package.get("vulns", [])
    ]
    node = [
        f"{name} ({about.get('severity', '?')})"
        for name, about in sorted(found.get("vulnerabilities", {}).items())
    ]
    return python + node


if __name__ == "__main__":
    sys.exit(main())
