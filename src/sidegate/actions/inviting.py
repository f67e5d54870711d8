"""Inviting clients to their portal: one by one, or all who were not asked yet.

An invitation has no sign-in link: such a link lives for 15 minutes and works once (CASES D13). It leads to the
page that sends one, with the address filled in (docs/decisions/0019-inviting-clients.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from ..models import Business, Client, Event, Message, PortalUser, User
from ..models.client import ClientQuerySet
from ..models.identity import uuid7
from ..models.message import INVITATION
from ..models.user import has_come
from ..wording.languages import choose_language
from .clients import not_told_because
from .errors import Conflict
from .messages import Draft, Recipient, Words, draft, own_words, store_spread

KEY = INVITATION
AT_ONCE = 50  # clients in one transaction: a tenth of a second or so of write lock
PER_PRESS = 500  # what a page can do while its reader waits
# Mail servers take a sudden flood for spam, and the answers come in one by one. Other mail is not held up: it is
# due earlier than the invitations that still wait.
APART = timedelta(seconds=1)
NOT_AGAIN_WITHIN = timedelta(days=1)
_NOT_ASKED = Q(has_signed_in=False, invited_at=None)


@dataclass(frozen=True, slots=True)
class InvitationPlan:
    """Who would be invited, counted by the language in which they are written to; and who would not, by why:
    "signed_in", "invited", "no_address", "opted_out", "bounced"."""

    by_language: dict[str, int]
    others: dict[str, int]

    @property
    def count(self) -> int:
        return sum(self.by_language.values())


def plan_invitations(business: Business) -> InvitationPlan:
    """Two statements."""
    mine = Client.objects.filter(business=business)
    by_language: dict[str, int] = {}
    rows = mine.to_invite().values_list("language").annotate(Count("pk")).order_by()
    for language, count in rows:
        used = choose_language(language, business.default_language)
        by_language[used] = by_language.get(used, 0) + count
    return InvitationPlan(by_language, _others(mine.active().with_sign_in()))


def _others(rows: ClientQuerySet) -> dict[str, int]:
    has_email, bounced = ~Q(email=""), Q(email_bounced_at__isnull=False)
    counts = rows.aggregate(
        signed_in=Count("pk", filter=Q(has_signed_in=True)),
        invited=Count("pk", filter=Q(has_signed_in=False, invited_at__isnull=False)),
        no_address=Count("pk", filter=_NOT_ASKED & Q(email="")),
        opted_out=Count("pk", filter=_NOT_ASKED & has_email & Q(email_opted_out=True)),
        bounced=Count("pk", filter=_NOT_ASKED & has_email & Q(email_opted_out=False) & bounced),
    )
    return {why: count for why, count in counts.items() if count}


def invite_clients(business: Business, *, by: User, at_most: int = PER_PRESS) -> int:
    """Invite those who were not asked yet, oldest first; returns how many. Whoever presses at the same moment, each
    client is invited once: her row is taken, and asked again, in the transaction that stores her letters."""
    invited = 0
    while invited < at_most:
        rows = Client.objects.filter(business=business).to_invite().order_by("id")
        clients = list(rows[: min(AT_ONCE, at_most - invited)])
        if not clients:
            break
        invited += _invite(business, clients, by)
    return invited


def invite_client(client: Client, *, by: User) -> None:
    """Invite her, and everyone else who opens her portal and has not signed in yet; once a day at most.

    Raises Conflict: "archived" where her portal is closed, "no_address", "opted_out", "bounced" or "erased" where she
    cannot be written to, "signed_in" where there is nobody left to invite, "just_invited".
    """
    if refusal := not_told_because(client):
        raise Conflict(refusal)
    if client.archived_at:
        raise Conflict("archived")
    if not letters_to_invite(client.business, [client]):
        raise Conflict("signed_in")
    if not _invite(client.business, [client], by, again=True):
        raise Conflict("just_invited")


def _invite(business: Business, clients: Sequence[Client], by: User, *, again: bool = False) -> int:
    """How many of them were still to be invited."""
    letters = letters_to_invite(business, clients)
    now = timezone.now()
    mine = Client.objects.filter(business=business, pk__in=[client.pk for client in clients])
    lately = Q(invited_at__gte=now - NOT_AGAIN_WITHIN) if again else Q(invited_at__isnull=False)
    with transaction.atomic(durable=True):
        mine.take()
        open_ones = set(mine.active().reachable().exclude(lately).values_list("pk", flat=True))
        chosen = [client for client in clients if client.pk in open_ones and client.pk in letters]
        mine.filter(pk__in=open_ones).update(invited_at=now)
        events = [_event(client, by, now) for client in chosen]
        Event.objects.bulk_create(events)
        _store(business, events, letters)
    return len(open_ones)


def _event(client: Client, by: User, now: datetime) -> Event:
    return Event(
        pk=uuid7(),
        business_id=client.business_id,
        client=client,
        verb=Event.Verb.CLIENT_INVITED,
        actor=by,
        at=now,
    )


def _store(business: Business, events: Sequence[Event], letters: dict[UUID, list[Draft]]) -> None:
    drafts = [
        (event.pk, letter) for event in events if event.client_id for letter in letters[event.client_id]
    ]
    first = _first_free_moment(business)
    store_spread(
        [(letter, event, first + number * APART) for number, (event, letter) in enumerate(drafts)],
        business_id=business.pk,
        holds_mail=business.holds_mail,
    )


def _first_free_moment(business: Business) -> datetime:
    """After the invitations that wait already."""
    waiting = Message.objects.waiting().invitations().filter(business=business)
    last = waiting.aggregate(last=Max("next_try"))["last"]
    return max(timezone.now(), last + APART) if last else timezone.now()


def letters_to_invite(business: Business, clients: Sequence[Client]) -> dict[UUID, list[Draft]]:
    """By client a letter to each who opens her portal and has not signed in yet. Two statements."""
    by_id = {client.pk: client for client in clients}
    people = PortalUser.objects.exclude(has_come()).filter(business=business, client__in=by_id)
    words = own_words(business.pk, (KEY,))
    found: dict[UUID, list[Draft]] = {}
    for person in people.select_related("user").order_by("id"):
        client = by_id[person.client_id]
        recipient = _recipient(business, client, person.user)
        found.setdefault(client.pk, []).append(invitation(business, recipient, words))
    return found


def _recipient(business: Business, client: Client, user: User) -> Recipient:
    """The client herself, or one more person who opens her portal, each in their own language."""
    is_herself = user.email == client.email.lower()
    languages = (client.language, user.language) if is_herself else (user.language, client.language)
    return Recipient(
        key=f"client:{client.pk}" if is_herself else f"user:{user.pk}",
        name=client.name if is_herself else user.name or client.name,
        address=user.email,
        language=choose_language(*languages, business.default_language),
    )


def invitation(business: Business, recipient: Recipient, words: Words) -> Draft:
    query = urlencode({"email": recipient.address, "next": f"/{business.slug}/"})
    values = {
        "business": business.name,
        "business_phone": business.phone,
        "link": f"{settings.SIDEGATE_BASE_URL}/sign-in?{query}",
    }
    return draft(KEY, words=words, recipient=recipient, values=values)
