"""What the office's lists of requests are narrowed to: read from the address, shown as fields and as chips."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, TextField, UUIDField, Value, When
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.booking_requests import ALL, PlanWords, Wanted
from ..models import BookingRequest, Business, Membership, Service
from ..models.compiled import CompiledRows, Given
from ..models.written import Written
from ..wording.languages import in_language
from ..wording.typed import clean_line, typed_date, typed_key
from .forms import Words

LONGEST_SEARCH = 100
LONGEST_QUERY = 3000
Kind = BookingRequest.Kind
KINDS: dict[str, Words] = {
    Kind.ONE_TIME: lazy("One-time visit"),
    Kind.RECURRING: lazy("Recurring service"),
    Kind.ISSUE_REPORT: lazy("Issue"),
    Kind.MOVE_VISIT: lazy("Move a visit"),
    Kind.SKIP_VISIT: lazy("Skip a visit"),
}
AGES: dict[str, Words] = {
    "due": lazy("Due today or late"),
    "1": lazy("Longer than 1 day"),
    "3": lazy("Longer than 3 days"),
    "7": lazy("Longer than 7 days"),
}
PACES: dict[str, Words] = {
    "due": lazy("Later than promised"),
    "1": lazy("After more than 1 day"),
    "3": lazy("After more than 3 days"),
    "7": lazy("After more than 7 days"),
}
OUTCOMES: dict[str, Words] = {
    "approved": lazy("Approved"),
    "declined": lazy("Declined"),
    "plan_changed": lazy("Plan changed"),
}
NAMES = ("kind", "service", "client", "technician", "age", "q", "outcome", "by", "day")
# As the queue's addresses were before there was more to choose from.
SHOW: dict[str, dict[str, Any]] = {"due": {"age": "due"}, "issues": {"kind": Kind.ISSUE_REPORT}}


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter in words, and the query that its press asks for: without it, or with it where it is not yet there."""

    words: str
    rest: str
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class FilterField:
    """A choice: its name in the address, its label, (value, words) pairs and the value now chosen."""

    name: str
    label: str
    options: list[tuple[str, Words]]
    value: str


class Filters:
    """The filters of one page. `query` is the address's query that asks for them again, empty where there are none."""

    def __init__(self, business: Business, sent: QueryDict, *, decided: bool = False) -> None:
        self.wanted = wanted_of(sent, decided=decided)
        self.query = query_of(self.wanted)
        self.decided, self.business = decided, business
        self.fields = list(self._fields(business))
        self.chips = list(self._chips())

    def with_(self, **changes: Any) -> str:
        """The query with another choice."""
        return query_of(replace(self.wanted, **changes))

    def quick(self) -> list[FilterChip]:
        """What is asked for most, one press each; pressed again it is taken away."""
        is_due, is_issue = self.wanted.age == "due", self.wanted.kind == Kind.ISSUE_REPORT
        return [
            FilterChip(_("Due today"), self.with_(age="" if is_due else "due"), is_due),
            FilterChip(_("Issues"), self.with_(kind="" if is_issue else Kind.ISSUE_REPORT), is_issue),
        ]

    def _fields(self, business: Business) -> Iterator[FilterField]:
        services, people = _offered(business, get_language() or "en")
        yield self._field("kind", _("Kind"), KINDS.items())
        yield self._field("service", _("Service"), services)
        yield self._field(
            "technician", _("Technician"), [(one.member, one.name) for one in people if one.is_active]
        )
        if self.decided:
            yield self._field("age", _("Answer came"), PACES.items())
            yield self._field("outcome", _("Decision"), OUTCOMES.items())
            yield self._field("by", _("Decided by"), [(one.user, one.name) for one in people])
        else:
            yield self._field("age", _("Has waited"), AGES.items())

    def _field(self, name: str, label: str, options: Any) -> FilterField:
        value = getattr(self.wanted, name)
        return FilterField(name, label, list(options), str(value or ""))

    def _chips(self) -> Iterator[FilterChip]:
        for name, typed in (("text", self.wanted.text), ("client", self.wanted.client)):
            if typed:
                label = _("Client") if name == "client" else _("Holds")
                yield FilterChip(
                    _("%(label)s: %(value)s") % {"label": label, "value": f"“{typed}”"},
                    self.with_(**{name: ""}),
                )
        if self.wanted.day:
            words = PlanWords(self.business).day(self.wanted.day)
            yield FilterChip(
                _("%(label)s: %(value)s") % {"label": _("Day"), "value": words}, self.with_(day="")
            )
        for field in self.fields:
            if field.value and not self._is_quick(field):
                known = next((words for value, words in field.options if value == field.value), None)
                value = str(known) if known else _("no longer here")
                yield FilterChip(
                    _("%(label)s: %(value)s") % {"label": field.label, "value": value},
                    self.with_(**{field.name: getattr(ALL, field.name)}),
                )

    def _is_quick(self, field: FilterField) -> bool:
        """Whether it stands above as a press of its own already."""
        return not self.decided and (field.name, field.value) in (("age", "due"), ("kind", Kind.ISSUE_REPORT))


