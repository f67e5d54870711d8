"""What happened to a request, line by line, as the office may read it: undone decisions included."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..actions.booking_requests.words import not_told
from ..models import BookingRequest, Business, Event, Message
from ..web.history import HistoryLine
from .booking_request_answered import AnsweredWords
from .message_words import let_go_words


@dataclass(frozen=True, slots=True)
class SentLine:
    """One message about the request, and its fate in words; `why` says why it could not be sent."""

    to: str
    subject: str
    text: str
    status: str
    fate: str
    tone: str
    why: str
    to_client: bool


def history_of(business: Business, booking_request: BookingRequest) -> list[HistoryLine]:
    """Oldest first, ordered by time, then key. One statement."""
    words = AnsweredWords(business)
    rows = Event.objects.filter(business=business, booking_request=booking_request).select_related("actor")
    return [_line(words, event) for event in rows.order_by("at", "id")]


def _line(words: AnsweredWords, event: Event) -> HistoryLine:
    quote = str(event.data.get("reason") or event.data.get("note") or "")
    tone = {Event.Verb.APPROVED: "good", Event.Verb.DECLINED: "stop"}.get(Event.Verb(event.verb), "")
    return HistoryLine(_text(words, event), words.moment(event.at), str(event.actor or ""), quote, tone)


def _text(words: AnsweredWords, event: Event) -> str:
    if event.verb == Event.Verb.APPROVED:
        if event.data.get("outcome"):
            return _("Approved: %(change)s") % {"change": words.visit_change(event.data)}
        values = {"date": words.start(event.data), "price": words.price(event.data)}
        if words.is_series(event.data):
            return _("Approved: %(date)s, %(price)s a visit") % values
        return _("Approved for %(date)s, %(price)s") % values
    if event.verb in (Event.Verb.PROPOSED, Event.Verb.PROPOSAL_TAKEN, Event.Verb.PROPOSAL_ENDED):
        return _of_dates(words, event)
    return {
        Event.Verb.PROPOSAL_REFUSED: _("None of the dates fits the client"),
        Event.Verb.SUBMITTED: came_words(str(event.data.get("came_by", ""))) or _("Sent"),
        Event.Verb.EDITED: _("Changed by the client"),
        Event.Verb.WITHDRAWN: _("Withdrawn by the client"),
        Event.Verb.DECLINED: _("Declined"),
        Event.Verb.UNDONE: _("Decision taken back"),
        Event.Verb.REOPENED: _("Opened again"),
        Event.Verb.TOLD: _("Told by hand"),
    }.get(Event.Verb(event.verb), _("Visit changed"))


def _of_dates(words: AnsweredWords, event: Event) -> str:
    days = [words.day(day) for day in event.data.get("dates") or [event.data.get("date")] if day]
    if event.verb == Event.Verb.PROPOSED:
        return _("Offered: %(dates)s") % {"dates": " · ".join(days)}
    if event.verb == Event.Verb.PROPOSAL_TAKEN:
        return _("Taken by the client: %(date)s") % {"date": days[0]}
    if event.data.get("because") == "passed":
        return _("The dates that were offered have passed")
    return _("%(date)s was taken, but approving would do something else by now: not booked") % {
        "date": days[0]
    }


def came_words(came_by: str) -> str:
    """How a request came that the office wrote down; empty where the client sent it herself."""
    return {
        "call": _("Logged from a call"),
        "text": _("Logged from a text"),
        "in_person": _("Logged in person"),
    }.get(came_by, "")


def messages_of(business: Business, booking_request: BookingRequest) -> list[SentLine]:
    """The messages about a request, oldest first. One statement."""
    # By time, not by key: asked for in the order of keys, SQLite walks all messages of the business.
    rows = Message.objects.filter(business=business, booking_request=booking_request)
    rows = rows.order_by("created_at", "id")
    return [_sent(message, booking_request) for message in rows]


def _sent(message: Message, booking_request: BookingRequest) -> SentLine:
    fate, tone = fates()[message.status]
    if message.is_let_go():
        return _let_go(message)
    to_client = message.recipient.startswith("client:")
    name = booking_request.client.first_name()
    is_known = message.status == Message.Status.NOT_SENDABLE and to_client
    return SentLine(
        to=message.to_name or message.to_address,
        subject=message.subject,
        text=message.text,
        status=message.status,
        fate=_("Told by hand") if message.told_at else fate,
        tone="good" if message.told_at else tone,
        why=not_told(message.reason, name) if is_known else message.reason,
        to_client=to_client,
    )


def _let_go(message: Message) -> SentLine:
    return SentLine(
        to=message.to_name or message.to_address,
        subject=message.subject,
        text=message.text,
        status="",
        fate=_("Not sent"),
        tone="",
        why=let_go_words(message.reason),
        to_client=message.recipient.startswith("client:"),
    )


def fates() -> dict[str, tuple[str, str]]:
    """A message's fate in words, and the tone of its chip."""
    return {
        Message.Status.QUEUED: (_("Leaves soon"), ""),
        Message.Status.SENDING: (_("On its way"), ""),
        Message.Status.SENT: (pgettext("message", "Sent"), "good"),
        Message.Status.HELD: (_("Held"), "wait"),
        Message.Status.FAILED: (_("Failed"), "stop"),
        Message.Status.NOT_SENDABLE: (_("Not sent"), "wait"),
    }
