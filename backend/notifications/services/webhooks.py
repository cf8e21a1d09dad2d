"""What a person does with their webhooks."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.core.outbound import AddressRefusedError, url_check
from backend.notifications import selectors
from backend.notifications.errors import TooManyWebhooksError, WebhookAddressError
from backend.notifications.models import Delivery, Notice, Webhook
from backend.notifications.providers.configured import policy

MAX_WEBHOOKS = 10


@transaction.atomic
def webhook_create(*, user: User, url: str) -> Webhook:
    """Raises `WebhookAddressError`, `TooManyWebhooksError`."""
    try:
        url_check(url, policy())
    except AddressRefusedError as error:
        raise WebhookAddressError(f"{error} Use an https address that everybody can reach.") from error
    User.objects.select_for_update().get(pk=user.pk)
    if selectors.webhook_list(user=user).count() >= MAX_WEBHOOKS:
        raise TooManyWebhooksError(f"There are {MAX_WEBHOOKS} already. Delete one first.", most=MAX_WEBHOOKS)
    return Webhook.objects.create(owner=user, url=url)


def webhook_switch(*, user: User, webhook_id: uuid.UUID, is_enabled: bool) -> Webhook:
    """On begins anew: what failed before does not count any more. Raises `NotFoundError`."""
    webhook = selectors.webhook_get(user=user, webhook_id=webhook_id)
    webhook.is_enabled = is_enabled
    webhook.failing_since, webhook.disabled_because = None, ""
    webhook.save(update_fields=["is_enabled", "failing_since", "disabled_because"])
    return webhook


def webhook_delete(*, user: User, webhook_id: uuid.UUID) -> None:
    """Raises `NotFoundError`."""
    selectors.webhook_get(user=user, webhook_id=webhook_id).delete()


def webhook_test(*, user: User, webhook_id: uuid.UUID) -> Delivery:
    """Queue a notice of nothing, so that a person sees whether it arrives. Raises `NotFoundError`."""
    webhook = selectors.webhook_get(user=user, webhook_id=webhook_id)
    now = timezone.now()
    return Delivery.objects.create(webhook=webhook, notice=Notice.TEST, finished_at=now, next_attempt_at=now)
