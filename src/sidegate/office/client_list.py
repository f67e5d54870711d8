"""Finding clients: by name, email, phone or address, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min, Q

from ..models import Client
from ..models.client import ClientQuerySet
from ..web.access import OfficeScope
from ..wording.loosely import loosely
from ..wording.phones import digits_of
from ..wording.typed import clean_line
from .booking_request_card import initials
from .in_words import InWords
from .inviting_words import portal_state, state_words

PAGE = 50
STATES = ("not_invited", "invited", "signed_in", "no_email")
LONGEST_SEARCH = 100
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client in the list; her address and email tell apart two of one name."""

    id: UUID
    name: str
    initials: str
    address: str
    more_addresses: int
    reach: str
    next_visit: str
    tags: list[str]
    state: str  # of her portal, in words


@dataclass(frozen=True, slots=True)
class ClientList:
    """A page of the list; `next_after` is the id of its last row where more follow."""

    rows: list[ClientRow]
    search: str
    archived: bool
    next_after: UUID | None
    is_first_page: bool
    state: str


def client_list(
    scope: OfficeScope, *, search: str, archived: bool, after: UUID | None, state: str = ""
) -> ClientList:
    """Four statements, whatever is found. `state` is one of STATES, or empty for all."""
    search = clean_line(search)[:LONGEST_SEARCH]
    rows = scope.clients().exclude(archived_at=None) if archived else scope.clients().active()
    rows = _in_state(rows.with_sign_in(), state)
    found = list(_after(scope, _matching(scope, rows, search), after).order_by("name", "id")[: PAGE + 1])
    page = found[:PAGE]
    return ClientList(
        rows=_rows(scope, page),
        search=search,
        archived=archived,
        next_after=page[-1].pk if len(found) > PAGE else None,
        is_first_page=after is None,
        state=state if state in STATES else "",
    )


def _in_state(rows: ClientQuerySet, state: str) -> ClientQuerySet:
    """As portal_state says it."""
    conditions = {
        "signed_in": Q(has_signed_in=True),
        "invited": Q(has_signed_in=False, invited_at__isnull=False),
        "not_invited": Q(has_signed_in=False, invited_at=None) & ~Q(email=""),
        "no_email": Q(has_signed_in=False, invited_at=None, email=""),
    }
    return rows.filter(conditions[state]) if state in conditions else rows


def _matching(scope: OfficeScope, rows: ClientQuerySet, search: str) -> ClientQuerySet:
    """Every word must be met, by her name, email, phone or one of her addresses; a number as a whole."""
    digits = digits_of(search)
    if digits and not any(sign.isalpha() for sign in search):
        return rows.filter(_holds(scope, search) | Q(phone__contains=digits))
    for word in search.split()[:MOST_WORDS]:
        rows = rows.filter(_holds(scope, word))
    return rows


def _holds(scope: OfficeScope, word: str) -> Q:
    pattern = loosely(word)
    there = scope.properties().active().filter(address__iregex=pattern).values("client_id")
    return Q(name__iregex=pattern) | Q(email__icontains=word) | Q(phone__icontains=word) | Q(pk__in=there)


def _after(scope: OfficeScope, rows: ClientQuerySet, after: UUID | None) -> ClientQuerySet:
    last = scope.clients().filter(pk=after).values_list("name", flat=True).first() if after else None
    if last is None:
        return rows
    return rows.filter(Q(name__gt=last) | Q(name=last, pk__gt=after))


def _rows(scope: OfficeScope, page: Sequence[Client]) -> list[ClientRow]:
    words, ids = InWords(scope.business), [client.pk for client in page]
    addresses, visits = _addresses(scope, ids), _next_visits(scope, ids, words.today)
    return [
        ClientRow(
            id=client.pk,
            name=client.name,
            initials=initials(client.name),
            address=(addresses.get(client.pk) or [""])[0],
            more_addresses=max(0, len(addresses.get(client.pk, [])) - 1),
            reach=client.email or words.phone(client.phone),
            next_visit=words.near_short_day(visits[client.pk]) if client.pk in visits else "",
            tags=client.tags,
            state=_state(client, words),
        )
        for client in page
    ]


def _state(client: Client, words: InWords) -> str:
    has_signed_in = bool(getattr(client, "has_signed_in"))  # noqa: B009 (annotated by with_sign_in)
    return state_words(portal_state(client, has_signed_in=has_signed_in), client, words)


def _addresses(scope: OfficeScope, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    rows = scope.properties().active().filter(client_id__in=ids).order_by("id")
    found: dict[UUID, list[str]] = {}
    for client_id, address in rows.values_list("client_id", "address"):
        found.setdefault(client_id, []).append(address)
    return found


def _next_visits(scope: OfficeScope, ids: Sequence[UUID], today: date) -> dict[UUID, date]:
    rows = scope.visits().upcoming(today).filter(client_service__client_id__in=ids)
    return dict(rows.values_list("client_service__client_id").annotate(Min("date")).order_by())
