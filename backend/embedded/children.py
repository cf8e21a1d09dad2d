"""The processes of the one-machine stack, in the order in which they start."""

from __future__ import annotations

from functools import partial

from backend.embedded.child_spec import ChildSpec
from backend.embedded.options import StackOptions
from backend.embedded.readiness import answers_ok
from backend.embedded.redis_server import RedisServer

INFERENCE_GRACE_S = 15.0
LONGEST_SOCKET_MESSAGE_BYTES = 65_536
"""A second of live sound is half of it; uvicorn's own 16 MB would let few clients fill the memory."""
WORKER_READY_INTERVAL_S = 2.0
# Quiet: no banner. Django's checks would import every view into processes that serve none (10 MB each).
CELERY = ("-m", "celery", "-A", "backend.config.celery", "--quiet", "--skip-checks")


def specs(options: StackOptions, redis: RedisServer | None) -> list[ChildSpec]:
    """What to run. `redis` None: the Redis that `options.redis_url` names is somebody else's."""
    env = child_environment(options, redis)
    found = [_redis(options, redis, env)] if redis else []
    found += [_web(options, env), _results(options, _metrics_of(1, env))]
    if options.start_inference:
        found.append(_inference(options, _metrics_of(2, env)))
    return [*found, _beat(options, env)]


def child_environment(options: StackOptions, redis: RedisServer | None) -> dict[str, str]:
    """The person's environment, with what this stack has decided."""
    return {
        **options.environment,
        "DATA_DIR": str(options.data_dir),
        "HOST": options.host,
        "PORT": str(options.port),
        "REDIS_URL": redis.url if redis else options.redis_url or "",
        "PYTHONUNBUFFERED": "1",
    }


def _metrics_of(offset: int, env: dict[str, str]) -> dict[str, str]:
    """On one machine every process needs a port of its own: the web server's, and those after it."""
    host, _, port = env.get("METRICS_ADDRESS", "").rpartition(":")
    return {**env, "METRICS_ADDRESS": f"{host}:{int(port) + offset}"} if host and port.isdecimal() else env


def _redis(options: StackOptions, redis: RedisServer, env: dict[str, str]) -> ChildSpec:
    return ChildSpec(
        name="redis",
        argv=redis.argv,
        env=env,
        work_dir=options.work_dir,
        before_start=redis.prepare,
        ready_check=redis.answers,
        is_foundation=True,
    )


def _web(options: StackOptions, env: dict[str, str]) -> ChildSpec:
    sockets = ("--ws", "websockets-sansio", "--ws-max-size", str(LONGEST_SOCKET_MESSAGE_BYTES))
    listen = ("--host", options.host, "--port", str(options.port), *sockets)
    limits = ("--no-access-log", "--lifespan", "off", "--timeout-graceful-shutdown", "5")
    return ChildSpec(
        name="web",
        argv=(options.python, "-m", "uvicorn", "backend.config.asgi:application", *listen, *limits),
        env=env,
        work_dir=options.work_dir,
        ready_check=partial(answers_ok, options.local_host, options.port, "/healthz"),
    )


def _results(options: StackOptions, env: dict[str, str]) -> ChildSpec:
    what = ("worker", "-Q", "results", "-P", "solo", "-n", "results@%h")
    how = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")
    return ChildSpec(
        name="results", argv=(options.python, *CELERY, *what, *how), env=env, work_dir=options.work_dir
    )


def _inference(options: StackOptions, env: dict[str, str]) -> ChildSpec:
    own = {"WORKER_NAME": "inference@embedded", "WORKER_CACHE_DIR": str(options.data_dir / "worker-cache")}
    return ChildSpec(
        name="inference",
        argv=(options.python, "-m", "inference_worker", "worker"),
        env={**env, **own},
        work_dir=options.work_dir,
        # The web server knows whether a worker listens, the same way everywhere.
        ready_check=partial(answers_ok, options.local_host, options.port, "/readyz"),
        ready_interval_s=WORKER_READY_INTERVAL_S,
        stop_grace_s=INFERENCE_GRACE_S,
    )


def _beat(options: StackOptions, env: dict[str, str]) -> ChildSpec:
    files = ("--schedule", str(options.data_dir / "beat-schedule"), "--pidfile=")
    return ChildSpec(
        name="beat",
        argv=(options.python, *CELERY, "beat", *files, "--loglevel", "INFO"),
        env=env,
        work_dir=options.work_dir,
    )
