"""The Celery app of the inference worker, and the process around it."""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready, worker_shutting_down

from inference_worker import contract, credit, device_loss, log_context, metrics, tracing
from inference_worker.adapting import AdaptationRunner
from inference_worker.config import WorkerConfig
from inference_worker.crash_marks import CrashMarks
from inference_worker.idle import IdleWatch
from inference_worker.live_lane import LiveLane
from inference_worker.registry import Registry
from inference_worker.results import ResultSender
from inference_worker.running import Pulse, PulseOptions, RunningUnits
from inference_worker.storage import AudioStorage, StorageOptions
from inference_worker.tasks import UnitRunner, register, register_adaptation
from inference_worker.usage import share_one_heap

logger = logging.getLogger(__name__)

LIVE_GRACE_S = 5.0
"""A batch of live captions that is in work when the worker stops is sent if it takes no longer."""


def create_app(config: WorkerConfig) -> Celery:
    """The app with its settings, without tasks.

    `task_reject_on_worker_lost` is left off on purpose: tasks run in threads, so no child can be lost without the
    whole process; then the backend notices the silence and queues the unit again, with bounded attempts.
    """
    credit.give_credit_back()
    app = Celery("inference", broker=config.broker_url, backend=None, set_as_current=False)
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=True,
        task_acks_on_failure_or_timeout=True,
        task_ignore_result=True,
        task_create_missing_queues=True,
        task_default_queue=contract.QUEUE_BULK,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": contract.VISIBILITY_TIMEOUT_S,
            "queue_order_strategy": "priority",
            "socket_keepalive": True,
            "socket_connect_timeout": 5,
            "retry_on_timeout": True,
            "health_check_interval": 10,
        },
        enable_utc=True,
    )
    return app


def run_worker(config: WorkerConfig, registry: Registry | None = None) -> int:
    """Warm the engines up and work until told to stop (SIGTERM, SIGINT). Returns the exit code of the process.

    On SIGTERM the running units return what they have, their results are sent, and the process ends.
    Raises `ConfigurationError` when an engine is not there.
    """
    share_one_heap()
    log_context.configure(config.log_level, config.log_format)
    stopping = threading.Event()
    app = create_app(config)
    sender = ResultSender(app, stopping)
    running = RunningUnits()
    registry = registry or Registry(config)
    pulse = Pulse(_pulse_options(config), running, sender.heartbeat)
    registry.on_swap = pulse.use
    pulse.use(registry.warm_up())
    metrics.serve(config.metrics_address)
    tracing.start(config.traces_endpoint)
    runner = UnitRunner(
        registry=registry,
        storage=_storage(config, stopping),
        marks=CrashMarks(config.cache_dir),
        running=running,
        sender=sender,
        stopping=stopping,
        soft_limit_s=config.unit_soft_limit_s,
    )
    register(app, runner)
    register_adaptation(app, AdaptationRunner(registry=registry, storage=runner.storage, sender=sender))
    idle = IdleWatch(registry, config.idle_unload_s, stopping)
    lane = LiveLane(app, registry, sender.heard, stopping)
    pulse.watch("a batch of live captions", lane.working_s, config.live_limit_s)

    def on_ready(**_: Any) -> None:
        pulse.start()
        idle.start()
        lane.start()

    def on_shutting_down(**_: Any) -> None:
        stopping.set()

    setup_logging.connect(_keep_our_logging)
    worker_ready.connect(on_ready)
    worker_shutting_down.connect(on_shutting_down)
    logger.info("engines: %s on %s, %s", pulse.engine_names[0], pulse.asr_device, pulse.engine_names[1])
    try:
        app.worker_main(_arguments(config))
    finally:
        stopping.set()
        lane.join(LIVE_GRACE_S)
        pulse.stop()
        config.heartbeat_file.unlink(missing_ok=True)
    return device_loss.exit_code()


def _keep_our_logging(**_: Any) -> None:
    """Being connected is enough: Celery then leaves logging alone."""


def _storage(config: WorkerConfig, stopping: threading.Event) -> AudioStorage:
    options = StorageOptions(
        cache_dir=config.cache_dir,
        cache_max_bytes=config.cache_max_bytes,
        fetch_attempts=config.fetch_attempts,
        fetch_timeout_s=config.fetch_timeout_s,
    )
    return AudioStorage(options, sleep=stopping.wait)


def _pulse_options(config: WorkerConfig) -> PulseOptions:
    return PulseOptions(
        worker_name=config.worker_name,
        heartbeat_s=config.heartbeat_s,
        heartbeat_file=config.heartbeat_file,
    )


def _arguments(config: WorkerConfig) -> list[str]:
    return [
        "--quiet",
        "worker",
        "-P",
        "threads",
        "-c",
        str(config.concurrency),
        "-Q",
        ",".join(contract.UNIT_QUEUES),
        "-n",
        config.worker_name,
        "--loglevel",
        config.log_level,
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
