"""What can go wrong with care links."""

from __future__ import annotations

from backend.core.errors import ConflictError, NotFoundError


class CareCodeError(NotFoundError):
    code = "care_code_wrong"
    title = "This code opens nothing"


class CareLinkExistsError(ConflictError):
    code = "care_link_exists"
    title = "You are connected already"


class CareOwnLinkError(ConflictError):
    code = "care_own_link"
    title = "This invitation is your own"


class CareLinkStateError(ConflictError):
    code = "care_link_state"
    title = "The link is not in a state for that"
