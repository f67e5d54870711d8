"""Words typed by her, to her or about her, taken out of the history; dates, prices and states stay."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from ...models import Client, Event, Membership, Message
from ..client_history import events_of, in_parts, messages_of
from ..messages import let_go

# What an Event's data may keep as text: dates, keys and codes. Anything else may be somebody's words.
KEPT = frozenset(
    {
        "date", "from", "to", "part_from", "part_to", "window_start", "window_end", "part_of_day", "kind",
        "frequency", "language", "not_told_because", "client_service", "visits", "service", "message", "key",
        "came_by", "outcome", "dates", "because", "visit_date", "status",
        "arrival_from", "arrival_to", "arrives_from", "arrives_until", "rule", "rule_start", "made", "id",
        "occurrence_date", "created_at", "technician_id", "visit", "keys",
    }
)  # fmt: skip
CODES = ("", "no_address", "opted_out", "bounced", *Message.LET_GO)


def wipe_events(client: Client) -> list[Event]:
    """Her events, by now without words."""
    events = events_of(client)
    changed = []
    for event in events:
        data = without_words(event.data)
        if data != event.data:
            event.data = data
            changed.append(event)
    Event.objects.bulk_update(changed, ["data"], batch_size=200)
    return events


def without_words(data: Any, key: str = "") -> Any:
    """The same shape, with numbers, yes and no, and what stands under a kept key."""
    if isinstance(data, dict):
        return {name: without_words(value, name) for name, value in data.items()}
    if isinstance(data, list):
        return [without_words(value, key) for value in data]
    return "" if isinstance(data, str) and key not in KEPT else data


def wipe_messages(client: Client, events: Sequence[Event], letters: Collection[UUID], *, name: str) -> None:
    """To her, and to the office about her. What has not left does not leave any more."""
    keys = list({*letters, *(message.pk for message in messages_of(client, events))})
    members = Membership.objects.filter(business=client.business_id).values_list("user_id", flat=True)
    office = [f"user:{user_id}" for user_id in members]
    for some in in_parts(keys):
        rows = Message.objects.filter(business=client.business_id, pk__in=some)
        rows.update(subject="", text="")
        rows.exclude(recipient__in=office).update(to_address="", to_name=name)
        # The mail server's last words may repeat the address.
        rows.exclude(reason__in=CODES).update(reason="")
        let_go(rows, because="erased")
