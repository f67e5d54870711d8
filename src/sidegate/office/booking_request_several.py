"""Several requests decided with one press: each by the same action as alone, one after the other."""

from dataclasses import dataclass, replace

from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ..actions.booking_requests import Choices, approve_booking_request, decline_booking_request
from ..actions.errors import AlreadyDecided, CannotApprove, PlanChanged
from ..models import BookingRequest
from ..web.access import OfficeScope, PageRequest, office_page
from ..web.pages import office
from .booking_request_answered import Answered, answered_now, answered_of
from .booking_request_answers import card_of
from .booking_request_card import Card
from .booking_request_filters import query_sent
from .booking_request_picks import MOST, Pick, Picks, picks_of
from .booking_request_presses import LONGEST_LINE, changed_words, late_words
from .booking_requests import queue_page

ACTS = ("approve", "decline")
Status = BookingRequest.Status


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one: the line in place of its card, or the card as it is now, with why it still waits."""

    answered: Answered | None = None
    card: Card | None = None

    def is_done(self) -> bool:
        return self.answered is not None and not self.answered.problem


@require_POST
@office_page
def several(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """The press of the bar below the queue: `act` on every `pick`, with `reason` where it declines."""
    picks, act = picks_of(request.POST), request.POST.get("act", "")
    checked = _checked(picks, act)
    if checked.problem or checked.reason_problem:
        sent = QueryDict(query_sent(request.POST))
        return queue_page(request, scope, sent, checked, status=422)
    rows = _rows(scope, picks)
    lines = [
        _decided(scope, rows[pick.reference], pick, act, picks.reason) for pick in _oldest_first(picks, rows)
    ]
    done = [line for line in lines if line.answered]
    context = {
        "title": _title(act, sum(line.is_done() for line in lines)),
        "waiting": [line for line in lines if line.card],
        "done": done,
        "here_query": query_sent(request.POST),
    }
    return office(request, scope, "office/booking_requests/several.html", context)


def _checked(picks: Picks, act: str) -> Picks:
    """The picks with why nothing can be done, where it can't."""
    if act not in ACTS:
        return replace(
            picks,
            problem=_("The page sent something we can't read. Nothing was saved. Go back and try again."),
        )
    if not picks.picks:
        return replace(picks, problem=_("Nothing was ticked, so nothing was done. Tick the requests first."))
    if len(picks.picks) > MOST:
        most = _("Up to %(most)s requests can be answered at once. Nothing was done yet.") % {"most": MOST}
        return replace(picks, problem=most)
    if act == "decline" and len(picks.reason) > LONGEST_LINE:
        too_long = _("A reason can have up to %(most)s characters.") % {"most": f"{LONGEST_LINE:,}"}
        return replace(picks, reason_problem=too_long)
    return picks


def _rows(scope: OfficeScope, picks: Picks) -> dict[str, BookingRequest]:
    """The ticked requests of this business; one that is not its own is a 404, before anything is decided."""
    rows = scope.booking_requests().select_related(
        "client", "service", "property", "about_visit", "decided_by"
    )
    found = {row.reference: row for row in rows.filter(reference__in=picks.references)}
    if set(found) != picks.references:
        raise Http404
    for row in found.values():
        row.business = scope.business
    return found


def _oldest_first(picks: Picks, rows: dict[str, BookingRequest]) -> list[Pick]:
    """As the queue stands: who asked first has the day, where two want the same."""
    return sorted(picks.picks, key=lambda pick: rows[pick.reference].pk)


def _decided(scope: OfficeScope, row: BookingRequest, pick: Pick, act: str, reason: str) -> Line:
    try:
        if act == "decline":
            decision = decline_booking_request(row, by=scope.user, reason=reason)
        elif not pick.plan:
            return _undecided(scope, row, pick)
        else:
            choices = Choices(date=pick.date)
            decision = approve_booking_request(row, by=scope.user, choices=choices, shown_plan=pick.plan)
    except AlreadyDecided as refused:
        return _late(scope, row, refused)
    except (PlanChanged, CannotApprove) as refused:
        return Line(card=card_of(scope, row, pick.date, changed_words(refused)))
    return Line(answered=answered_now(scope, row, decision))


def _late(scope: OfficeScope, row: BookingRequest, refused: AlreadyDecided) -> Line:
    row.refresh_from_db()
    row.business = scope.business
    return Line(answered=answered_of(scope.business, row, problem=late_words(scope, row, refused)))


def _undecided(scope: OfficeScope, row: BookingRequest, pick: Pick) -> Line:
    """Its card showed no single way to approve, so none is taken blindly: the choice stays the owner's."""
    if row.status != Status.PENDING:
        return _late(scope, row, AlreadyDecided(row.status, str(row.decided_by or ""), row.decided_at))
    card = card_of(scope, row, pick.date)
    if card.refusal:
        problem = _("Nothing was done yet.")
    elif len(card.ways) > 1:
        problem = _("There is more than one way to approve this: choose how.")
    else:
        problem = _("Nothing was done yet: this is what Approve would do now.")
    return Line(card=replace(card, problem=problem))


def _title(act: str, count: int) -> str:
    if not count:
        return _("Nothing decided yet")
    if act == "approve":
        return ngettext("%(num)s approved", "%(num)s approved", count) % {"num": count}
    return ngettext("%(num)s declined", "%(num)s declined", count) % {"num": count}
