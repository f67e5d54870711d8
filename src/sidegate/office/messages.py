"""Messages and their fate: what was sent, what waits, what nobody received and has to be told by hand."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..actions.errors import Conflict
from ..actions.messages import retry_message
from ..actions.messages.told import mark_told
from ..models import Message
from ..models.message import MessageQuerySet
from ..web.access import OfficeScope, PageRequest, find, office_page
from ..web.pages import office
from .booking_request_answers import answered, find_request
from .in_words import InWords
from .message_words import fate_words, key_words, reason_words, short_fate, tone_of
from .pages import address, next_page, refused, said, typed_id
from .telling import telling_of

PAGE = 50
Status = Message.Status
WAITING = (Status.QUEUED, Status.SENDING, Status.HELD)
SHOWN = ("waiting", "failed", "not_sent")


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message in the list."""

    id: UUID
    to: str
    subject: str
    about: str
    language: str
    fate: str
    tone: str
    at: str
    reason: str
    needs_a_person: bool


@office_page
@require_safe
def messages(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """Newest first; `show` is one of SHOWN, `before` the last message of the page before."""
    show = request.GET.get("show", "")
    rows, before = _shown(scope, show), typed_id(request, "before")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-id")[: PAGE + 1])
    words = InWords(scope.business)
    context = {
        "rows": [_row(message, words) for message in found[:PAGE]],
        "show": show if show in SHOWN else "",
        "next_before": found[PAGE - 1].pk if len(found) > PAGE else None,
        "is_first_page": before is None,
        "unheard": scope.messages().undelivered()[:100].count(),
    }
    return office(request, scope, "office/messages/messages.html", context)


def _shown(scope: OfficeScope, show: str) -> MessageQuerySet:
    """Failed and not sent are those that still need someone: told by hand they are among all only."""
    rows = scope.messages()
    if show == "waiting":
        return rows.filter(status__in=WAITING) if scope.business.holds_mail else rows.waiting()
    if show == "failed":
        return rows.undelivered().filter(status=Status.FAILED)
    return rows.undelivered().filter(status=Status.NOT_SENDABLE) if show == "not_sent" else rows


def _row(message: Message, words: InWords) -> MessageRow:
    return MessageRow(
        id=message.pk,
        to=message.to_name or message.to_address,
        subject=message.subject,
        about=key_words(message.key),
        language=words.language_name(message.language),
        fate=short_fate(message),
        tone=tone_of(message),
        at=words.moment(message.sent_at or message.created_at),
        reason=reason_words(message),
        needs_a_person=message.status in (Status.FAILED, Status.NOT_SENDABLE) and not message.told_at,
    )


@office_page
@require_safe
def message(request: PageRequest, scope: OfficeScope, message_id: UUID) -> HttpResponse:
    """The text as it was or will be sent, ready to be told by hand."""
    found, words = _find(scope, message_id), InWords(scope.business)
    client_id = _client_of(found)
    context = {
        "message": found,
        "row": _row(found, words),
        "fate": fate_words(found, words),
        "made_at": words.moment(found.created_at),
        "client_id": client_id,
        "by_hand": telling_of(found, _phone(scope, client_id) if client_id else ""),
    }
    return office(request, scope, "office/messages/message.html", context)


def _find(scope: OfficeScope, message_id: UUID) -> Message:
    found = find(scope.messages().select_related("event", "booking_request"), pk=message_id)
    found.business = scope.business
    return found


def _client_of(message: Message) -> UUID | None:
    """The client it is for; None where it is for someone of the office."""
    kind, _colon, key = message.recipient.partition(":")
    return UUID(key) if kind == "client" else None


def _phone(scope: OfficeScope, client_id: UUID) -> str:
    return scope.clients().filter(pk=client_id).values_list("phone", flat=True).first() or ""


@office_page
@require_POST
def retry(request: PageRequest, scope: OfficeScope, message_id: UUID) -> HttpResponse:
    found = _find(scope, message_id)
    to = next_page(request, scope, address(scope, "message", message_id=found.pk))
    try:
        retry_message(found)
    except Conflict as conflict:
        return refused(request, _why_not(conflict.code), to)
    return said(request, _("It is queued again and leaves in a moment."), to)


def _why_not(code: str) -> str:
    return {
        "no_address": _("There is still no email to send it to."),
        "opted_out": _("They still want no email."),
        "told": _("Nothing was sent: someone told them by hand meanwhile."),
    }.get(code, _("It has left or waits already."))


@office_page
@require_POST
def told(request: PageRequest, scope: OfficeScope, message_id: UUID) -> HttpResponse:
    if request.POST.get("reference") and not scope.messages().filter(pk=message_id).exists():
        return _taken_back(request, scope)
    found = _find(scope, message_id)
    to = next_page(request, scope, address(scope, "message", message_id=found.pk))
    try:
        mark_told(found, by=scope.user)
    except Conflict:
        if request.htmx and found.booking_request:
            return answered(request, scope, find_request(scope, found.booking_request.reference), status=409)
        return refused(request, _("Nothing was noted: it was told or sent meanwhile."), to)
    if request.htmx and found.booking_request:
        return answered(request, scope, find_request(scope, found.booking_request.reference), status=200)
    return said(request, _("Noted: you told %(name)s.") % {"name": found.to_name}, to)


def _taken_back(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """Pressed beside a decision that was undone meanwhile, and its message with it: the request as it stands now."""
    booking_request = find_request(scope, request.POST["reference"])
    problem = _("Nothing was noted: the answer was taken back meanwhile.")
    return answered(request, scope, booking_request, problem=problem, status=409)
