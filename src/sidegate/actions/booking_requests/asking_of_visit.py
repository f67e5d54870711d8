"""Asking to move a visit, or to skip it: which visits can be asked about, and what can be taken."""

from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ...models import BookingRequest, Visit
from ..errors import InvalidInput
from ..visits import known_visit
from .asking import Ask, Check, Checked, Kind, Options


def check_ask(options: Options, ask: Ask, *, keeps: BookingRequest | None = None) -> Checked:
    """As `Options.check`, of any kind of request; `keeps` is the one that an edit changes, whose visit stays.

    Raises InvalidInput.
    """
    of_a_visit = BookingRequest.OF_A_VISIT
    if keeps and keeps.kind != ask.kind and (keeps.kind in of_a_visit or ask.kind in of_a_visit):
        raise InvalidInput({"kind": _("This request is about one visit. Withdraw it, and ask anew.")})
    if ask.kind not in of_a_visit:
        return options.check(ask, keeps=keeps)
    visit = _visit(options, ask, keeps)
    return _to_skip(ask, visit, options) if ask.kind == Kind.SKIP_VISIT else _to_move(ask, visit, options)


def _visit(options: Options, ask: Ask, keeps: BookingRequest | None) -> Visit:
    """One of her coming visits. Two statements."""
    rows = Visit.objects.filter(business=options.business, client_service__client=options.client)
    rows = rows.select_related("client_service__service", "client_service__property")
    key = keeps.about_visit_id if keeps else ask.about_visit_id
    found = known_visit(rows, key, options.business.pk, options.now) if key else None
    if found is None:
        raise InvalidInput({"about_visit": _("That visit is no longer on the schedule.")})
    if problem := why_not(found, options):
        raise InvalidInput({"about_visit": problem})
    return found


def why_not(visit: Visit, options: Options) -> str:
    """Why nothing can be asked about a visit, as a sentence; empty where it can."""
    if visit.status == Visit.Status.CANCELLED:
        return _("That visit was cancelled.")
    if visit.status == Visit.Status.SKIPPED:
        return _("That visit is skipped already.")
    if visit.status == Visit.Status.COMPLETED or visit.date < options.today:
        return _("That visit has already taken place.")
    return ""


def _to_skip(ask: Ask, visit: Visit, options: Options) -> Checked:
    check = Check(options, ask, None)
    check.notes()
    if check.errors:
        raise InvalidInput(check.errors)
    return _checked(ask, visit, options, visit.date, visit.date, visit.part_of_day)


def _to_move(ask: Ask, visit: Visit, options: Options) -> Checked:
    check = Check(options, ask, None)
    check.notes()
    check.window()
    check.part_of_day()
    start, end = ask.window_start, ask.window_end
    if start == end == visit.date and ask.part_of_day == visit.part_of_day:
        text = _("It stands on that day already. Choose another day, or another time.")
        check.errors.setdefault("window_start", text)
    if check.errors or start is None or end is None:
        raise InvalidInput(check.errors)
    return _checked(ask, visit, options, start, end, ask.part_of_day)


def _checked(ask: Ask, visit: Visit, options: Options, start: date, end: date, part_of_day: str) -> Checked:
    agreed = visit.client_service
    return Checked(
        kind=ask.kind,
        property=agreed.property,
        service=agreed.service,
        window_start=start,
        window_end=end,
        part_of_day=part_of_day,
        frequency="",
        about_visit=visit,
        notes=ask.notes,
        price_minor=agreed.price_minor if options.business.shows_prices else None,
    )


def must_be_asked_once(booking_request: BookingRequest) -> None:
    """One request at a time about moving or skipping a visit; a decision that may still be undone counts as none.

    Needs the client's row taken. Raises InvalidInput.
    """
    if booking_request.kind not in BookingRequest.OF_A_VISIT:
        return
    asked = booking_request
    earlier = waiting_about(asked.about_visit_id, business_id=asked.business_id, client_id=asked.client_id)
    if earlier is not None:
        text = _(
            "You have asked about this visit already (%(reference)s). Change that request, or withdraw it first."
        )
        raise InvalidInput({"about_visit": text % {"reference": earlier}})


def waiting_about(visit_id: UUID | None, *, business_id: UUID, client_id: UUID) -> str | None:
    """The reference of the request about that visit that waits, as far as its client knows. One statement."""
    rows = BookingRequest.objects.filter(
        Q(status=BookingRequest.Status.PENDING) | Q(undo_until__gt=timezone.now()),
        business=business_id,
        client=client_id,
        about_visit=visit_id,
        kind__in=BookingRequest.OF_A_VISIT,
    )
    return rows.values_list("reference", flat=True).first()


def date_asked_about(booking_request: BookingRequest) -> dict[str, str]:
    """For the Event: where the visit stood when she asked, by which planning knows that it was moved since."""
    visit = booking_request.about_visit
    if booking_request.kind not in BookingRequest.OF_A_VISIT or visit is None:
        return {}
    return {"visit_date": visit.date.isoformat()}
