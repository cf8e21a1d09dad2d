"""Which pages may open a websocket with the cookie of whoever looks at them."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host


def is_own_page(headers: dict[bytes, bytes]) -> bool:
    """Whether the request comes from a page of this service: the same host and the same port, no other.

    Cookies know no ports, so a page that another program serves on this machine would come with them.
    """
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return False
    if origin.lower() == settings.PUBLIC_URL.lower():
        return True
    is_known = validate_host(parts.hostname or "", settings.ALLOWED_HOSTS)
    return is_known and parts.netloc.lower() == host.lower()
