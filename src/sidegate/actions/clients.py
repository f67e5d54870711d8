"""The record of a client: who she is, how she is reached, and which emails open her portal.

An email opens at most one active client's portal in a business (docs/decisions/0014-clients-and-email.md):
the portal shows one client, and what is written to an address must be meant for one. Two clients of one
name stay two: nothing here, or anywhere, finds a client by name.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Business, Client, ClientService, PortalUser, Property, User, Visit
from ..models.identity import uuid7
from ..wording.languages import choose_language
from .calendar_feeds import close_feeds_of_client
from .errors import Conflict, InvalidInput
from .messages import Recipient
from .people import held_user


@dataclass(frozen=True, slots=True)
class ClientDetails:
    """What an office knows of a client; the email in lower case, the phone as wording/phones.py stores it."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    email_opted_out: bool = False

    def columns(self) -> dict[str, Any]:
        return {**asdict(self), "tags": list(self.tags)}


def recipient_of(client: Client, business: Business) -> Recipient:
    """The client as one who is written to: in the language really used (rule 19), or why not (rule 21)."""
    return Recipient(
        key=f"client:{client.pk}",
        name=client.name,
        address=client.email,
        language=choose_language(client.language, business.default_language),
        refusal=not_told_because(client),
    )


def not_told_because(client: Client) -> str:
    """Empty where she can be written to, else "no_address", "opted_out", "bounced" or "erased"."""
    if client.erased_at:
        return "erased"
    if not client.email:
        return "no_address"
    if client.email_opted_out:
        return "opted_out"
    return "bounced" if client.email_bounced_at else ""


def add_client(
    business: Business, details: ClientDetails, *, address: str = "", access_notes: str = ""
) -> Client:
    """A new client, with her first property where an address is given; with an email she can sign in.

    Raises InvalidInput where the email opens another client's portal.
    """
    with transaction.atomic(durable=True):
        client, _place = make_client(business, details, address=address, access_notes=access_notes)
    return client


def make_client(
    business: Business, details: ClientDetails, *, address: str, access_notes: str, key: UUID | None = None
) -> tuple[Client, Property | None]:
    """As `add_client`, under a key of her own where one is given; to be called in a transaction."""
    client, place = Client(pk=key or uuid7(), business=business, **details.columns()), None
    user = _user_of(details.email, client) if details.email else None
    if user:
        _must_be_free(business, user, but=client.pk)
    client.save(force_insert=True)
    if address:
        place = Property.objects.create(
            business=business, client=client, address=address, access_notes=access_notes
        )
    if user:
        PortalUser.objects.create(business=business, client=client, user=user)
    return client, place


def change_client(client: Client, details: ClientDetails) -> None:
    """A new email takes over from the old one: what the old one opened, the new one opens.

    Raises InvalidInput where the new email opens another client's portal, Conflict("erased").
    """
    before = client.email
    fields = details.columns()
    if details.email != before:
        fields["email_bounced_at"] = None
    with transaction.atomic(durable=True):
        if details.email != before:
            _move_portal(client, before, details.email)
        rows = Client.objects.filter(pk=client.pk, business=client.business_id, erased_at=None)
        if not rows.update(**fields):
            raise Conflict("erased")
    _set(client, fields)


def _move_portal(client: Client, before: str, email: str) -> None:
    if email:
        _open_portal(client, email)
    if before:
        PortalUser.objects.filter(
            business=client.business_id, client=client, user__email=before.lower()
        ).delete()
        close_feeds_of_client(client)


def _open_portal(client: Client, email: str, name: str = "") -> None:
    user = _user_of(email, client, name)
    must_not_be_erased(client)
    if client.archived_at is None:
        _must_be_free(client.business, user, but=client.pk)
    PortalUser.objects.get_or_create(business=client.business, client=client, user=user)


def must_not_be_erased(client: Client) -> None:
    """Takes her row, until the transaction ends; raises Conflict("erased")."""
    if not Client.objects.filter(pk=client.pk, business=client.business_id, erased_at=None).take():
        raise Conflict("erased")


