"""The base of every error that a client can see: a stable code, a sentence that says what to do, and data."""

from __future__ import annotations

from typing import Any, ClassVar


class ProblemError(Exception):
    """Becomes an RFC 9457 problem answer. Subclasses set `status`, `code` and `title`."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    title: ClassVar[str] = "The request cannot be carried out"

    def __init__(self, detail: str, **data: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.data = data


class NotFoundError(ProblemError):
    status = 404
    code = "not_found"
    title = "Not found"


class ConflictError(ProblemError):
    status = 409
    code = "conflict"
    title = "Conflict"


class StorageFullError(ProblemError):
    status = 507
    code = "storage_full"
    title = "The storage is full"


class DatabaseUnavailableError(ProblemError):
    status = 503
    code = "database_unavailable"
    title = "The database cannot be reached"


class StorageUnavailableError(ProblemError):
    """The folder or object store of the recordings refuses or does not answer."""

    status = 503
    code = "storage_unavailable"
    title = "The recordings cannot be reached"
