"""One agreement on a page: what was agreed, and its visits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import ClientService, Visit
from ..web.access import OfficeScope
from ..wording import rhythm
from .client_page import AgreementRow, VisitRow, agreement_row, visit_row
from .in_words import InWords

AHEAD_SHOWN, PAST_SHOWN = 12, 6


@dataclass(frozen=True, slots=True)
class PastVisit:
    row: VisitRow
    status: str
    status_words: str


@dataclass(frozen=True, slots=True)
class ClientServicePage:
    """`catalog_price` stands there only where it is no longer what was agreed."""

    agreement: ClientService
    row: AgreementRow
    start: str
    how_often: str
    usual: str
    ends: str
    pause: str
    catalog_price: str
    ahead: list[VisitRow]
    past: list[PastVisit]


def client_service_page(scope: OfficeScope, agreement: ClientService) -> ClientServicePage:
    """Two statements."""
    words = InWords(scope.business)
    catalog = agreement.service.price_minor
    differs = catalog is not None and catalog != agreement.price_minor
    return ClientServicePage(
        agreement=agreement,
        row=agreement_row(agreement, words),
        start=words.day(agreement.start_date),
        how_often=rhythm_words(agreement, words),
        usual=usual_words(agreement, words),
        ends=words.day(agreement.ends_on) if agreement.ends_on else "",
        pause=pause_words(agreement, words),
        catalog_price=words.money(catalog) if differs and catalog is not None else "",
        ahead=[visit_row(visit, words) for visit in _ahead(scope, agreement)[:AHEAD_SHOWN]],
        past=[_past_row(visit, words) for visit in _past(scope, agreement, words.today)],
    )


def rhythm_words(agreement: ClientService, words: InWords) -> str:
    """ "Every week on Tuesday"; "Once"."""
    recurrence = agreement.recurrence() if agreement.frequency else None
    return rhythm.capitalised(rhythm.in_words(recurrence, words.language))


def usual_words(agreement: ClientService, words: InWords) -> str:
    """Who goes and when they arrive: "Luis Romero, morning, 8:00 – 10:00 AM"; empty where nothing is settled."""
    who = str(agreement.technician.user) if agreement.technician else ""
    parts = (
        who,
        rhythm.part_of_day(agreement.part_of_day),
        words.arrival(agreement.arrives_from, agreement.arrives_until),
    )
    return ", ".join(filter(None, parts))


def pause_words(agreement: ClientService, words: InWords) -> str:
    """Of a pause under way or to come: from when until when."""
    if agreement.paused_from is None:
        return ""
    first = words.day(agreement.paused_from)
    if agreement.paused_until is None:
        return _("Paused from %(first)s on, until you resume it") % {"first": first}
    return _("Paused from %(first)s to %(last)s") % {
        "first": first,
        "last": words.day(agreement.paused_until),
    }


def _ahead(scope: OfficeScope, agreement: ClientService) -> Sequence[Visit]:
    rows = scope.visits().upcoming(scope.business.today()).filter(client_service=agreement)
    return _with(agreement, rows.order_by("date", "id")[: AHEAD_SHOWN + 1])


def _past(scope: OfficeScope, agreement: ClientService, today: date) -> Sequence[Visit]:
    """What is done with, and what was to happen and has not been marked."""
    ahead = scope.visits().upcoming(today).filter(client_service=agreement)
    rows = scope.visits().filter(client_service=agreement).exclude(pk__in=ahead.values("pk"))
    return _with(agreement, rows.order_by("-date", "-id")[:PAST_SHOWN])


def _with(agreement: ClientService, rows: Iterable[Visit]) -> list[Visit]:
    found = list(rows)
    for visit in found:
        visit.client_service = agreement
    return found


def _past_row(visit: Visit, words: InWords) -> PastVisit:
    return PastVisit(visit_row(visit, words), visit.status, words.visit_status(visit.status))


def visits_ahead_words(scope: OfficeScope, agreement: ClientService) -> str:
    """How many there are and when the first is; empty where there are none."""
    rows = scope.visits().upcoming(scope.business.today()).filter(client_service=agreement)
    return ahead_words(scope, list(rows.order_by("date").values_list("date", flat=True)))


def ahead_words(scope: OfficeScope, days: Sequence[date]) -> str:
    """As `visits_ahead_words`, of these days in order."""
    if not days:
        return ""
    text = ngettext(
        "%(count)s visit is ahead, on %(first)s.",
        "%(count)s visits are ahead, the first on %(first)s.",
        len(days),
    )
    return text % {"count": len(days), "first": InWords(scope.business).day(days[0])}
