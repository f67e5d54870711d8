"""A request that was answered: one line for the card, a row for the decided list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..actions.booking_requests import Decision
from ..actions.booking_requests.words import not_told
from ..models import BookingRequest, Business, Event, Message
from ..models.recurrence import Recurrence
from ..web.access import OfficeScope
from ..wording import dates, rhythm
from ..wording.languages import language_name
from ..wording.money import money
from .booking_request_card import waited
from .telling import Telling, telling_of_decision

Status = BookingRequest.Status


@dataclass(frozen=True, slots=True)
class Answered:
    """The line that stands where the buttons stood: "Approved · Tue, Mar 3 · $95", who is told, and Undo."""

    reference: str
    client: str
    status: str
    headline: str
    telling: str
    by: str
    at: str
    reason: str
    undo_seconds: int  # 0 where it can no longer be undone
    problem: str = ""
    by_hand: Telling | None = None  # what no mail could tell


class AnsweredWords:
    def __init__(self, business: Business) -> None:
        self.business, self.language = business, get_language() or "en"
        self.now = timezone.now()
        self.today = business.today(self.now)

    def day(self, iso: str) -> str:
        return dates.brief_day(
            date.fromisoformat(iso), self.language, self.business.country, today=self.today
        )

    def moment(self, value: datetime) -> str:
        business = self.business
        return dates.moment(value, business.time_zone, self.language, business.country, today=self.today)

    def status(self, status: str) -> str:
        return {
            Status.APPROVED: _("Approved"),
            Status.DECLINED: _("Declined"),
            Status.WITHDRAWN: _("Withdrawn"),
        }.get(Status(status), _("Waiting"))

    def headline(self, status: str, data: dict[str, Any]) -> str:
        """The outcome with its date and price (rule 22)."""
        if status != Status.APPROVED or "date" not in data:
            return self.status(status)
        if data.get("outcome"):
            return " · ".join([self.status(status), self.visit_change(data), *self._new_price(data)])
        return " · ".join([self.status(status), self.start(data), self.price(data)])

    def visit_change(self, data: dict[str, Any]) -> str:
        """ "moved from Tue, Mar 3 to Thu, Mar 5", "Tue, Mar 3 is skipped", "every two weeks on Thursday from Thu,
        Mar 5 on"."""
        if data["outcome"] == BookingRequest.Outcome.PLAN_CHANGED:
            often = rhythm.in_words(Recurrence.of(data["plan_now"]["rule"]), self.language)
            return _("%(often)s from %(date)s on") % {"often": often, "date": self.day(data["date"])}
        if data["outcome"] == BookingRequest.Outcome.VISIT_SKIPPED:
            return _("%(date)s is skipped") % {"date": self.day(data["from"])}
        return _("moved from %(was)s to %(now)s") % {
            "was": self.day(data["from"]),
            "now": self.day(data["to"]),
        }

    def _new_price(self, data: dict[str, Any]) -> list[str]:
        """Of a plan that changed; moving or skipping a visit changes none."""
        return [self.price(data)] if data["outcome"] == BookingRequest.Outcome.PLAN_CHANGED else []

    @staticmethod
    def is_series(data: dict[str, Any]) -> bool:
        """Whether the approval began a recurring service, rather than adding a visit to one."""
        return bool(data.get("makes_client_service") and data.get("frequency"))

    def start(self, data: dict[str, Any]) -> str:
        """The day of the visit; of a series how often, and from when."""
        day = self.day(str(data["date"]))
        if not self.is_series(data):
            return day
        often = rhythm.how_often(str(data["frequency"]))
        return _("%(often)s from %(date)s") % {"often": often, "date": day}

    def price(self, data: dict[str, Any]) -> str:
        if not data.get("is_charged", True):
            return _("no charge")
        minor = int(str(data.get("price_minor") or 0))
        return money(minor, self.business.currency, self.language, self.business.country)

    def telling(self, name: str, data: dict[str, Any], seconds: int) -> str:
        """Who is told, in which language, and that it waits: for the undo, or for the mail's release."""
        because = str(data.get("not_told_because", ""))
        if because:
            return not_told(because, name)
        values = {"name": name, "language": language_name(str(data["language"]), read_in=self.language)}
        if self.business.holds_mail:
            return _("%(name)s is told in %(language)s when you release the mail.") % values
        if seconds:
            return _("%(name)s will be told in %(language)s.") % values
        return _("%(name)s is told in %(language)s.") % values


def answered_now(scope: OfficeScope, booking_request: BookingRequest, decision: Decision) -> Answered:
    """The line of a decision just made; without a statement where the client can be written to."""
    row = booking_request
    row.status, row.undo_until = decision.status, decision.undo_until
    row.reason = str(decision.data.get("reason", ""))
    words = AnsweredWords(scope.business)
    line = _line(words, row, decision.data, str(scope.user), decision.decided_at)
    return _with_telling(words, line, row, decision.data)


