"""What an import added, and whether something else has come to refer to it since."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from ...models import (
    BookingRequest,
    CalendarFeed,
    Client,
    ClientService,
    ImportedRow,
    Membership,
    PortalUser,
    Property,
    User,
    Visit,
)
from ...models.user import has_come


@dataclass(slots=True)
class Made:
    """The keys of what rows added, by table; all of them of one business."""

    business_id: UUID
    clients: set[UUID] = field(default_factory=set)
    users: set[UUID] = field(default_factory=set)
    portal_users: set[UUID] = field(default_factory=set)
    properties: set[UUID] = field(default_factory=set)
    services: set[UUID] = field(default_factory=set)
    agreements: set[UUID] = field(default_factory=set)
    visits: set[UUID] = field(default_factory=set)

    @classmethod
    def of(cls, business_id: UUID, rows: Iterable[ImportedRow]) -> "Made":
        made = cls(business_id)
        places = {
            "client": made.clients,
            "user": made.users,
            "portal_user": made.portal_users,
            "property": made.properties,
            "service": made.services,
            "agreement": made.agreements,
        }
        for row in rows:
            for what, keys in places.items():
                if key := row.made.get(what):
                    keys.add(UUID(key))
            made.visits.update(map(UUID, row.made.get("visits", ())))
        return made


def touched_rows(rows: Sequence[ImportedRow], made: Made) -> dict[UUID, str]:
    """Of these rows the keys of those that cannot be taken back, each with a code that says why.

    `made` is what the import added and is still there: what refers to these is its own. Codes: "asked", "signed_in",
    "visit_changed", "has_more", "changed".
    """
    reasons: dict[UUID, str] = {}
    for code, keys in _touched(Made.of(made.business_id, rows), made):
        for key in keys:
            reasons.setdefault(key, code)
    found = {}
    for row in rows:
        keys = [key for what, key in row.made.items() if what != "visits"] + row.made.get("visits", [])
        if code := next((reasons[key] for key in map(UUID, keys) if key in reasons), ""):
            found[row.pk] = code
    return found


def _touched(mine: Made, made: Made) -> Iterator[tuple[str, Iterable[UUID]]]:
    """The keys of `mine` to which something beyond `made` refers, or which were changed."""
    yield "asked", _asked(mine, "client", mine.clients)
    yield "asked", _asked(mine, "property", mine.properties)
    yield "signed_in", _signed_in(mine)
    yield "visit_changed", _changed_visits(mine)
    yield "has_more", _belonging_elsewhere(mine.users, made.portal_users)
    for model, name, keys, own in (
        (PortalUser, "client", mine.clients, made.portal_users),
        (Property, "client", mine.clients, made.properties),
        (ClientService, "client", mine.clients, made.agreements),
        (ClientService, "property", mine.properties, made.agreements),
    ):
        rows = model._default_manager.filter(business=mine.business_id, **{f"{name}__in": keys})
        yield "has_more", _others(rows.values_list("pk", f"{name}_id"), own)
    yield "has_more", _others(_visits_by_hand(mine), made.visits)
    feeds = CalendarFeed.objects.filter(business=mine.business_id, client__in=mine.clients)
    yield "signed_in", feeds.values_list("client_id", flat=True)
    yield "changed", _no_longer_new(mine)


def _asked(mine: Made, name: str, keys: set[UUID]) -> Iterable[UUID]:
    rows = BookingRequest.objects.filter(business=mine.business_id, **{f"{name}__in": keys})
    return rows.values_list(f"{name}_id", flat=True).distinct()


def _others(rows: Iterable[tuple[UUID, UUID]], own: set[UUID]) -> Iterable[UUID]:
    """Of rows as (key, parent) the parents of those that are not the import's own."""
    return [parent for key, parent in rows if key not in own]


def _signed_in(mine: Made) -> Iterable[UUID]:
    rows = PortalUser.objects.filter(has_come(), business=mine.business_id, pk__in=mine.portal_users)
    return rows.values_list("pk", flat=True)


def _belonging_elsewhere(users: set[UUID], own: set[UUID]) -> Iterable[UUID]:
    """People belong to no business: whether one of these came to work somewhere, or to open another portal, is asked
    of all businesses."""
    works = Membership.objects.filter(user=OuterRef("pk"))
    rows = User.objects.filter(pk__in=users).filter(Exists(works)).values_list("pk", flat=True)
    opens = PortalUser.objects.filter(user__in=users).values_list("pk", "user_id")
    return [*rows, *(user for key, user in opens if key not in own)]


def _visits_by_hand(mine: Made) -> Iterable[tuple[UUID, UUID]]:
    """Under its agreements, with their parents; what the worker made from a rhythm is nobody's hand."""
    under = Visit.objects.filter(business=mine.business_id, client_service__in=mine.agreements)
    by_hand = under.exclude(pk__in=under.untouched().values("pk"))
    return by_hand.values_list("pk", "client_service_id")


def _no_longer_new(mine: Made) -> Iterable[UUID]:
    """Invited, archived or erased since."""
    rows = Client.objects.filter(business=mine.business_id, pk__in=mine.clients)
    changed = rows.exclude(invited_at=None, archived_at=None, erased_at=None)
    return changed.values_list("pk", flat=True)


def _changed_visits(mine: Made) -> Iterable[UUID]:
    rows = Visit.objects.filter(business=mine.business_id, pk__in=mine.visits)
    changed = rows.exclude(version=0, status=Visit.Status.SCHEDULED, booking_request=None, technician=None)
    return changed.values_list("pk", flat=True)


def changed_rows(business_id: UUID, rows: Sequence[ImportedRow]) -> set[UUID]:
    """Of these rows of the business, in their order, the keys of those whose client, address or agreement no longer
    is what the last of them wrote."""
    found = set()
    for table, model in (("client", Client), ("property", Property), ("agreement", ClientService)):
        written = _last_written(rows, table)
        names = sorted({name for values in written.values() for name in values})
        now_there = model._default_manager.filter(business=business_id, pk__in=written)
        for key, *values in now_there.values_list("pk", *names):
            now = dict(zip(names, values, strict=True))
            found |= {by for name, (value, by) in written.pop(key).items() if now[name] != value}
        found |= {by for values in written.values() for _value, by in values.values()}
    return found


def _last_written(rows: Sequence[ImportedRow], table: str) -> dict[UUID, dict[str, tuple[Any, UUID]]]:
    """By key and field the last value that was written, and by which row."""
    written: dict[UUID, dict[str, tuple[Any, UUID]]] = {}
    for row in rows:
        values = dict(row.after.get(table, {}))
        if key := values.pop("id", None):
            written.setdefault(UUID(key), {}).update(
                {name: (value, row.pk) for name, value in values.items()}
            )
    return written
