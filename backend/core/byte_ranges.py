"""HTTP range requests (RFC 9110, section 14) over a stored file, without reading it into memory."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

from django.core.files.base import File
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

_BLOCK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def parse_range(header: str, size_bytes: int) -> tuple[int, int] | None:
    """First and last byte that `header` asks for, both included.

    None: the header is not one that we serve (several ranges, another unit), so the whole file is sent.
    Raises `ValueError` when no byte of the file is in the range.
    """
    match = _RANGE.match(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first_text, last_text = match.groups()
    if not first_text:
        first, last = max(0, size_bytes - int(last_text)), size_bytes - 1
        if int(last_text) == 0:
            raise ValueError("empty range")
    else:
        first = int(first_text)
        last = min(int(last_text), size_bytes - 1) if last_text else size_bytes - 1
        if last_text and int(last_text) < first:
            return None
    if first >= size_bytes:
        raise ValueError("range begins after the end")
    return first, last


def range_response(file: File[bytes], *, content_type: str, range_header: str) -> HttpResponseBase:
    """Answer 200 with all of `file`, 206 with the part that was asked for, or 416. Closes `file` in the end."""
    size_bytes = file.size
    try:
        wanted = parse_range(range_header, size_bytes) if range_header else None
    except ValueError:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size_bytes}"})
    first, last = wanted or (0, size_bytes - 1)
    response = StreamingHttpResponse(
        _blocks(file, first, last - first + 1), content_type=content_type, status=206 if wanted else 200
    )
    response["Accept-Ranges"] = "bytes"
    response["Content-Length"] = str(last - first + 1)
    if wanted:
        response["Content-Range"] = f"bytes {first}-{last}/{size_bytes}"
    return response


async def _blocks(file: File[bytes], start: int, length: int) -> AsyncIterator[bytes]:
    try:
        await asyncio.to_thread(file.seek, start)
        while length > 0:
            block = await asyncio.to_thread(file.read, min(_BLOCK_BYTES, length))
            if not block:
                return
            length -= len(block)
            yield block
    finally:
        await asyncio.to_thread(file.close)
