"""Why a device or a webhook is refused."""

from __future__ import annotations

from backend.core.errors import ConflictError, ProblemError


class PushAddressError(ProblemError):
    code = "push_address"
    title = "This is no address for notices"


class WebhookAddressError(ProblemError):
    code = "webhook_address"
    title = "This address cannot be called"


class TooManyWebhooksError(ConflictError):
    code = "too_many_webhooks"
    title = "Too many webhooks"
