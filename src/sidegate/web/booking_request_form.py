"""The request form as a page sees it: what was typed, what may be chosen, and a sentence for each mistake."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from babel.lists import format_list
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from ..actions.booking_requests import Ask, Options
from ..actions.photos import RefusedPhoto
from ..models import BookingRequest, Photo, Service
from ..wording import dates, rhythm
from ..wording.languages import in_language, locale_of
from ..wording.money import money
from ..wording.typed import clean_text, typed_date, typed_key

FIELDS = (
    "kind", "property", "service", "window_start", "window_end", "part_of_day", "frequency", "about_visit", "notes",
)  # fmt: skip
SINGLE = (*FIELDS, "token", "version")


class RepeatedField(Exception):
    """A field that has one value came twice: no form of ours sends that (CASES D19)."""


def typed_values(posted: QueryDict) -> dict[str, str]:
    """What was typed, by field; fields that are not in the form are ignored. Raises RepeatedField."""
    if any(len(posted.getlist(name)) > 1 for name in SINGLE):
        raise RepeatedField
    return {name: posted.get(name, "") for name in FIELDS}


def ask_of(typed: Mapping[str, str]) -> Ask:
    """The typed values parsed; what makes no sense becomes nothing, and the check says so."""
    return Ask(
        kind=typed.get("kind", ""),
        property_id=typed_key(typed.get("property", "")),
        service_id=typed_key(typed.get("service", "")),
        window_start=typed_date(typed.get("window_start", "")),
        window_end=typed_date(typed.get("window_end", "")),
        part_of_day=typed.get("part_of_day") or "any",
        frequency=typed.get("frequency", ""),
        about_visit_id=typed_key(typed.get("about_visit", "")),
        notes=clean_text(typed.get("notes", "")),
    )


def values_of(booking_request: BookingRequest) -> dict[str, str]:
    """A stored request as the form's values: to edit it, or to ask again for other dates."""
    return {
        "kind": booking_request.kind,
        "property": str(booking_request.property_id),
        "service": str(booking_request.service_id),
        "window_start": booking_request.window_start.isoformat(),
        "window_end": booking_request.window_end.isoformat(),
        "part_of_day": booking_request.part_of_day,
        "frequency": booking_request.frequency,
        "about_visit": str(booking_request.about_visit_id or ""),
        "notes": booking_request.notes,
    }


