"""What the address of a service must have, so that the service could be reached at it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

EXAMPLES = {
    "http": "https://captions.example.org",
    "postgres": "postgres://user:password@host:5432/name",
    "redis": "redis://host:6379/0, or unix:///path/redis.sock?db=0",
    "smtp": "smtp://user:password@host:587",
}
"""By the first scheme that is allowed."""


def is_address(text: str, schemes: tuple[str, ...]) -> bool:
    """Whether `text` begins with one of `schemes` and `://`, and names all that this scheme needs."""
    if not text.startswith(tuple(f"{scheme}://" for scheme in schemes)) or any(map(str.isspace, text)):
        return False
    try:
        parts = urlsplit(text)
        # Asked for here, because it is only looked at then. Port 0 is nobody's.
        return parts.port != 0 and _NEEDED.get(parts.scheme, _has_host)(parts)
    except ValueError:
        return False


def _has_host(parts: SplitResult) -> bool:
    return bool(parts.hostname)


def _has_name(parts: SplitResult) -> bool:
    """Of a database. Its host may be left out: the socket of this machine."""
    return bool(parts.path.strip("/"))


def _has_host_and_number(parts: SplitResult) -> bool:
    """Redis counts its databases; another word would be taken for the first one."""
    number = parts.path.removeprefix("/")
    return bool(parts.hostname) and (not number or number.isdecimal())


def _has_path_only(parts: SplitResult) -> bool:
    """`unix://run/redis.sock` would be /redis.sock."""
    return not parts.hostname and bool(parts.path.strip("/"))


_NEEDED: dict[str, Callable[[SplitResult], bool]] = {
    "postgres": _has_name,
    "postgresql": _has_name,
    "sqlite": _has_name,
    "redis": _has_host_and_number,
    "rediss": _has_host_and_number,
    "unix": _has_path_only,
}
