"""The act: one transaction for the rows, the photos' files after it."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ...models import (
    BookingRequest,
    CalendarFeed,
    Client,
    ClientService,
    DateProposal,
    Event,
    Photo,
    Property,
    User,
    Visit,
)
from ...models.booking_request import BookingRequestQuerySet
from ..client_history import letters_to
from ..clients import must_have_no_visits_ahead
from ..errors import Conflict
from ..photos import discard
from .imports import ImportTraces
from .people import People
from .words import wipe_events, wipe_messages

GONE = {
    "email": "",
    "phone": "",
    "language": "",
    "tags": [],
    "notes": "",
    "email_opted_out": False,
    "email_bounced_at": None,
}


def erase_client(client: Client, *, by: User) -> None:
    """Her name becomes a neutral one, and nothing that she or the office typed about her is kept; this cannot be
    undone. Archived or not, she has nothing ahead by then.

    Raises Conflict: "already_erased"; "visits_ahead"; "requests_waiting" where one waits, or its decision can still be
    undone; "import_running" where a table that names her is being brought in; "changed" where someone let a person into
    her portal, or took one out, at this moment.
    """
    neutral, address = _neutral_words(client)
    letters, traces = letters_to(client), ImportTraces.of(client)
    with transaction.atomic(durable=True):
        # In the order in which every other act takes them: people, requests, the client.
        people = People.of(client, letters.values())
        people.take()
        _take_requests(client)
        _take(client)
        if People.of(client, letters.values()).keys != people.keys:
            raise Conflict("changed")
        events = wipe_events(client)
        wipe_messages(client, events, letters, name=neutral)
        photos = _delete_photos(client)
        traces.wipe()
        people.erase(client, name=neutral)
        _wipe_record(client, name=neutral, address=address)
        Event.objects.create(
            business_id=client.business_id, client=client, verb=Event.Verb.CLIENT_ERASED, actor=by
        )
    discard(photos)


def _neutral_words(client: Client) -> tuple[str, str]:
    """In the business's language, stored like any name: no page need know that it is none."""
    with translation.override(client.business.language_for("")):
        return _("Erased client"), _("Erased address")


def _take_requests(client: Client) -> None:
    """Also what she asked in her own words, what she was answered, and the hash of what she sent."""
    _requests(client).update(notes="", reason="", personal_line="", submit_hash="")


def _requests(client: Client) -> BookingRequestQuerySet:
    return BookingRequest.objects.filter(business=client.business_id, client=client)


def _take(client: Client) -> None:
    """Until the transaction ends nobody else acts on her; raises Conflict where something of hers is still open."""
    if not Client.objects.filter(pk=client.pk, business=client.business_id, erased_at=None).take():
        raise Conflict("already_erased")
    must_have_no_visits_ahead(client)
    open_ones = Q(status=BookingRequest.Status.PENDING) | Q(undo_until__gt=timezone.now())
    if _requests(client).filter(open_ones).exists():
        raise Conflict("requests_waiting")


def _delete_photos(client: Client) -> list[Photo]:
    photos = Photo.objects.filter(business=client.business_id, booking_request__client=client)
    gone = list(photos)
    photos.delete()
    return gone


def _wipe_record(client: Client, *, name: str, address: str) -> None:
    now, business_id = timezone.now(), client.business_id
    Property.objects.filter(business=business_id, client=client).update(address=address, access_notes="")
    CalendarFeed.objects.filter(business=business_id, client=client).delete()
    Visit.objects.filter(business=business_id, client_service__client=client).exclude(note="").update(note="")
    proposed = DateProposal.objects.filter(business=business_id, booking_request__client=client)
    proposed.update(note="", answer="")
    running = (ClientService.Status.ACTIVE, ClientService.Status.PAUSED)
    ClientService.objects.filter(business=business_id, client=client, status__in=running).update(
        status=ClientService.Status.CANCELLED
    )
    changes = {**GONE, "name": name, "archived_at": client.archived_at or now, "erased_at": now}
    Client.objects.filter(pk=client.pk, business=business_id).update(**changes)
    for column, value in changes.items():
        setattr(client, column, value)
