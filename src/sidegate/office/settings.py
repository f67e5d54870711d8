"""Settings, for owners: a page of what holds now, and one form for each group of it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..actions.settings import change_business, close_days, hold_mail, open_day, release_mail
from ..models import Business, Message, Visit
from ..web.access import OfficeScope, PageRequest, View, office_page
from ..web.errors import problem
from ..web.pages import office
from ..wording.colours import READABLE, contrast
from .clients import asks_and_acts
from .forms import Form
from .in_words import InWords
from .pages import address, form_page, next_page, said
from .settings_forms import (
    BusinessForm,
    ClosedDaysForm,
    LookForm,
    RequestsForm,
    ScheduleForm,
    WorkingDaysForm,
)

P = ParamSpec("P")


def owner_page(view: Callable[Concatenate[PageRequest, OfficeScope, P], HttpResponseBase]) -> View:
    """An office page that only owners may open; others of the office are told so."""

    @wraps(view)
    def door(
        request: PageRequest, scope: OfficeScope, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not scope.is_owner:
            text = _("This is for the owners of %(business)s. Ask one of them to do it.")
            return problem(request, 403, _("For owners"), text % {"business": scope.business.name})
        return view(request, scope, *args, **kwargs)

    return office_page(door)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of settings, with what holds now in a few words."""

    href: str
    sign: str
    name: str
    now: str
    has_swatch: bool = False


@owner_page
@require_safe
def settings(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    held = scope.messages().filter(status=Message.Status.HELD)[:1000].count()
    context = {"groups": _groups(scope), "held": held}
    return office(request, scope, "office/settings/settings.html", context)


def _groups(scope: OfficeScope) -> list[Group]:
    business, words = scope.business, InWords(scope.business)
    place = f"{business.name} · {business.time_zone.replace('_', ' ')} · {business.currency}"
    return [
        Group(address(scope, "business_settings"), "home", _("Business"), place),
        Group(address(scope, "days_settings"), "calendar", _("Working days"), _days_now(scope, words)),
        Group(address(scope, "schedule_settings"), "calendar-plus", _("Schedule"), _horizon(business)),
        Group(address(scope, "requests_settings"), "inbox", _("Requests"), _promise(scope)),
        Group(address(scope, "look_settings"), "sun", _("Logo and colour"), _logo(business), has_swatch=True),
        Group(address(scope, "team"), "users", _("Team"), _team_now(scope)),
        Group(
            address(scope, "calendar"),
            "calendar-plus",
            _("Calendar"),
            _("Your visits in your phone's calendar"),
        ),
        Group(address(scope, "message_words"), "message", _("Words of the messages"), _own_words(scope)),
        Group(address(scope, "portal_card"), "link", _("Portal card"), _card_is_for()),
    ]


def _card_is_for() -> str:
    return _("The way to your portal, for invoices, vans and doors.")


def _days_now(scope: OfficeScope, words: InWords) -> str:
    monday = date(2024, 1, 1)
    days = (monday.replace(day=1 + number) for number in sorted(scope.business.working_days))
    names = ", ".join(words.weekday(day, short=True) for day in days)
    coming = [day for day in scope.business.closed_dates if day >= words.today.isoformat()]
    closed = ngettext("%(count)s closed day ahead", "%(count)s closed days ahead", len(coming))
    return f"{names} · {closed % {'count': len(coming)}}" if coming else names


def _horizon(business: Business) -> str:
    weeks = business.horizon_weeks
    text = ngettext(
        "Services that repeat: %(count)s week ahead", "Services that repeat: %(count)s weeks ahead", weeks
    )
    return text % {"count": weeks}


def _promise(scope: OfficeScope) -> str:
    days = scope.business.reply_promise_days
    if not days:
        return _("An answer the same day")
    text = ngettext("An answer within %(count)s working day", "An answer within %(count)s working days", days)
    return text % {"count": days}


def _logo(business: Business) -> str:
    return _("With a logo") if business.logo_name else _("No logo")


def _team_now(scope: OfficeScope) -> str:
    count = scope.memberships().filter(is_active=True, user__is_active=True).count()
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}


