"""The life of a care link: invited, accepted, changed, paused, ended."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.care import mails
from backend.care.codes import code_hash, code_make
from backend.care.errors import CareCodeError, CareLinkExistsError, CareLinkStateError, CareOwnLinkError
from backend.care.models import CareLink, LinkState, Scope
from backend.care.selectors import links as selectors
from backend.care.services.telling import tell
from backend.conversations import selectors as conversations
from backend.core.after_commit import after_commit
from backend.core.errors import NotFoundError

SHORT_CODE_TTL = timedelta(minutes=15)
LONG_CODE_TTL = timedelta(days=7)
_WRONG_CODE = "This code is wrong, was used, or is too old. Ask for a new one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an owner offers."""

    caregiver_name: str = ""
    owner_name: str = ""
    scopes: Sequence[str]
    conversation_ids: Sequence[uuid.UUID] | None = None
    """None: all, also those to come."""
    ends_at: datetime | None = None


@transaction.atomic
def link_invite(*, owner: User, terms: Terms, email: str = "") -> tuple[CareLink, str]:
    """Returns the link and its code, which is stored nowhere. With `email` the code is long-lived and sent there.

    Raises `NotFoundError` for a conversation that the owner does not have.
    """
    link = CareLink(owner=owner, invited_email=email)
    _apply(link, caregiver_name=terms.caregiver_name, owner_name=terms.owner_name, ends_at=terms.ends_at)
    _grant(link, terms.scopes)
    code = _renew(link)
    _choose(link, terms.conversation_ids)
    tell(link, "links")
    return link, code


@transaction.atomic
def link_change(*, owner: User, link_id: uuid.UUID, **changes: Any) -> CareLink:
    """Set `caregiver_name`, `owner_name`, `ends_at`, `scopes`, `conversation_ids`; what is shared changes at once.

    Raises `NotFoundError`, and `CareLinkStateError` for an ended link.
    """
    link = _locked(owner, link_id)
    if "scopes" in changes:
        _grant(link, changes.pop("scopes"))
    if "conversation_ids" in changes:
        _choose(link, changes.pop("conversation_ids"))
    _apply(link, **changes)
    link.save()
    tell(link, "links", cuts_off=True)
    return selectors.link_of_owner(owner=owner, link_id=link_id)


@transaction.atomic
def link_pause(*, owner: User, link_id: uuid.UUID, is_paused: bool) -> CareLink:
    """Raises `NotFoundError`, and `CareLinkStateError` for an ended link."""
    link = _locked(owner, link_id)
    if is_paused != (link.paused_at is not None):
        link.paused_at = timezone.now() if is_paused else None
        link.save(update_fields=["paused_at"])
        tell(link, "links", cuts_off=True)
    return selectors.link_of_owner(owner=owner, link_id=link_id)


@transaction.atomic
def link_end(*, user: User, link_id: uuid.UUID) -> None:
    """Either side ends it, at any moment and for good. Twice is as once. Raises `NotFoundError`."""
    link = CareLink.objects.select_for_update().filter(pk=link_id).first()
    if link is None or user.pk not in (link.owner_id, link.caregiver_id):
        raise NotFoundError("There is no such care link, or it is not yours.")
    if link.ended_at is None:
        link.ended_at = timezone.now()
        link.code_hash, link.code_expires_at = "", None
        link.save(update_fields=["ended_at", "code_hash", "code_expires_at"])
        tell(link, "links", cuts_off=True)


@transaction.atomic
def code_renew(*, owner: User, link_id: uuid.UUID) -> tuple[CareLink, str]:
    """Another code for an invitation that nobody has accepted; the code before opens nothing any more.

    Raises `NotFoundError`, and `CareLinkStateError` for a link that was accepted or ended.
    """
    link = _locked(owner, link_id)
    if link.state_at(timezone.now()) is not LinkState.INVITED:
        raise CareLinkStateError("This invitation was accepted already. End the link and invite anew.")
    code = _renew(link)
    tell(link, "links")
    return link, code


def invitation_read(*, user: User, code: str) -> CareLink:
    """What the code offers, for the consent of the one who would accept. Raises `CareCodeError`, `CareOwnLinkError`."""
    link = CareLink.objects.select_related("owner").filter(code_hash=code_hash(code)).first()
    return _offer(user, link)


@transaction.atomic
def invitation_accept(*, user: User, code: str) -> CareLink:
    """Use the code up. Raises `CareCodeError`, `CareOwnLinkError`, and `CareLinkExistsError` for a second link."""
    link = _offer(user, CareLink.objects.select_for_update().filter(code_hash=code_hash(code)).first())
    # Locked: two invitations of one owner may be accepted at the same time.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    now = timezone.now()
    others = CareLink.objects.filter(owner_id=link.owner_id, caregiver=user, ended_at=None)
    for other in others:
        if other.state_at(now) is not LinkState.ENDED:
            raise CareLinkExistsError("You are connected with this person already.")
        other.ended_at = other.ends_at
        other.save(update_fields=["ended_at"])
    link.caregiver, link.accepted_at = user, now
    link.code_hash, link.code_expires_at = "", None
    link.save()
    tell(link, "links")
    return selectors.person_get(caregiver=user, link_id=link.pk)


def _offer(user: User, link: CareLink | None) -> CareLink:
    """The link, if its code is open to this person. Raises `CareCodeError`, `CareOwnLinkError`."""
    now = timezone.now()
    if (
        link is None
        or link.code_expires_at is None
        or link.code_expires_at <= now
        or link.state_at(now) is not LinkState.INVITED
    ):
        raise CareCodeError(_WRONG_CODE)
    if link.owner_id == user.pk:
        raise CareOwnLinkError("You made this invitation. Give the code to the person whom you invite.")
    return link


def _locked(owner: User, link_id: uuid.UUID) -> CareLink:
    link = CareLink.objects.select_for_update().filter(owner=owner, pk=link_id).first()
    if link is None:
        raise NotFoundError("There is no such care link, or it is not yours.")
    if link.state_at(timezone.now()) is LinkState.ENDED:
        raise CareLinkStateError("This link has ended. Invite anew.")
    return link


def _apply(link: CareLink, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(link, name, value)


def _grant(link: CareLink, scopes: Sequence[str]) -> None:
    link.may_timeline = Scope.TIMELINE in scopes
    link.may_transcript = Scope.TRANSCRIPT in scopes
    link.may_audio = Scope.AUDIO in scopes


def _choose(link: CareLink, conversation_ids: Sequence[uuid.UUID] | None) -> None:
    link.all_conversations = conversation_ids is None
    chosen = set(conversation_ids or ())
    own = conversations.conversation_list(user=link.owner).filter(pk__in=chosen)
    if own.count() != len(chosen):
        raise NotFoundError("One of these conversations does not exist, or is not yours.")
    link.conversations.set(own)


def _renew(link: CareLink) -> str:
    is_long = bool(link.invited_email)
    code = code_make(is_long=is_long)
    link.code_hash = code_hash(code)
    link.code_expires_at = timezone.now() + (LONG_CODE_TTL if is_long else SHORT_CODE_TTL)
    link.save()
    if is_long:
        after_commit(partial(mails.send_invitation, link=link, code=code))
    return code