def wanted_of(sent: QueryDict, *, decided: bool = False) -> Wanted:
    """What the address asks for; what it does not understand asks for nothing."""
    wanted = Wanted(
        kind=_one_of(KINDS, sent.get("kind", "")),
        service=typed_key(sent.get("service", "")),
        client=_searched(sent.get("client", "")),
        technician=typed_key(sent.get("technician", "")),
        age=_one_of(AGES, sent.get("age", "")),
        text=_searched(sent.get("q", "")),
        day=typed_date(sent.get("day", "")),
    )
    if decided:
        return replace(
            wanted, outcome=_one_of(OUTCOMES, sent.get("outcome", "")), by=typed_key(sent.get("by", ""))
        )
    return replace(wanted, **SHOW.get(sent.get("show", ""), {}))


def _one_of(known: dict[str, Words], typed: str) -> str:
    return typed if typed in known else ""


def _searched(typed: str) -> str:
    return clean_line(typed)[:LONGEST_SEARCH].strip()


def query_of(wanted: Wanted, **more: object) -> str:
    """As it stands in the address after "?"."""
    values = {name: getattr(wanted, "text" if name == "q" else name) for name in NAMES}
    return urlencode({name: value for name, value in (values | more).items() if value})


def query_sent(posted: QueryDict) -> str:
    """The list on which a form was pressed, as its field `filters` carries it."""
    sent = QueryDict(posted.get("filters", "")[:LONGEST_QUERY])
    return query_of(wanted_of(sent), after=typed_key(sent.get("after", "")))


class Person(NamedTuple):
    """Someone who is in the team, or was."""

    member: str
    user: str
    name: str
    is_active: bool


def _offered(business: Business, language: str) -> tuple[list[tuple[str, str]], list[Person]]:
    """The services, as (key, name) in the catalog's order, and the people by name. One statement."""
    services, people = [], []
    for kind, key, user, text, place in _OFFERED.rows(business=business.pk):
        if kind == "service":
            name = in_language(json.loads(text), language, business.default_language)
            services.append((place, (str(key), name)))
        else:
            people.append(Person(str(key), str(user), text, bool(place)))
    services.sort(key=lambda service: (service[0], service[1][0]))
    people.sort(key=lambda person: (person.name.casefold(), person.member))
    return [service for _place, service in services], people


def _services_and_people() -> Any:
    text, number, key = TextField(), IntegerField(), UUIDField()
    services = Service.objects.filter(business=Given("business")).values_list(
        Written("service"), "id", Cast(Value(None), key), Cast("names", text), Cast("position", number)
    )
    people = Membership.objects.filter(business=Given("business")).values_list(
        Written("person"), "id", "user_id", Cast("user__name", text),
        Case(When(is_active=True, then=1), default=0, output_field=number),
    )  # fmt: skip
    return services.union(people, all=True)


_OFFERED = CompiledRows(_services_and_people)
