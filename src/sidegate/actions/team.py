"""Who works in the office: invited, given another role, removed, gone. The office's only writer of Membership.

Each act takes the business's row first, so that two owners who remove each other in one instant come one after the
other: a business never loses its last owner. Whoever is out is out at her next request (web/access.py asks at each).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Business, ClientService, Event, Membership, Message, User, Visit
from ..wording.languages import choose_language
from .calendar_feeds import close_feed_of_business, close_feeds_of_member
from .errors import Conflict, InvalidInput
from .messages import Draft, Recipient, draft, let_go, own_words, store
from .people import held_user

INVITED_AGAIN_AFTER = timedelta(minutes=10)
Role = Membership.Role
Verb = Event.Verb


def invite_member(
    business: Business, *, by: User, email: str, name: str, role: str, language: str = ""
) -> Membership:
    """Let someone into the office and write to her. Who has a sign-in already keeps it, with her name and language;
    who was removed before is active again.

    Raises InvalidInput for `email` where she is in the team, or may not sign in; Conflict("not_owner").
    """
    email = email.strip().lower()
    known = User.objects.filter(email=email).first()
    letter = _invitation(business, known or User(email=email, name=name, language=language), by=by, role=role)
    with transaction.atomic(durable=True):
        _take(business, by=by)
        user = held_user(email, name=name, language=language)
        _must_be_new(business, user)
        membership, _made = Membership.objects.update_or_create(
            business=business,
            user=user,
            defaults={"role": role, "is_active": True, "created_at": timezone.now()},
        )
        _tell(membership, letter, by=by)
    return membership


def _take(business: Business, *, by: User) -> None:
    """Until the transaction ends nobody else changes the team. Whoever acts must still be an owner."""
    Business.objects.filter(pk=business.pk).update(name=F("name"))
    if not _owners(business).filter(user=by).exists():
        raise Conflict("not_owner")


def _owners(business: Business) -> QuerySet[Membership]:
    return Membership.objects.filter(business=business, role=Role.OWNER, is_active=True, user__is_active=True)


def _must_be_new(business: Business, user: User) -> None:
    if not user.is_active:
        text = _("%(email)s belongs to someone who may not sign in.")
        raise InvalidInput({"email": text % {"email": user.email}})
    if Membership.objects.filter(business=business, user=user, is_active=True).exists():
        raise InvalidInput({"email": _("%(name)s is in the team already.") % {"name": user}})


def _invitation(business: Business, user: User, *, by: User, role: str) -> Draft:
    recipient = Recipient(
        key=f"user:{user.pk}",
        name=user.name,
        address=user.email,
        language=choose_language(user.language, business.default_language),
    )
    values = {
        "business": business.name,
        "business_phone": business.phone,
        "invited_by": str(by),
        "link": _way_in(business, user.email, role),
    }
    key = "technician.invited" if role == Role.TECHNICIAN else "member.invited"
    return draft(key, words=own_words(business.pk, (key,)), recipient=recipient, values=values)


def _way_in(business: Business, email: str, role: str) -> str:
    """The sign-in page, with her address in its field, on the way to the queue; a technician's to her day."""
    page = "my-day" if role == Role.TECHNICIAN else "requests"
    asked = {"next": f"/{business.slug}/office/{page}", "email": email}
    return f"{settings.SIDEGATE_BASE_URL}/sign-in?{urlencode(asked)}"


def _tell(membership: Membership, letter: Draft, *, by: User) -> None:
    event = _record(membership, Verb.MEMBER_INVITED, by=by, to=membership.role)
    recipient = replace(letter.recipient, key=f"user:{membership.user_id}")
    store(
        [replace(letter, recipient=recipient)],
        business_id=membership.business_id,
        booking_request_id=None,
        event_id=event.pk,
        holds_mail=membership.business.holds_mail,
    )


