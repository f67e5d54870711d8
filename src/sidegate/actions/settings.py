"""What an owner settles about her business: who it is, when it works, what it promises, how it looks."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ..models import Business, ClientService, Service
from .errors import InvalidInput
from .messages import release_held
from .visits import extend_anew

LONGEST_CLOSED_DAYS = 60
MOST_CLOSED_DATES = 400
SETTABLE = frozenset(
    {
        "name", "phone", "email", "country", "time_zone", "currency", "default_language", "working_days",
        "reply_promise_days", "lead_days", "undo_seconds", "shows_prices", "accent", "horizon_weeks",
        "capacity_visits", "capacity_minutes", "capacity_refuses", "cut_off_hour", "lead_words",
    }
)  # fmt: skip


def change_business(business: Business, changes: Mapping[str, Any]) -> None:
    """Write some of the settings; those not named stay.

    Raises InvalidInput for `currency` once something has a price: amounts are stored in minor units, and
    what was agreed in one currency means something else in another.
    """
    if not changes.keys() <= SETTABLE:
        raise ValueError(changes.keys() - SETTABLE)
    currency = changes.get("currency", business.currency)
    if currency != business.currency and has_prices(business):
        raise InvalidInput({"currency": _("The currency stays: something has a price already.")})
    look_further = changes.get("horizon_weeks", business.horizon_weeks) != business.horizon_weeks
    with transaction.atomic(durable=True):
        Business.objects.filter(pk=business.pk).update(**changes)
        if look_further:
            extend_anew(business)
    for name, value in changes.items():
        setattr(business, name, value)


def has_prices(business: Business) -> bool:
    """Whether the catalog or an agreement holds an amount."""
    priced = Service.objects.filter(business=business).exclude(price_minor=None)
    return priced.exists() or ClientService.objects.filter(business=business).exists()


def close_days(business: Business, *, first: date, last: date) -> None:
    """The days from first to last are no working days. Raises InvalidInput."""
    if last < first:
        raise InvalidInput({"last": _("The last day is before the first.")})
    if first < business.today():
        raise InvalidInput({"first": _("That day has passed.")})
    if (last - first).days >= LONGEST_CLOSED_DAYS:
        text = _("That is more than %(most)s days at once. Add them in parts.")
        raise InvalidInput({"last": text % {"most": LONGEST_CLOSED_DAYS}})
    days = {first + timedelta(days=number) for number in range((last - first).days + 1)}
    _write_closed(business, adds=days, removes=set())


def open_day(business: Business, day: date) -> None:
    """The day is as its weekday is."""
    _write_closed(business, adds=set(), removes={day})


def _write_closed(business: Business, *, adds: set[date], removes: set[date]) -> None:
    """Takes the row first: two people who close days at once close both. Days long past are let go."""
    with transaction.atomic(durable=True):
        Business.objects.filter(pk=business.pk).update(name=F("name"))
        stored = Business.objects.values_list("closed_dates", flat=True).get(pk=business.pk)
        kept = {
            day for day in map(date.fromisoformat, stored) if day >= business.today() - timedelta(days=366)
        }
        closed = sorted((kept | adds) - removes)
        if len(closed) > MOST_CLOSED_DATES:
            raise InvalidInput({"first": _("Too many closed days are listed. Remove some first.")})
        business.closed_dates = [day.isoformat() for day in closed]
        Business.objects.filter(pk=business.pk).update(closed_dates=business.closed_dates)


def hold_mail(business: Business) -> None:
    """From now on messages wait, sign-in mail excepted; what is already in the outbox leaves."""
    Business.objects.filter(pk=business.pk).update(holds_mail=True)
    business.holds_mail = True


def release_mail(business: Business) -> int:
    """Messages leave again, those that waited too; returns how many those are."""
    return release_held(business)
