"""Serves what a process counts on a port of its own, which no visitor of the service reaches."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from kombu.exceptions import OperationalError
from prometheus_client import REGISTRY, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from backend.analyses import selectors
from inference_worker import contract

logger = logging.getLogger(__name__)


class StateCollector(Collector):
    """What is the same whichever process is asked: queues, open analyses, workers. Read when Prometheus asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield self._queues()
            yield self._analyses()
            oldest_s = selectors.oldest_open_age_s()
            yield GaugeMetricFamily(
                "rh_analysis_oldest_open_seconds", "Age of the oldest of them", value=oldest_s
            )
            workers = selectors.live_workers().count()
            yield GaugeMetricFamily("rh_workers", "Inference workers that are alive", value=workers)
        except (DatabaseError, RedisError, OperationalError, OSError) as error:
            logger.warning("the state cannot be read for the metrics: %s", error)
        finally:
            # Every scrape comes in a thread of its own.
            connection.close()

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing is asked when it is registered."""
        yield from ()

    def _queues(self) -> GaugeMetricFamily:
        waiting = GaugeMetricFamily("rh_queue_length", "Messages that wait", labels=["queue"])
        with current_app.connection_for_read() as broker, broker.channel() as channel:
            for queue in (*contract.UNIT_QUEUES, contract.QUEUE_LIVE, contract.QUEUE_RESULTS):
                waiting.add_metric([queue], channel._size(queue))
        return waiting

    def _analyses(self) -> GaugeMetricFamily:
        state = GaugeMetricFamily("rh_analyses_open", "Analyses that are not finished", labels=["state"])
        for name, count in selectors.open_analyses().items():
            state.add_metric([name], count)
        return state


def serve(*, with_state: bool = False) -> None:
    """Start serving if `METRICS_ADDRESS` says where."""
    address = settings.ENVIRONMENT.metrics_address
    if not address:
        return
    host, _, port = address.rpartition(":")
    if with_state:
        REGISTRY.register(StateCollector())
    start_http_server(int(port), host.strip("[]"))
    logger.info("metrics at http://%s/metrics", address)
