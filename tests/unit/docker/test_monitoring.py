"""Alerts and dashboard ask only for what the processes tell, and every alert has its page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml
from prometheus_client import REGISTRY

from backend.config.metrics import StateCollector
from backend.core import metrics as backend_metrics
from inference_worker import metrics as worker_metrics

ROOT = Path(__file__).resolve().parents[3]
ALERTS = yaml.safe_load((ROOT / "docker/prometheus/alerts.yaml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((ROOT / "docker/grafana/dashboard.json").read_text())
STATE = {"rh_queue_length", "rh_analyses_open", "rh_analysis_oldest_open_seconds", "rh_workers"}


def told() -> set[str]:
    """Names of everything that is told, as Prometheus spells them."""
    assert backend_metrics.requests is not worker_metrics.stage
    found = set(STATE)
    for family in REGISTRY.collect():
        suffixes = {
            "counter": ["_total"],
            "histogram": ["_bucket", "_sum", "_count"],
            "gauge": [""],
        }.get(family.type, [])
        found |= {family.name + suffix for suffix in suffixes if family.name.startswith("rh_")}
    return found


def asked(expressions: list[str]) -> set[str]:
    return {name for expression in expressions for name in re.findall(r"\brh_\w+", expression)}


def test_alerts_ask_for_what_is_told() -> None:
    names = asked([rule["expr"] for rule in ALERTS])
    assert len(names) >= 6
    assert names <= told()


def test_the_dashboard_asks_for_what_is_told_and_shows_all_of_it() -> None:
    names = asked([target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]])
    assert names <= told()
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name in names}
    assert shown == {re.sub(r"_(bucket|sum|count)$", "", name) for name in told()}


def test_the_state_is_told_under_these_names(db: None) -> None:
    class Reached(StateCollector):
        def _queues(self):  # type: ignore[no-untyped-def]  # the queue needs a broker
            return next(iter([self._analyses()]))

    names = {family.name for family in Reached().collect()}
    assert names == STATE - {"rh_queue_length"}


def test_every_alert_has_its_page() -> None:
    pages = re.findall(r"^### (\w+)", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert [rule["alert"] for rule in ALERTS] == [
        page for page in pages if page in {r["alert"] for r in ALERTS}
    ]
