"""A plan, a warning and a refusal in words, in the language that is active; dates and money by country."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_noop, ngettext

from ...models import BookingRequest, Business
from ...wording import dates, rhythm
from ...wording.languages import language_name
from ...wording.money import money
from ...wording.phrases import gettext as _
from ...wording.phrases import in_language
from .approval_plan import ApprovalPlan
from .choosing_date import Warned

# By code, each with the values that its sentence takes; translated where they are said.
MOVED = {
    "past": gettext_noop("%(first)s has passed."),
    "closed": gettext_noop("You don't work on %(first)s."),
    "occupied": gettext_noop("%(first)s already has a visit."),
    "full": gettext_noop("%(first)s is full."),
    "rhythm": gettext_noop("That is the first day that fits."),
}
WARNINGS = {
    "others_match_too": gettext_noop("%(name)s has more active services like this here."),
    "price_differs": gettext_noop("%(name)s was shown %(shown)s; this visit is %(price)s."),
    "series_on_closed_day": gettext_noop("%(date)s is a day you don't work."),
    "plan_stays": gettext_noop(
        "%(name)s already has this %(frequency)s. Approving adds one visit and leaves that as it is."
    ),
    "issue_without_agreement": gettext_noop(
        "%(name)s has no active service like this here; approving creates one."
    ),
    "paused_exists": gettext_noop("%(name)s has this service paused here, at %(price)s. It stays paused."),
    "had_before": gettext_noop("%(name)s had this service here before, at %(price)s. That one has ended."),
    "had_until": gettext_noop("%(name)s had this service here until %(date)s, at %(price)s."),
    "other_property": gettext_noop("%(name)s has this service at %(address)s, not here."),
    "outside_window": gettext_noop("%(date)s is outside the dates %(name)s asked for."),
    "closed_day": gettext_noop("%(date)s is a day you don't work."),
    "day_full": gettext_noop("%(date)s is full already."),
    "day_occupied": gettext_noop("%(name)s already has a visit of this service on %(date)s."),
}
REFUSALS = {
    "client_archived": gettext_noop("%(name)s was archived since. Bring the client back first, or decline."),
    "service_archived": gettext_noop("This service was archived since. Bring it back first, or decline."),
    "property_archived": gettext_noop("This address was archived since. Bring it back first, or decline."),
    "client_service_gone": gettext_noop("The service you chose is no longer active. Choose again."),
    "no_price": gettext_noop("This has no price yet. Agree one with %(name)s first, then set it here."),
    "window_passed": gettext_noop("The dates %(name)s asked for have passed. Choose a date."),
    "no_day_left": gettext_noop("None of the dates %(name)s asked for is free. Choose a date."),
    "day_full": gettext_noop("That day is full. Choose another, or raise what a day holds in the settings."),
    "date_past": gettext_noop("That date has passed. Choose today or later."),
    "visit_gone": gettext_noop("This visit is no longer on the schedule. Decline, and say so."),
    "visit_past": gettext_noop("That visit has already taken place. Decline, and say so."),
    "visit_done": gettext_noop("That visit is done already. Decline, and say so."),
    "visit_skipped": gettext_noop("That visit is skipped already. Decline, and say so."),
    "visit_cancelled": gettext_noop("That visit was cancelled meanwhile. Decline, and say so."),
    "visit_moved": gettext_noop(
        "That visit was moved to %(date)s since %(name)s asked. Move it on the schedule if need be, and decline."
    ),
    "same_day": gettext_noop("It stands on that day already. Choose another."),
    "plan_ends": gettext_noop("That service ends before that day. Change its last day first."),
    "nothing_changes": gettext_noop("It is like that already. Change something, or add a visit."),
    "date_too_far": gettext_noop("That date is more than two years away. Choose an earlier one."),
}
NOT_TOLD = {
    "no_address": gettext_noop("%(name)s has no email: you tell them."),
    "opted_out": gettext_noop("%(name)s wants no email: you tell them."),
    "bounced": gettext_noop("Mail to %(name)s came back: you tell them."),
    "erased": gettext_noop("This client was erased: nobody is told."),
}


class Piece(NamedTuple):
    """A stretch of a sentence; kind is "text", "date" or "price", for a page to set apart."""

    kind: str
    text: str


class PlanWords:
    """Says what a plan does, in the active language, for a business's country and currency."""

    def __init__(self, business: Business) -> None:
        self.language = get_language() or "en"
        self._ = in_language(self.language)
        self.country, self.currency = business.country, business.currency
        self.default_language = business.default_language
        self.today = business.today()

    def day(self, value: date) -> str:
        return dates.brief_day(value, self.language, self.country, today=self.today)

    def money(self, minor: int) -> str:
        return money(minor, self.currency, self.language, self.country)

    def price(self, plan: ApprovalPlan) -> str:
        """The price to be charged: "$95", or "no charge"."""
        if not plan.is_charged:
            return self._("no charge")
        return self.money(plan.price_minor) if plan.price_minor is not None else self._("no price yet")

    def agreement(self, plan: ApprovalPlan) -> str:
        name = plan.facts.service_name(self.language, self.default_language)
        return rhythm.agreement_name(name, plan.frequency, self._)

    def sentence(self, plan: ApprovalPlan) -> str:
        """The whole line as plain text, such as "Adds a visit on Tue, Mar 3, morning, to Weekly mowing, $95.
        Tells Maria in Spanish." (rule 8)."""
        return "".join(piece.text for piece in self.pieces(plan)) + " " + self.telling(plan)

    def pieces(self, plan: ApprovalPlan) -> list[Piece]:
        """What it does, cut so that the date and the price can be set apart."""
        day = self.day(plan.date) if plan.date else self._("a date you choose")
        part = self.time_of_day(plan)
        about = plan.facts.about_visit_date
        values = {
            "service": self.agreement(plan),
            "part": f", {part}" if part else "",
            "visit": self.day(about) if about else "",
            **self._of_change(plan),
        }
        return list(_cut(self._pattern(plan), values, {"date": day, "price": self.price(plan)}))

    def time_of_day(self, plan: ApprovalPlan) -> str:
        """The hours of arrival where some are settled, else the part of the day; empty for any time."""
        first, last = (
            (plan.visit.arrives_from, plan.visit.arrives_until)
            if plan.visit
            else (plan.arrives_from, plan.arrives_until)
        )
        if first and last:
            return dates.times(first, last, self.language, self.country)
        return rhythm.part_of_day(plan.facts.part_of_day, self._)

    def _of_change(self, plan: ApprovalPlan) -> dict[str, str]:
        """The agreement's name and rhythm as they are, and the rhythm as it will be."""
        if plan.recurrence:
            return {"often": rhythm.in_words(plan.recurrence, self.language, self._)}
        if plan.change is None:
            return {}
        name = plan.facts.service_name(self.language, self.default_language)
        return {
            "service": rhythm.agreement_name(name, plan.change.was["frequency"], self._),
            "was": rhythm.in_words(plan.change.old_recurrence, self.language, self._),
            "often": rhythm.in_words(plan.change.recurrence, self.language, self._),
        }

    def _pattern(self, plan: ApprovalPlan) -> str:
        if plan.change:
            return self._("Changes {service} from {was} to {often}{part}, from {date} on, {price} a visit.")
        if plan.visit:
            if plan.visit.outcome == BookingRequest.Outcome.VISIT_SKIPPED:
                return self._("Skips the {visit} visit of {service}.")
            return self._("Moves the {visit} visit of {service} to {date}{part}.")
        if not plan.makes_client_service:
            return self._("Adds a visit on {date}{part}, to {service}, {price}.")
        if plan.as_recurring and plan.recurrence:
            return self._("Starts {service}, {often}, {price} a visit, from {date}{part}.")
        if plan.as_recurring:
            return self._("Starts {service}, {price} a visit, from {date}{part}.")
        return self._("Creates a one-time {service}, {price}, on {date}{part}.")

    def telling(self, plan: ApprovalPlan) -> str:
        """ "Tells Maria in Spanish.", or that nobody will be told and why."""
        name = plan.facts.client_first_name()
        if plan.not_told_because:
            return not_told(plan.not_told_because, name)
        read_in = language_name(plan.language, read_in=self.language)
        return self._("Tells %(name)s in %(language)s.") % {"name": name, "language": read_in}

    def moved(self, plan: ApprovalPlan) -> str:
        """Why the date is not the first of the window, as the plan's last words; empty where it is."""
        if not plan.moved_because or plan.date is None:
            return ""
        return self._(MOVED[plan.moved_because]) % {"first": self.day(plan.facts.window_start)}

    def warnings(self, plan: ApprovalPlan) -> list[str]:
        return [self.warning(plan, warned) for warned in plan.warnings]

    def warning(self, plan: ApprovalPlan, warned: Warned) -> str:
        values: dict[str, Any] = {"name": plan.facts.client_first_name(), "service": self.agreement(plan)}
        for key, value in warned.values.items():
            values[key] = self._in_words(key, value)
        if warned.code == "others_match":
            text = ngettext(
                "%(name)s has one more active service like this here; the one that started first is used.",
                "%(name)s has %(count)s more active services like this here; the one that started first is used.",
                warned.values["count"],
            )
            return text % values
        return self._(WARNINGS[warned.code]) % values

    def _in_words(self, key: str, value: Any) -> Any:
        if isinstance(value, date):
            return self.day(value)
        if key in ("price", "shown"):
            return self.money(value)
        return rhythm.how_often(value, self._) if key == "frequency" else value

    def refusal(self, plan: ApprovalPlan) -> str:
        """Why it cannot be approved as it is, and the way out; empty where it can."""
        if not plan.refusal:
            return ""
        about = plan.facts.about_visit_date
        values = {"name": plan.facts.client_first_name(), "date": self.day(about) if about else ""}
        return self._(REFUSALS[plan.refusal]) % values


def not_told(because: str, name: str) -> str:
    """Why a client is not written to, and that the office tells her (rule 21)."""
    return _(NOT_TOLD[because]) % {"name": name}


def _cut(pattern: str, values: dict[str, str], apart: dict[str, str]) -> Iterable[Piece]:
    for name, stretch in _stretches(pattern):
        if name in apart:
            yield Piece(name, apart[name])
        elif text := values.get(name, "") if name else stretch:
            yield Piece("text", text)


@lru_cache(maxsize=64)
def _stretches(pattern: str) -> tuple[tuple[str, str], ...]:
    """The pattern in stretches: the name of a value, or else plain text."""
    parts = re.split(r"\{(\w+)\}", pattern)
    return tuple((part, "") if number % 2 else ("", part) for number, part in enumerate(parts))