def answered_of(
    business: Business, booking_request: BookingRequest, *, problem: str = "", is_final: bool = False
) -> Answered:
    """The line of a request as it now stands, decided or withdrawn; needs its client in hand. One statement.

    `is_final` where undoing it was refused for good.
    """
    words = AnsweredWords(business)
    if booking_request.decided_at is None:
        return replace(_line(words, booking_request, {}, "", None), problem=problem)
    event = Event.objects.select_related("actor").get(
        business=business, booking_request=booking_request, decision_no=booking_request.decision_no
    )
    line = _line(words, booking_request, event.data, str(event.actor or ""), event.at)
    line = replace(line, problem=problem, undo_seconds=0 if is_final else line.undo_seconds)
    return _with_telling(words, line, booking_request, event.data)


def _with_telling(
    words: AnsweredWords, line: Answered, row: BookingRequest, data: dict[str, Any]
) -> Answered:
    """Where the client cannot be written to, the ready text; once told, when, and there is no undoing any more."""
    if not data.get("not_told_because"):
        return line
    by_hand = telling_of_decision(words.business, row)
    if by_hand is None or by_hand.told_at is None:
        return replace(line, by_hand=by_hand)
    told = _("Told by hand %(when)s") % {"when": words.moment(by_hand.told_at)}
    return replace(line, telling=told, undo_seconds=0)


def _line(
    words: AnsweredWords, row: BookingRequest, data: dict[str, Any], by: str, at: datetime | None
) -> Answered:
    left = seconds_left(row.undo_until, words.now)
    return Answered(
        reference=row.reference,
        client=row.client.name,
        status=row.status,
        headline=words.headline(row.status, data),
        telling=words.telling(row.client.first_name(), data, left)
        if data and not row.client.erased_at
        else "",
        by=by,
        at=words.moment(at) if at else "",
        reason=row.reason,
        undo_seconds=left,
    )


def seconds_left(until: datetime | None, now: datetime) -> int:
    return max(0, int((until - now).total_seconds())) if until else 0


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """One row of the decided list: what was asked, what was answered, by whom, and whether she was told."""

    reference: str
    client: str
    service: str
    status: str
    status_words: str
    when: str
    by: str
    at: str
    took: str  # how long it waited for the answer, and how far past the promise, in words
    reason: str
    told: str  # the status of its message, empty where there is none


def decided_lines(business: Business, rows: Sequence[BookingRequest]) -> list[DecidedLine]:
    """Rows need client, service, decided_by and visit in hand. One statement more, for the messages."""
    words = AnsweredWords(business)
    told = _message_states(business, [row.pk for row in rows])
    return [_decided_line(words, row, told.get(row.pk, "")) for row in rows]


def _decided_line(words: AnsweredWords, row: BookingRequest, told: str) -> DecidedLine:
    visit = getattr(row, "visit", None)
    decided_at = row.decided_at or row.created_at
    return DecidedLine(
        reference=row.reference,
        client=row.client.name,
        service=row.service.name_in(words.language, words.business.default_language),
        status=row.status,
        status_words=words.status(row.status),
        when=words.day(visit.date.isoformat()) if visit else _visit_asked_about(words, row),
        by=str(row.decided_by or ""),
        at=words.moment(decided_at),
        took=_took(words, row, decided_at),
        reason=row.reason,
        told=told,
    )


def _visit_asked_about(words: AnsweredWords, row: BookingRequest) -> str:
    if row.outcome == BookingRequest.Outcome.PLAN_CHANGED:
        return _("Plan changed")
    visit = row.about_visit if row.status == Status.APPROVED and row.kind in row.OF_A_VISIT else None
    return words.day(visit.date.isoformat()) if visit else ""


def _took(words: AnsweredWords, row: BookingRequest, decided_at: datetime) -> str:
    """How long the answer took, and where it came later than promised, by how much."""
    took = _("after %(time)s") % {"time": waited(decided_at - row.created_at)}
    late = (words.business.today(decided_at) - row.reply_by).days
    if late <= 0:
        return took
    later = ngettext("%(count)s day later than promised", "%(count)s days later than promised", late)
    return f"{took}, {later % {'count': late}}"


def _message_states(business: Business, request_ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = Message.objects.filter(
        business=business, booking_request_id__in=request_ids, event__decision_no__isnull=False
    ).order_by("id")
    return {
        request_id: status
        for request_id, status in rows.values_list("booking_request_id", "status")
        if request_id
    }
