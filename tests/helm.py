"""Helm itself renders the chart, without a cluster. `python -m tests.helm CHART VALUES_JSON` prints the documents.

The wheel `helm-sdkpy` holds Helm 4 as a shared library. It installs, and has no `template`; so a stand-in for the API
server, which knows the kinds and has nothing, takes the release that Helm stores before it makes anything. That
holds every rendered document, hooks as well. A program of its own, because the library brings Go's runtime along.
"""

from __future__ import annotations

import base64
import ctypes
import gzip
import importlib.util
import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

RELEASE, NAMESPACE = "captions", "service"
_KINDS = {
    "v1": {"Secret": "secrets", "Service": "services", "PersistentVolumeClaim": "persistentvolumeclaims"},
    "apps/v1": {"Deployment": "deployments"},
    "batch/v1": {"Job": "jobs"},
    "policy/v1": {"PodDisruptionBudget": "poddisruptionbudgets"},
    "networking.k8s.io/v1": {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies"},
    "keda.sh/v1alpha1": {
        "ScaledObject": "scaledobjects",
        "TriggerAuthentication": "triggerauthentications",
    },
}


class HelmError(Exception):
    """What Helm had to say."""


def library() -> Path | None:
    """Helm's shared library; None where the wheel is not installed or has none for this machine."""
    found = importlib.util.find_spec("helm_sdkpy")
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).parent / "_lib" / "linux-amd64" / "libhelm_sdkpy.so"
    return path if path.exists() and sys.platform == "linux" else None


def render(chart: Path, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Every document of the chart with `values`. Raises `HelmError`."""
    command = [sys.executable, "-m", "tests.helm", str(chart), json.dumps(values)]
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=root)
    if done.returncode != 0:
        raise HelmError(done.stderr.strip())
    documents: list[dict[str, Any]] = json.loads(done.stdout)
    return documents


class _Cluster(BaseHTTPRequestHandler):
    """Knows the kinds, has nothing, takes the release and refuses everything else."""

    release: dict[str, Any] | None = None

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/version":
            self._answer(200, {"major": "1", "minor": "33", "gitVersion": "v1.33.0"})
        elif path == "/api":
            self._answer(200, {"kind": "APIVersions", "versions": ["v1"]})
        elif path == "/apis":
            self._answer(200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": _groups()})
        elif path.removeprefix("/apis/").removeprefix("/api/") in _KINDS:
            self._answer(200, _resources(path.removeprefix("/apis/").removeprefix("/api/")))
        elif path.endswith("/secrets"):
            self._answer(200, {"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": []})
        else:
            self._refuse(404, "NotFound")

    def do_POST(self) -> None:
        body = self._body()
        # The release is base64 of gzip, whichever form (JSON, protocol buffers) the request has.
        stored = re.search(rb"H4sI[A-Za-z0-9+/]+=*", _undone(body))
        if stored is None:
            self._refuse(403, "Forbidden")
            return
        type(self).release = type(self).release or json.loads(gzip.decompress(base64.b64decode(stored[0])))
        self._send(201, body, self.headers["Content-Type"])

    def do_PUT(self) -> None:
        self._send(200, self._body(), self.headers["Content-Type"])

    do_PATCH = do_PUT

    def do_DELETE(self) -> None:
        self._refuse(404, "NotFound")

    def log_message(self, *_: object) -> None:
        pass

    def _refuse(self, status: int, reason: str) -> None:
        answer = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": status}
        self._answer(status, answer)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, content: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _undone(body: bytes) -> bytes:
    """In JSON the bytes of a Secret are base64 once more."""
    if not body.startswith(b"{"):
        return body
    return base64.b64decode(json.loads(body).get("data", {}).get("release", ""))


def _groups() -> list[dict[str, Any]]:
    groups = []
    for version in _KINDS:
        group, slash, name = version.partition("/")
        if slash:
            told = {"groupVersion": version, "version": name}
            groups.append({"name": group, "versions": [told], "preferredVersion": told})
    return groups


def _resources(version: str) -> dict[str, Any]:
    verbs = ["create", "delete", "get", "list", "patch", "update", "watch"]
    resources = [
        {"name": name, "singularName": "", "namespaced": True, "kind": kind, "verbs": verbs}
        for kind, name in _KINDS[version].items()
    ]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": version,
        "resources": resources,
    }


def _kubeconfig(address: str) -> str:
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": address}}],
            "users": [{"name": "u", "user": {}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": NAMESPACE}}],
            "current-context": "c",
        }
    )


def _install(chart: str, values: str, address: str) -> str:
    """Has Helm install; returns the error that it ends with, as the stand-in makes nothing."""
    path = library()
    if path is None:
        raise HelmError("helm-sdkpy is not installed")
    helm = ctypes.CDLL(str(path))
    helm.helm_sdkpy_last_error.restype = ctypes.c_char_p
    handle, answer = ctypes.c_ulonglong(), ctypes.c_char_p()
    options = json.dumps(
        {
            "wait": False,
            "timeout_seconds": 5,
            "disable_openapi_validation": True,
            "server_side_apply": "false",
        }
    )
    if helm.helm_sdkpy_config_create(
        NAMESPACE.encode(), _kubeconfig(address).encode(), None, b"{}", ctypes.byref(handle)
    ):
        raise HelmError(helm.helm_sdkpy_last_error().decode())
    helm.helm_sdkpy_install(
        handle,
        RELEASE.encode(),
        chart.encode(),
        values.encode(),
        b"",
        options.encode(),
        ctypes.byref(answer),
    )
    return (helm.helm_sdkpy_last_error() or b"").decode()


def main(chart: str, values: str) -> int:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Cluster)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    error = _install(chart, values, f"http://127.0.0.1:{server.server_address[1]}")
    release = _Cluster.release
    if release is None:
        print(error, file=sys.stderr)
        return 1
    texts = [release["manifest"], *(hook["manifest"] for hook in release.get("hooks") or [])]
    print(json.dumps([document for text in texts for document in yaml.safe_load_all(text) if document]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
