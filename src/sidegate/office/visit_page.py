"""One visit on a page: when, what, where, who goes, and what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..actions.booking_requests.words import not_told
from ..actions.clients import recipient_of
from ..models import ClientService, Event, Message, Visit
from ..web.access import OfficeScope
from ..web.history import HistoryLine
from ..wording import rhythm
from .in_words import InWords
from .message_words import fate_words
from .visit_list import VisitCard, visit_card

Verb = Event.Verb


@dataclass(frozen=True, slots=True)
class VisitPage:
    card: VisitCard
    visit: Visit
    day: str
    part_of_day: str
    series: str
    note: str
    reference: str
    is_scheduled: bool
    is_on_closed_day: bool
    can_reopen: bool
    telling: str
    history: list[HistoryLine]
    told: str


def visit_page(scope: OfficeScope, visit: Visit) -> VisitPage:
    """Two statements."""
    words = InWords(scope.business)
    request = visit.booking_request
    return VisitPage(
        card=visit_card(visit, words),
        visit=visit,
        day=words.day(visit.date),
        part_of_day=words.arrival(visit.arrives_from, visit.arrives_until)
        or rhythm.part_of_day_choice(visit.part_of_day),
        series=series_words(visit),
        note=visit.note,
        reference=request.reference if request else "",
        is_scheduled=visit.status == Visit.Status.SCHEDULED,
        is_on_closed_day=not scope.business.calendar().is_working(visit.date),
        can_reopen=visit.status in (Visit.Status.COMPLETED, Visit.Status.SKIPPED),
        telling=telling(visit.client_service),
        history=_history(scope, visit, words),
        told=_told(scope, visit),
    )


def series_words(visit: Visit) -> str:
    """That it is one of a series, and that the others stay as they are; empty where it is the only one."""
    agreement = visit.client_service
    if not agreement.frequency:
        return ""
    words = InWords(agreement.business)
    how_often = rhythm.in_words(agreement.recurrence(), words.language)
    text = _("One of a series: %(service)s, %(how_often)s. Only this visit changes.")
    return text % {"service": words.service(agreement.service), "how_often": how_often}


def telling(agreement: ClientService) -> str:
    """ "Maria is told in Spanish.", or that nobody is and why."""
    recipient = recipient_of(agreement.client, agreement.business)
    name = agreement.client.first_name()
    if recipient.refusal:
        return not_told(recipient.refusal, name)
    language = InWords(agreement.business).language_name(recipient.language)
    return _("%(name)s is told in %(language)s.") % {"name": name, "language": language}


def _history(scope: OfficeScope, visit: Visit, words: InWords) -> list[HistoryLine]:
    rows = Event.objects.filter(business=scope.business, visit=visit).select_related("actor")
    return [_line(event, words) for event in rows.order_by("-at", "-id")]


def _line(event: Event, words: InWords) -> HistoryLine:
    tones = {Verb.VISIT_COMPLETED: "good", Verb.VISIT_CANCELLED: "stop"}
    return HistoryLine(
        words=_event_words(event.verb, event.data, words),
        at=words.moment(event.at),
        by=str(event.actor or ""),
        quote=str(event.data.get("reason") or event.data.get("note") or ""),
        tone=tones.get(Verb(event.verb), ""),
    )


def _event_words(verb: str, data: dict[str, Any], words: InWords) -> str:
    if data.get("outcome") == "visit_skipped":
        return _("Skipped at the client's wish")
    if verb == Verb.VISIT_MOVED or data.get("outcome") == "visit_moved":
        return _("Moved from %(was)s to %(now)s") % {
            "was": _appointment(data, "from", words),
            "now": _appointment(data, "to", words),
        }
    return {
        Verb.VISIT_ADDED: _("Added by hand"),
        Verb.VISIT_COMPLETED: pgettext("visit", "Done"),
        Verb.VISIT_SKIPPED: _("Skipped"),
        Verb.VISIT_CANCELLED: _("Cancelled"),
        Verb.VISIT_REOPENED: _("Opened again"),
        Verb.UNDONE: _("Decision taken back"),
        Verb.REOPENED: _("Request opened again"),
        Verb.VISIT_NOTED: _("Noted") if data.get("note") else _("Note removed"),
    }.get(Verb(verb), _("Changed"))


def _appointment(data: dict[str, Any], which: str, words: InWords) -> str:
    """ "Tue, Mar 3, 8:00 – 10:00 AM", "Tue, Mar 3, morning": as the visit was (`from`), or is since (`to`)."""
    arrival = [time.fromisoformat(at) for at in data.get(f"arrival_{which}", ())]
    at = words.arrival(*arrival) if arrival else rhythm.part_of_day(data[f"part_{which}"])
    return ", ".join(filter(None, (words.day(date.fromisoformat(data[which])), at)))


def _told(scope: OfficeScope, visit: Visit) -> str:
    """The fate of the last message about it; empty where there was none."""
    rows = Message.objects.filter(business=scope.business, event__visit=visit, key__startswith="visit.")
    last = rows.order_by("-id").first()
    return fate_words(last, InWords(scope.business)) if last else ""


def warning_words(codes: Sequence[str], agreement: ClientService, day: date | None) -> list[str]:
    """What the warnings of a form say."""
    if not codes or day is None:
        return []
    said = {"date": InWords(agreement.business).day(day), "name": agreement.client.first_name()}
    patterns = {
        "closed_day": _("%(date)s is a day you don't work."),
        "day_occupied": _("%(name)s already has a visit of this service on %(date)s."),
    }
    return [patterns[code] % said for code in codes]