def _record(
    membership: Membership, verb: str, *, by: User, was: str = "", to: str = "", **data: str
) -> Event:
    """Who it is stands there as keys: her name and address are hers to change."""
    return Event.objects.create(
        business_id=membership.business_id,
        verb=verb,
        actor=by,
        from_state=was,
        to_state=to,
        data={"member": str(membership.pk), "user": str(membership.user_id), **data},
    )


def invite_again(membership: Membership, *, by: User) -> None:
    """Write once more to someone who has not signed in yet.

    Raises Conflict: "not_owner", "not_member" where she is in the team no more, "has_signed_in", "just_invited" within
    ten minutes of the last invitation.
    """
    letter = _invitation(membership.business, membership.user, by=by, role=membership.role)
    now = timezone.now()
    with transaction.atomic(durable=True):
        _take(membership.business, by=by)
        current = _current(membership)
        if current.seen_at():
            raise Conflict("has_signed_in")
        if current.created_at > now - INVITED_AGAIN_AFTER:
            raise Conflict("just_invited")
        _write(current, created_at=now)
        _tell(current, letter, by=by)


def _current(membership: Membership) -> Membership:
    """As it stands now; the business's row must be taken."""
    rows = Membership.objects.filter(pk=membership.pk, business=membership.business_id, is_active=True)
    found = rows.select_related("user").first()
    if found is None:
        raise Conflict("not_member")
    found.business = membership.business
    return found


def _write(membership: Membership, **changes: Any) -> None:
    Membership.objects.filter(pk=membership.pk, business=membership.business_id).update(**changes)
    for name, value in changes.items():
        setattr(membership, name, value)


def change_role(membership: Membership, *, by: User, role: str) -> None:
    """Raises Conflict: "not_owner", "not_member", "last_owner" where no owner would be left."""
    with transaction.atomic(durable=True):
        _take(membership.business, by=by)
        current = _current(membership)
        was = current.role
        if was == role:
            return
        _must_leave_an_owner(current)
        if was == Role.OWNER:
            close_feed_of_business(current.business)  # whose address she knew
        _write(current, role=role)
        _record(current, Verb.MEMBER_CHANGED, by=by, was=was, to=role)


def _must_leave_an_owner(membership: Membership) -> None:
    """She is no owner, or there is another."""
    others = _owners(membership.business).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        raise Conflict("last_owner")


def remove_member(membership: Membership, *, by: User) -> None:
    """She is out at her next request. What she did keeps her name; nobody is settled any more for her visits ahead,
    nor for those still to be made. What has not left to her by now is not sent. Her other businesses and her portals
    stay hers.

    Raises Conflict as `change_role` does.
    """
    with transaction.atomic(durable=True):
        _take(membership.business, by=by)
        _end(membership, by=by, how="removed")


def leave(membership: Membership) -> None:
    """As `remove_member`, by herself, whatever her role. Raises Conflict: "not_member", "last_owner"."""
    with transaction.atomic(durable=True):
        Business.objects.filter(pk=membership.business_id).update(name=F("name"))
        _end(membership, by=membership.user, how="left")


def _end(membership: Membership, *, by: User, how: str) -> None:
    current = _current(membership)
    _must_leave_an_owner(current)
    close_feeds_of_member(current)
    _write(current, is_active=False)
    _unstaff(current)
    _record(current, Verb.MEMBER_LEFT, by=by, was=current.role, how=how)
    to_her = Message.objects.filter(
        business=current.business_id, recipient=f"user:{current.user_id}", sign_in=None
    )
    let_go(to_her, because="left_team")


def _unstaff(membership: Membership) -> None:
    """Their versions stay: a visit that loses who goes is not one that somebody changed by hand."""
    business_id = membership.business_id
    ClientService.objects.filter(business=business_id, technician=membership).update(technician=None)
    ahead = Visit.objects.upcoming(membership.business.today()).filter(business=business_id)
    ahead.filter(technician=membership).update(technician=None)
