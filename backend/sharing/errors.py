"""Why a link to captions is refused. Clients know the codes."""

from __future__ import annotations

from backend.core.errors import ConflictError, NotFoundError


class LinkOverError(NotFoundError):
    """One answer for a code that is wrong, has expired or was ended: whoever guesses learns nothing."""

    code = "share_ended"
    title = "These captions are not shown any more"


class TooManyLinksError(ConflictError):
    code = "too_many_links"
    title = "Too many links"
