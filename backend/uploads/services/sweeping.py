"""Finishes what was interrupted, and forgets what nobody goes on with."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from backend.core.errors import ProblemError
from backend.uploads.models import ResumableUpload
from backend.uploads.services.finishing import upload_finish
from backend.uploads.services.resumable import upload_remove

logger = logging.getLogger(__name__)
_AT_ONCE = 200
_LONGEST_REQUEST_S = 24 * 3600.0


def uploads_sweep() -> None:
    """Run every minute. One upload that cannot be dealt with keeps none of the others waiting."""
    now = timezone.now()
    is_free = Q(finishing_until=None) | Q(finishing_until__lt=now)
    full = ResumableUpload.objects.filter(is_free, is_finished=False, offset_bytes=F("length_bytes"))
    for upload_id in full.values_list("pk", flat=True)[:_AT_ONCE]:
        try:
            upload_finish(upload_id=upload_id)
        except (ProblemError, OSError, ResumableUpload.DoesNotExist) as error:
            logger.warning("upload %s is not finished: %s", upload_id, error)
    expired = ResumableUpload.objects.filter(is_free, expires_at__lt=now)
    for upload_id in expired.values_list("pk", flat=True)[:_AT_ONCE]:
        try:
            upload_remove(upload_id=upload_id)
        except OSError as error:
            logger.warning("upload %s is not removed: %s", upload_id, error)
    if settings.FILE_UPLOAD_TEMP_DIR:
        _incoming_sweep(Path(settings.FILE_UPLOAD_TEMP_DIR))


def _incoming_sweep(folder: Path) -> None:
    """What requests left behind whose web server was killed."""
    for path in folder.iterdir():
        try:
            if time.time() - path.stat().st_mtime > _LONGEST_REQUEST_S:
                path.unlink()
        except OSError as error:
            logger.warning("%s is not removed: %s", path, error)
