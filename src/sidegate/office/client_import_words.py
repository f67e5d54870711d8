"""What an import would do with a row, or why it cannot be taken, as the person at the screen reads it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from babel.numbers import get_currency_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from ..actions.client_imports import RowPlan
from ..models import Business
from ..wording import rhythm
from ..wording.languages import choose_language, locale_of
from .forms import Words
from .in_words import InWords

COLUMN_WORDS: dict[str, Words] = {
    "name": lazy("Name"),
    "first_name": lazy("First name"),
    "last_name": lazy("Last name"),
    "email": lazy("Email"),
    "phone": lazy("Phone"),
    "language": lazy("Language"),
    "address": lazy("Address"),
    "access_notes": lazy("Access notes"),
    "tags": lazy("Tags"),
    "service": lazy("Service"),
    "frequency": lazy("Frequency"),
    "price": lazy("Price"),
    "next_visit": lazy("Next visit"),
}
PROBLEMS: dict[str, Words] = {
    "name_missing": lazy("There is no name."),
    "unreachable": lazy("There is neither an email nor a phone number: nobody could tell them."),
    "no_email": lazy("“%(typed)s” isn't a whole email address."),
    "several_emails": lazy("More than one email: keep one. Further people are added on the client's page."),
    "no_phone": lazy("“%(typed)s” isn't a phone number. Write it as you dial it, with the area code."),
    "no_language": lazy("“%(typed)s” isn't a language we write in: English or Spanish, or leave it empty."),
    "no_frequency": lazy("How often is “%(typed)s”? Write weekly, every two weeks, monthly or once."),
    "no_amount": lazy("“%(typed)s” isn't one amount, such as 95 or 95.50."),
    "other_currency": lazy("“%(typed)s” is in another currency. You bill in %(currency)s."),
    "too_much": lazy("“%(typed)s” is more than we can take. Check the amount."),
    "no_date": lazy("“%(typed)s” is no day of the calendar. Write it like 2026-03-03."),
    "ambiguous_date": lazy("“%(typed)s” can be read in two ways. Say above how the dates are written."),
    "too_far": lazy("“%(typed)s” is more than two years away."),
    "too_long_ago": lazy("“%(typed)s” is more than ten years ago. Check the year."),
    "not_stored": lazy(
        "Something in this row can't be stored. Look for strange signs in it, or add it by hand."
    ),
    "too_long": lazy("“%(typed)s…” is too long for %(field)s: %(other)s characters is the most."),
    "service_missing": lazy("There is a price or a date, but no service."),
    "address_missing": lazy("Where does the service happen? The address is missing."),
    "price_missing": lazy("%(other)s has no price, here or in your services."),
    "email_of_other_row": lazy("Row %(other)s has this email too, under another name: %(typed)s."),
    "phone_of_other_row": lazy(
        "Row %(other)s has this phone too, under another name. Give one of them an email."
    ),
    "phone_of_several": lazy(
        "Several of your clients have this phone. Give the email, so that we know whose."
    ),
    "email_opens_other": lazy("%(typed)s already opens the portal of %(other)s."),
    "client_archived": lazy("%(other)s is archived. Bring them back first, or leave the row out."),
}
TOUCHED: dict[str, Words] = {
    "asked": lazy("has asked for a visit"),
    "signed_in": lazy("has signed in"),
    "visit_changed": lazy("has a visit that was changed"),
    "has_more": lazy("has more by now than the import gave them"),
    "changed": lazy("was changed"),
}


class ImportWords:
    """Speaks of rows, their problems and what becomes of them."""

    def __init__(self, business: Business) -> None:
        self.words, self.business = InWords(business), business
        self.calendar = business.calendar()

    def problem(self, problem: Mapping[str, str]) -> str:
        values: dict[str, Any] = dict(problem)
        values["field"] = COLUMN_WORDS.get(problem["field"], "")
        values["currency"] = self._currency()
        if problem["field"] == "phone":
            values["typed"] = self.words.phone(problem["typed"])
        return str(PROBLEMS[problem["code"]]) % values

    def _currency(self) -> str:
        locale = locale_of(self.words.language, self.business.country)
        return str(get_currency_name(self.business.currency, count=2, locale=locale))

    def row(self, plan: RowPlan) -> list[str]:
        """What becomes of the row, a sentence for each thing."""
        if plan.problems:
            return [self.problem(problem.stored()) for problem in plan.problems]
        parts = [self._client(plan), *self._changes(plan), self._address(plan), self._service(plan)]
        parts.append(self._closed(plan))
        return [part for part in parts if part] or [_("Already here: nothing changes.")]

    def _client(self, plan: RowPlan) -> str:
        if not plan.adds_client:
            return ""
        language = choose_language(plan.row.language, self.business.default_language)
        return _("New client, written to in %(language)s.") % {"language": self.words.language_name(language)}

    def _changes(self, plan: RowPlan) -> list[str]:
        return [
            _("%(what)s: %(before)s → %(after)s")
            % {
                "what": COLUMN_WORDS[_COLUMNS.get(name, name)],
                "before": self._value(name, plan.before[table][name]) or _("nothing"),
                "after": self._value(name, value),
            }
            for table, values in plan.after.items()
            for name, value in values.items()
        ]

    def _value(self, name: str, value: Any) -> str:
        show: dict[str, Callable[[Any], str]] = {
            "phone": self.words.phone,
            "language": self.words.language_name,
            "tags": ", ".join,
            "price_minor": self.words.money,
            "frequency": rhythm.adverb,
        }
        return show.get(name, str)(value)

    def _address(self, plan: RowPlan) -> str:
        if not plan.adds_property:
            return ""
        return (
            plan.address
            if plan.adds_client
            else _("Adds the address %(address)s.") % {"address": plan.address}
        )

    def _service(self, plan: RowPlan) -> str:
        if plan.service is None:
            return ""
        if plan.has_ended:
            return _("%(service)s was ended there before: it stays ended.") % {"service": plan.service.name}
        if plan.is_day_past and not plan.adds_agreement:
            return _("The day of %(service)s has passed: it is left out.") % {"service": plan.service.name}
        if not plan.adds_agreement or plan.price_minor is None:
            return ""
        name = rhythm.agreement_name(plan.service.name, plan.frequency)
        values = {"service": name, "price": self.words.money(plan.price_minor)}
        if not plan.visits:
            return _("%(service)s, %(price)s, no visit yet.") % values
        return self._with_visits(values, plan.visits)

    def _closed(self, plan: RowPlan) -> str:
        if not plan.visits or self.calendar.is_working(plan.visits[0]):
            return ""
        day = self.words.weekday(plan.visits[0])
        return _("You don't work on that day (%(day)s): it is scheduled all the same.") % {"day": day}

    def _with_visits(self, values: dict[str, str], visits: tuple[date, ...]) -> str:
        text = ngettext(
            "%(service)s, %(price)s, on %(date)s.",
            "%(service)s, %(price)s, from %(date)s: %(count)s visits.",
            len(visits),
        )
        return text % {**values, "date": self.words.day(visits[0]), "count": len(visits)}


_COLUMNS = {"price_minor": "price"}
