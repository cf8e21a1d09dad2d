"""Reads of care links. A link of others is a missing one."""

from __future__ import annotations

import uuid

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from backend.accounts.models import User
from backend.care.models import AccessEntry, CareLink, CareNote, Scope, is_open
from backend.care.sight import Sight, sight_through
from backend.core.errors import NotFoundError

_NO_LINK = "There is no such care link, or it is not open for you."


def links_of_owner(*, owner: User) -> QuerySet[CareLink]:
    return (
        CareLink.objects.filter(owner=owner)
        .select_related("caregiver")
        .prefetch_related("conversations")
        .order_by("-created_at", "-pk")
    )


def link_of_owner(*, owner: User, link_id: uuid.UUID) -> CareLink:
    """Raises `NotFoundError`."""
    return _found(links_of_owner(owner=owner).filter(pk=link_id).first())


def people_list(*, caregiver: User) -> QuerySet[CareLink]:
    """The links through which somebody cares, also paused ones: that they are paused is no secret."""
    now = timezone.now()
    return (
        CareLink.objects.filter(caregiver=caregiver, ended_at=None)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .select_related("owner")
        .annotate(unseen_alert_count=Count("alerts", filter=Q(alerts__seen_at=None)))
        .order_by("owner_name", "accepted_at", "pk")
    )


def person_get(*, caregiver: User, link_id: uuid.UUID) -> CareLink:
    """Raises `NotFoundError`."""
    return _found(people_list(caregiver=caregiver).filter(pk=link_id).first())


def link_open(*, caregiver: User, link_id: uuid.UUID) -> CareLink:
    """The link, if something can be seen through it now. Raises `NotFoundError`."""
    found = CareLink.objects.filter(is_open(timezone.now()), caregiver=caregiver, pk=link_id)
    return _found(found.select_related("owner").first())


def sight_of_caregiver(*, caregiver: User, link_id: uuid.UUID, scope: Scope | None = None) -> Sight:
    """Raises `NotFoundError`, also for a link without `scope`."""
    sight = sight_through(link_open(caregiver=caregiver, link_id=link_id))
    if scope is not None and not sight.may(scope):
        raise NotFoundError(_NO_LINK)
    return sight


def accesses_of_owner(*, owner: User) -> QuerySet[AccessEntry]:
    return AccessEntry.objects.filter(owner=owner)


def notes_of_link(*, link: CareLink) -> QuerySet[CareNote]:
    """`link` must have been read for the one who asks."""
    return CareNote.objects.filter(link=link)


def _found(link: CareLink | None) -> CareLink:
    if link is None:
        raise NotFoundError(_NO_LINK)
    return link