def _own_words(scope: OfficeScope) -> str:
    count = scope.message_templates().count()
    if not count:
        return _("Built-in words")
    text = ngettext("%(count)s message in your own words", "%(count)s messages in your own words", count)
    return text % {"count": count}


@owner_page
@asks_and_acts
def business(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    form = BusinessForm(request, scope.business)
    return _setting(request, scope, form, lambda: form.cleaned_data, title=_("Business"))


def _setting(
    request: PageRequest,
    scope: OfficeScope,
    form: Form,
    changes: Callable[[], dict[str, Any]],
    *,
    title: str,
    **more: Any,
) -> HttpResponse:
    """A form over some columns of the business; saved, it leads back to the settings."""
    to = address(scope, "settings")
    if form.does(lambda: change_business(scope.business, changes())):
        return said(request, _("Saved."), to)
    return form_page(request, scope, form, title=title, room="settings", back=(to, _("Settings")), **more)


@owner_page
@asks_and_acts
def requests(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    form = RequestsForm(request, scope.business)
    return _setting(request, scope, form, form.changes, title=_("Requests"))


@owner_page
@asks_and_acts
def schedule(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    form = ScheduleForm(request, scope.business)
    return _setting(request, scope, form, form.changes, title=_("Schedule"))


@owner_page
@asks_and_acts
def look(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    form, to = LookForm(request, scope.business), address(scope, "look_settings")
    if form.does(form.save):
        return said(request, _("Saved."), to)
    readable = contrast(scope.business.accent, "#ffffff") >= READABLE
    heed = _("On white this colour is hard to read, so a darker shade of it is shown there.")
    return form_page(
        request,
        scope,
        form,
        title=_("Logo and colour"),
        room="settings",
        back=(address(scope, "settings"), _("Settings")),
        template="office/settings/look.html",
        heed="" if readable else heed,
    )


@owner_page
@asks_and_acts
def days(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    form = WorkingDaysForm(request, scope.business)
    words = InWords(scope.business)
    ahead = [day for day in scope.business.closed_dates if day >= words.today.isoformat()]
    closed = [(day, words.day(date.fromisoformat(day))) for day in ahead]
    return _setting(
        request,
        scope,
        form,
        form.changes,
        title=_("Working days"),
        template="office/settings/days.html",
        closed=closed,
    )


@owner_page
@asks_and_acts
def close(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """A holiday; visits that stand on those days stay, and are pointed out."""
    form, to = ClosedDaysForm(request), address(scope, "days_settings")
    if form.does(lambda: close_days(scope.business, **form.days())):
        return said(request, _closed_words(scope, **form.days()), to)
    return form_page(
        request, scope, form, title=_("Closed days"), room="settings", back=(to, _("Working days"))
    )


def _closed_words(scope: OfficeScope, first: date, last: date) -> str:
    scheduled = scope.visits().filter(status=Visit.Status.SCHEDULED)
    count = scheduled.filter(date__gte=first, date__lte=last)[:1000].count()
    if not count:
        return _("Noted: closed.")
    text = ngettext(
        "Noted: closed. %(count)s visit stands on those days: move it in the schedule.",
        "Noted: closed. %(count)s visits stand on those days: move them in the schedule.",
        count,
    )
    return text % {"count": count}


@owner_page
@require_POST
def reopen(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """A closed day (`day`) is as its weekday again."""
    with suppress(ValueError):
        open_day(scope.business, date.fromisoformat(request.POST.get("day", "")))
    return said(request, _("Taken from the list."), address(scope, "days_settings"))


@owner_page
@require_POST
def hold(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    hold_mail(scope.business)
    return said(request, _("Outgoing mail is held. Sign-in links still leave."), address(scope, "settings"))


@owner_page
@require_POST
def release(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """From any page, to which `next` leads back."""
    count, to = release_mail(scope.business), next_page(request, scope, address(scope, "settings"))
    if not count:
        return said(request, _("Mail leaves again."), to)
    text = ngettext(
        "Mail leaves again, and with it %(count)s message that waited.",
        "Mail leaves again, and with it %(count)s messages that waited.",
        count,
    )
    return said(request, text % {"count": count}, to)