@dataclass(frozen=True)
class FilledForm:
    """A form on its way: what was typed, and the request it follows or edits.

    `removed` are the ids of photos she took out: of the request she edits, or of those that would have
    come along from the one she asks again.
    """

    values: dict[str, str]
    token: str = ""
    version: int = 0
    follows: BookingRequest | None = None
    edits: BookingRequest | None = None
    removed: frozenset[str] = frozenset()
    repeats: bool = False

    @classmethod
    def repeated(cls, booking_request: BookingRequest, window: tuple[date, date]) -> "FilledForm":
        """The same once more, in another window."""
        start, end = window
        dates_now = {"window_start": start.isoformat(), "window_end": end.isoformat()}
        return cls({**values_of(booking_request), **dates_now, "notes": ""}, repeats=True)

    @classmethod
    def begun(cls, follows: BookingRequest | None) -> "FilledForm":
        values = {"kind": "one_time", "part_of_day": "any"}
        if follows:
            values = {**values_of(follows), "window_start": "", "window_end": ""}
        return cls(values, follows=follows)

    @classmethod
    def of(cls, booking_request: BookingRequest) -> "FilledForm":
        return cls(values_of(booking_request), version=booking_request.version, edits=booking_request)

    @classmethod
    def sent(
        cls,
        posted: QueryDict,
        *,
        follows: BookingRequest | None = None,
        edits: BookingRequest | None = None,
    ) -> "FilledForm":
        """Raises RepeatedField."""
        version = posted.get("version", "")
        return cls(
            typed_values(posted),
            token=posted.get("token", ""),
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else -1,
            follows=follows,
            edits=edits,
            removed=frozenset(posted.getlist("remove_photo")),
        )

    @property
    def reference(self) -> str:
        return self.edits.reference if self.edits else ""

    def ask(self) -> Ask:
        return ask_of(self.values)

    def with_new_token(self) -> "FilledForm":
        return replace(self, token="")

    def at(self, newer: BookingRequest) -> "FilledForm":
        """What she typed, over the request as it is now."""
        return replace(self, version=newer.version, edits=newer)

    @cached_property
    def kept_photos(self) -> list[Photo]:
        """Photos already there: of the request she edits, or of the one she asks again."""
        source = self.edits or self.follows
        if source is None:
            return []
        rows = Photo.objects.filter(business_id=source.business_id, booking_request=source)
        return list(rows.order_by("position"))

    def photos_to_keep(self) -> list[Photo]:
        return [photo for photo in self.kept_photos if str(photo.pk) not in self.removed]

    def photos_to_copy(self) -> list[Photo]:
        return self.photos_to_keep() if self.follows else []

    def removed_photos(self) -> set[UUID]:
        return {photo.pk for photo in self.kept_photos if str(photo.pk) in self.removed}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its value, its words, and a second, quieter line."""

    value: str
    label: str
    hint: str = ""
    price: str = ""
    name: str = ""  # shorter than the label, for the summary


@dataclass(frozen=True, slots=True)
class Preset:
    """A window at one press."""

    label: str
    start: date
    end: date


@dataclass(slots=True)
class RequestForm:
    """Everything the form's template shows; the rules themselves live in the actions."""

    options: Options
    language: str
    values: dict[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)

    def kinds(self) -> list[Choice]:
        return [
            Choice("one_time", _("One-time visit"), _("An extra visit, once")),
            Choice("recurring", _("Recurring service"), _("Start something regular")),
            Choice("issue_report", _("Report an issue"), _("Something is not right")),
        ]

    def short_kinds(self) -> list[Choice]:
        words = {"one_time": _("One-time"), "recurring": _("Recurring"), "issue_report": _("Issue")}
        return [Choice(kind, label) for kind, label in words.items()]

    def properties(self) -> list[Choice]:
        """None where she has only one: there is nothing to choose (rule 1)."""
        known = self.options.properties
        return [Choice(str(place.pk), place.address) for place in known] if len(known) > 1 else []

    def chosen_property_id(self) -> UUID | None:
        known = self.options.properties
        return known[0].pk if len(known) == 1 else typed_key(self.values.get("property", ""))

    def service_groups(self) -> list[tuple[str, list[Choice]]]:
        """Those she has at the property come first; the rest of what may be asked for follows. Before a
        property is chosen, what she has stands under each address."""
        place = self.chosen_property_id()
        if place is None:
            return self._groups_by_property()
        agreed = {a.service_id: a for a in self.options.agreements if a.property_id == place}
        hers = [self._service(s, agreed[s.pk].frequency) for s in self.options.services if s.pk in agreed]
        others = [self._service(s, None) for s in self.options.services if s.pk not in agreed]
        groups = [(_("You have"), hers), (_("Also offered") if hers else _("Services"), others)]
        return [(label, choices) for label, choices in groups if choices]

    def _groups_by_property(self) -> list[tuple[str, list[Choice]]]:
        services = {service.pk: service for service in self.options.services}
        groups = []
        for place in self.options.properties:
            agreed = [
                a for a in self.options.agreements if a.property_id == place.pk and a.service_id in services
            ]
            label = _("You have at %(address)s") % {"address": place.address}
            groups.append(
                (label, [self._service(services[a.service_id], a.frequency, place.pk) for a in agreed])
            )
        groups.append((_("Services"), [self._service(service, None) for service in services.values()]))
        return [(label, choices) for label, choices in groups if choices]

    def _service(self, service: Service, frequency: str | None, place: UUID | None = None) -> Choice:
        name = service.name_in(self.language, self.options.business.default_language)
        label = name
        if frequency:
            label = _("%(service)s, you have it %(often)s") % {
                "service": name,
                "often": rhythm.adverb(frequency),
            }
        return Choice(str(service.pk), label, price=self.price(service, place), name=name)

    def price(self, service: Service, place: UUID | None = None) -> str:
        """What she will pay, in words; that it will be confirmed where the business shows none."""
        place = place or self.chosen_property_id()
        minor = service.price_minor if self.options.business.shows_prices else None
        if place is not None:
            minor = self.options.price(place, service)
        if minor is None:
            return _("we'll confirm the price")
        business = self.options.business
        return money(minor, business.currency, self.language, business.country)

    def frequencies(self) -> list[Choice]:
        words = {"weekly": _("Every week"), "biweekly": _("Every two weeks"), "monthly": _("Every month")}
        return [Choice(value, label) for value, label in words.items()]

    def parts_of_day(self) -> list[Choice]:
        return [Choice(part, rhythm.part_of_day_choice(part)) for part in ("any", "morning", "afternoon")]

    def visits(self) -> list[Choice]:
        business = self.options.business
        return [
            Choice(
                str(visit.pk),
                visit.client_service.service.name_in(self.language, business.default_language),
                dates.day(visit.date, self.language, business.country, today=self.options.today),
            )
            for visit in self.options.visits
        ]

    def about_choices(self) -> list[Choice]:
        """Her last visits, and that it is about none of them."""
        return [Choice("", _("No visit in particular")), *self.visits()] if self.options.visits else []

    def likely_free(self) -> str:
        """The days that look good, as a list; empty where the business has not said what a day holds."""
        business = self.options.business
        days = [
            dates.brief_day(day, self.language, business.country, today=self.options.today)
            for day in self.options.likely_free
        ]
        return str(format_list(days, locale=locale_of(self.language, business.country))) if days else ""

    def lead_words(self) -> str:
        """What the owner says about how far ahead to ask."""
        business = self.options.business
        return in_language(business.lead_words, self.language, business.default_language)

    def presets(self) -> list[Preset]:
        """Windows that still have a working day in them: this week, next week, the coming two weeks."""
        first = self.options.earliest
        week_end = first + timedelta(days=6 - first.weekday())
        next_week = week_end + timedelta(days=1)
        wanted = [
            Preset(_("This week"), first, week_end),
            Preset(_("Next week"), next_week, next_week + timedelta(days=6)),
            Preset(_("Next two weeks"), first, first + timedelta(days=13)),
        ]
        return [preset for preset in wanted if self._has_working_day(preset)]

    def _has_working_day(self, preset: Preset) -> bool:
        working = self.options.calendar.next_working(preset.start, within=15)
        return working is not None and working <= preset.end

    def window_in_words(self) -> str:
        start, end = (
            typed_date(self.values.get("window_start", "")),
            typed_date(self.values.get("window_end", "")),
        )
        if start is None or end is None or end < start:
            return ""
        return dates.window(start, end, self.language, self.options.business.country)


def photos_in(request: HttpRequest) -> list[Any]:
    """The files that were really chosen: browsers send an empty one where none was."""
    return [file for file in request.FILES.getlist("photos") if file.name]


def refusal_words(refusals: Iterable[RefusedPhoto]) -> str:
    return " ".join(refused.words for refused in refusals)
