"""Audio for inference workers, by a signed and short-lived address: workers have no account."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from backend.analyses.dispatch import unsign_audio
from backend.conversations.models import Recording
from backend.core.byte_ranges import range_response


@require_GET
def worker_audio(request: HttpRequest, token: str) -> HttpResponseBase:
    """403 for a bad or old token, 410 for a recording that was deleted, 503 when the storage is away."""
    try:
        recording_id = unsign_audio(token)
    except signing.BadSignature:
        return HttpResponse(status=403)
    recording = Recording.objects.filter(pk=recording_id).first()
    if recording is None or not recording.audio:
        return HttpResponse(status=410)
    try:
        audio = recording.audio.open("rb")
    except FileNotFoundError:
        return HttpResponse(status=410)
    except OSError:
        return HttpResponse(status=503)
    return range_response(
        audio,
        content_type="application/octet-stream",
        range_header=request.headers.get("Range", ""),
    )