def _user_of(email: str, client: Client, name: str = "") -> User:
    return held_user(email, name=name or client.name, language=client.language)


def _must_be_free(business: Business, user: User, *, but: UUID) -> None:
    other = _opened_by(business, user, but=but)
    if other:
        text = _("%(name)s already has this email. One email opens one client's portal.")
        raise InvalidInput({"email": text % {"name": other}})


def _opened_by(business: Business, user: User, *, but: UUID) -> str | None:
    """The name of the other active client whose email, or whose portal user, this is."""
    others = Client.objects.active().filter(business=business).exclude(pk=but)
    by_email = others.filter(email=user.email).values_list("name", flat=True)
    by_portal = others.filter(portal_users__user=user).values_list("name", flat=True)
    return by_email.first() or by_portal.first()


def let_in(client: Client, *, email: str, name: str = "") -> None:
    """One more person opens the client's portal. Raises InvalidInput where the email opens another's,
    Conflict("erased")."""
    with transaction.atomic(durable=True):
        _open_portal(client, email, name)


def shut_out(portal_user: PortalUser) -> None:
    """That person no longer opens the client's portal: at the next page she is out, and the calendar's address, which
    she knew, leads nowhere.

    Raises Conflict("own_email") for the client's own email, which goes by changing it.
    """
    if portal_user.user.email == portal_user.client.email.lower():
        raise Conflict("own_email")
    with transaction.atomic(durable=True):
        PortalUser.objects.filter(pk=portal_user.pk, business=portal_user.business_id).delete()
        close_feeds_of_client(portal_user.client)


def archive_client(client: Client) -> None:
    """She leaves the lists and her portal closes; everything of hers is kept.

    Raises Conflict("visits_ahead") while visits of hers are still on the schedule.
    """
    with transaction.atomic(durable=True):
        Client.objects.filter(pk=client.pk, business=client.business_id).take()
        mark_archived(client)


def must_have_no_visits_ahead(client: Client) -> None:
    """Raises Conflict("visits_ahead"). Her row must be taken."""
    ahead = Visit.objects.upcoming(client.business.today())
    if ahead.filter(business=client.business_id, client_service__client=client).exists():
        raise Conflict("visits_ahead")


def mark_archived(client: Client) -> None:
    """As `archive_client`; her row must be taken. Raises Conflict: "visits_ahead", "already_archived"."""
    must_have_no_visits_ahead(client)
    now = timezone.now()
    changed = (
        Client.objects.active().filter(pk=client.pk, business=client.business_id).update(archived_at=now)
    )
    if not changed:
        raise Conflict("already_archived")
    client.archived_at = now


def bring_back_client(client: Client) -> None:
    """Raises Conflict: "email_taken" where her email has come to open another client's portal meanwhile,
    "erased"."""
    rows = Client.objects.filter(pk=client.pk, business=client.business_id).exclude(archived_at=None)
    with transaction.atomic(durable=True):
        must_not_be_erased(client)
        same_email = Client.objects.active().filter(business=client.business_id, email=client.email)
        if client.email and same_email.exclude(pk=client.pk).exists():
            raise Conflict("email_taken")
        for portal_user in PortalUser.objects.filter(client=client).select_related("user"):
            User.objects.filter(pk=portal_user.user_id).update(email=F("email"))
            if _opened_by(client.business, portal_user.user, but=client.pk):
                raise Conflict("email_taken")
        rows.update(archived_at=None)
        go_on(client)
    client.archived_at = None


def go_on(client: Client) -> None:
    """Her services that make visits make them again, from today on; the worker does it."""
    rows = ClientService.objects.active().filter(
        business=client.business_id, client=client, makes_visits=True
    )
    rows.exclude(frequency="").update(extends_on=client.business.today() - timedelta(days=1))


def _set(client: Client, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(client, name, value)
