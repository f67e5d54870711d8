"""What was ever written down about a client beside her own rows: events, messages, photos."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from ..models import BookingRequest, Client, Event, Message, Photo

KEYS_PER_QUERY = 500


def events_of(client: Client) -> list[Event]:
    """Of her requests, of her visits and of herself, in order of time. Three statements, each by an index."""
    rows = Event.objects.filter(business=client.business_id).select_related("actor")
    found = {
        event.pk: event
        for hers in (
            Q(booking_request__client=client),
            Q(visit__client_service__client=client),
            Q(client=client),
        )
        for event in rows.filter(hers)
    }
    return sorted(found.values(), key=lambda event: (event.at, event.pk))


def messages_of(client: Client, events: Collection[Event]) -> list[Message]:
    """To the office about her, and to her; in order. `events` are hers: each letter has one of them as its cause.

    Asked by the keys of her own rows alone: with the business beside them, SQLite would walk all of its messages.
    """
    requests = BookingRequest.objects.filter(business=client.business_id, client=client)
    asked = [Q(booking_request__in=some) for some in in_parts(list(requests.values_list("pk", flat=True)))]
    caused = [Q(event__in=some) for some in in_parts([event.pk for event in events])]
    found = {message.pk: message for hers in (*asked, *caused) for message in Message.objects.filter(hers)}
    return [found[key] for key in sorted(found)]


def letters_to(client: Client) -> dict[UUID, str]:
    """Every message to her by its key, with the address it has. No index serves it: not for within a transaction."""
    rows = Message.objects.filter(business=client.business_id, recipient=key_of(client))
    return dict(rows.values_list("pk", "to_address"))


def photos_of(client: Client) -> list[Photo]:
    rows = Photo.objects.filter(business=client.business_id, booking_request__client=client)
    return list(rows.select_related("booking_request").order_by("booking_request", "position"))


def key_of(client: Client) -> str:
    """As a message names its recipient."""
    return f"client:{client.pk}"


def in_parts(keys: list[UUID]) -> list[list[UUID]]:
    """So many at a time as both databases take in one statement."""
    return [keys[start : start + KEYS_PER_QUERY] for start in range(0, len(keys), KEYS_PER_QUERY)]
