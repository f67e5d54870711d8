"""Dates, money, phones and agreements as the person at the screen reads them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_symbol
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from ..models import Business, ClientService, Service
from ..wording import dates, phones, rhythm
from ..wording.languages import language_name, locale_of
from ..wording.money import money, typed_amount


class InWords:
    """Speaks the language that is active, in the manner of the business's country."""

    def __init__(self, business: Business) -> None:
        self.business, self.language = business, get_language() or "en"
        self.country, self.today = business.country, business.today()

    def day(self, value: date) -> str:
        return dates.day(value, self.language, self.country, today=self.today)

    def near_short_day(self, value: date) -> str:
        """ "today", "tomorrow", else "Mar 3"."""
        near = {self.today: _("today"), self.today + timedelta(days=1): _("tomorrow")}
        return near.get(value) or dates.short_day(value, self.language, self.country)

    def span(self, first: date, last: date) -> str:
        """ "Tue, Mar 3" of one day, "Mar 2–8" of several: short enough for a phone's title."""
        if first == last:
            return dates.brief_day(first, self.language, self.country, today=self.today)
        return dates.short_window(first, last, self.language, self.country)

    def weekday(self, value: date, *, short: bool = False) -> str:
        return dates.weekday(value, self.language, short=short)

    def month(self, value: date) -> str:
        return str(format_date(value, "MMM", locale=locale_of(self.language, self.country)))

    def appointment(self, value: date, part_of_day: str) -> str:
        """ "Tue, Mar 3, morning"."""
        return ", ".join(filter(None, (self.day(value), rhythm.part_of_day(part_of_day))))

    def hour(self, hour: int) -> str:
        """ "2:00 PM"."""
        return dates.clock(time(hour), self.language, self.country)

    def arrival(self, first: time | None, last: time | None) -> str:
        """ "8:00 – 10:00 AM"; empty where no time is settled."""
        return dates.times(first, last, self.language, self.country) if first and last else ""

    def moment(self, value: datetime) -> str:
        zone = self.business.time_zone
        return dates.moment(value, zone, self.language, self.country, today=self.today)

    def date_of(self, value: datetime) -> str:
        """The day of an instant, on the business's calendar: "Mar 2"."""
        local = value.astimezone(ZoneInfo(self.business.time_zone)).date()
        return dates.short_day(local, self.language, self.country)

    def money(self, minor: int) -> str:
        return money(minor, self.business.currency, self.language, self.country)

    def typed_amount(self, minor: int | None) -> str:
        return typed_amount(minor, self.business.currency)

    def hours(self, minutes: int) -> str:
        """ "7.5", "8"."""
        return str(format_decimal(minutes / 60, "#,##0.#", locale=locale_of(self.language, self.country)))

    def currency_sign(self) -> str:
        return str(get_currency_symbol(self.business.currency, locale=locale_of(self.language, self.country)))

    def phone(self, stored: str) -> str:
        return phones.phone(stored, self.country) if stored else ""

    def language_name(self, language: str) -> str:
        return language_name(language, read_in=self.language) if language else ""

    def service(self, service: Service) -> str:
        return service.name_in(self.language, self.business.default_language)

    def catalog_price(self, service: Service) -> str:
        """The price, or that it is on request."""
        return _("on request") if service.price_minor is None else self.money(service.price_minor)

    def agreement(self, client_service: ClientService) -> str:
        """ "Weekly mowing"; its service must be in hand."""
        return rhythm.agreement_name(self.service(client_service.service), client_service.frequency)

    def agreement_status(self, status: str) -> str:
        status_words = {
            "active": _("Active"),
            "paused": _("Paused"),
            "cancelled": _("Ended"),
            "completed": _("Completed"),
        }
        return status_words[status]

    def visit_status(self, status: str) -> str:
        status_words = {
            "scheduled": _("Scheduled"),
            "completed": pgettext("visit", "Done"),
            "skipped": _("Skipped"),
            "cancelled": _("Cancelled"),
        }
        return status_words[status]


VISIT_TONES = {"scheduled": "", "completed": "good", "skipped": "", "cancelled": "stop"}
AGREEMENT_TONES = {"active": "good", "paused": "wait", "cancelled": "", "completed": ""}
