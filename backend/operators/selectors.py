"""The state of the service in numbers. Nothing here says what anybody said, or who it was."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from celery import current_app
from django.conf import settings
from django.db.models import Count, Sum
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from backend.accounts.models import User
from backend.analyses import selectors as analyses
from backend.analyses.models import Analysis, AnalysisState, Worker
from backend.conversations.models import FileToDelete, Recording
from backend.live.models import LiveStream
from backend.notifications.models import Delivery, DeliveryState, Device, DeviceKind, Webhook
from backend.uploads.models import ResumableUpload
from inference_worker import contract

logger = logging.getLogger(__name__)

_MB = 1_000_000
_NEAR_QUOTA = 0.8
_LATELY = timedelta(hours=24)
_WAITS_LONG_S = 600.0


@dataclass(frozen=True, slots=True)
class Ago:
    """A time that has passed."""

    seconds: float


Cell = str | int | Ago


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page. `title` and `columns` are keys of `texts.TEXTS`; so are cells that begin with `@`."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def state() -> tuple[Table, ...]:
    """Everything that the page shows."""
    return (_queues(), _analyses(), _failures(), _workers(), _storage(), _notices(), _people())


def alarms(tables: Sequence[Table]) -> tuple[str, ...]:
    """Keys of `texts.TEXTS`: what somebody should look at now. The most urgent first."""
    cells = {(table.title, row[0]): row[1] for table in tables for row in table.rows}
    oldest = cells["analyses", "@oldest"]
    found = {
        "alarm_queues": "@unknown" in (value for (title, _), value in cells.items() if title == "queues"),
        "alarm_worker": "@alive" not in (value for (title, _), value in cells.items() if title == "workers"),
        "alarm_wait": isinstance(oldest, Ago) and oldest.seconds > _WAITS_LONG_S,
        "alarm_lost": ("failures", "worker_lost") in cells,
        "alarm_notices": cells["notices", "@lost_notices"] != 0,
    }
    return tuple(key for key, is_so in found.items() if is_so)


def _queues() -> Table:
    names = (contract.QUEUE_LIVE, *contract.UNIT_QUEUES, contract.QUEUE_RESULTS)
    lengths: dict[str, Cell] = dict.fromkeys(names, "@unknown")
    try:
        with current_app.connection_for_read() as broker, broker.channel() as channel:
            lengths = {name: int(channel._size(name)) for name in names}
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("the queues cannot be asked: %s", error)
    return Table("queues", ("queue", "number"), tuple(lengths.items()))


def _analyses() -> Table:
    found = dict(Analysis.objects.values_list("state").annotate(number=Count("pk")).order_by())
    rows: list[tuple[Cell, ...]] = [
        (f"@state_{name}", found.get(str(name), 0)) for name in AnalysisState.values
    ]
    return Table("analyses", ("state", "number"), (*rows, ("@oldest", Ago(analyses.oldest_open_age_s()))))


def _failures() -> Table:
    failed = Analysis.objects.filter(
        state=AnalysisState.FAILED, finished_at__gte=timezone.now() - _LATELY
    ).values_list("error_code")
    rows = failed.annotate(number=Count("pk")).order_by("-number", "error_code")
    return Table("failures", ("code", "number"), tuple(rows))


def _workers() -> Table:
    alive = set(analyses.live_workers().values_list("name", flat=True))
    now = timezone.now()
    rows = tuple(
        (
            worker.name,
            "@alive" if worker.name in alive else "@silent",
            worker.asr_engine,
            worker.asr_device or "@unknown",
            worker.emotion_engine or "@none",
            Ago((now - worker.last_seen_at).total_seconds()),
        )
        for worker in Worker.objects.order_by("-last_seen_at")[:100]
    )
    return Table("workers", ("worker", "state", "asr", "device", "emotion_engine", "seen"), rows)


def _storage() -> Table:
    recordings = Recording.objects.aggregate(number=Count("pk"), size=Sum("size_bytes"))
    unfinished = ResumableUpload.objects.filter(is_finished=False)
    uploads = unfinished.aggregate(number=Count("pk"), size=Sum("offset_bytes"))
    rows = (
        ("@recordings", recordings["number"]),
        ("@recording_mb", (recordings["size"] or 0) // _MB),
        ("@unfinished", uploads["number"]),
        ("@unfinished_mb", (uploads["size"] or 0) // _MB),
        ("@to_delete", FileToDelete.objects.filter(due_at__lte=timezone.now()).count()),
        ("@live", LiveStream.objects.exclude(state=LiveStream.State.ENDED).count()),
    )
    return Table("storage", ("what", "number"), rows)


def _notices() -> Table:
    kinds = dict(Device.objects.values_list("kind").annotate(number=Count("pk")).order_by())
    given_up = Delivery.objects.filter(state=DeliveryState.GIVEN_UP, created_at__gte=timezone.now() - _LATELY)
    rows = (
        *((f"@device_{kind}", kinds.get(kind, 0)) for kind in DeviceKind.values),
        ("@webhooks", Webhook.objects.count()),
        ("@webhooks_off", Webhook.objects.filter(is_enabled=False).count()),
        ("@waiting_notices", Delivery.objects.filter(state=DeliveryState.WAITING).count()),
        ("@lost_notices", given_up.count()),
    )
    return Table("notices", ("kind", "number"), rows)


def _people() -> Table:
    quota_bytes = settings.ENVIRONMENT.user_quota_bytes
    taken = Recording.objects.values("owner_id").annotate(size=Sum("size_bytes")).order_by()
    near = taken.filter(size__gt=_NEAR_QUOTA * quota_bytes).count() if quota_bytes else 0
    rows = (
        ("@accounts", User.objects.count()),
        ("@with_second_factor", Authenticator.objects.values("user_id").distinct().count()),
        ("@operators", User.objects.filter(is_operator=True).count()),
        ("@quota", quota_bytes // _MB),
        ("@near_quota", near),
    )
    return Table("people", ("what", "number"), rows)
