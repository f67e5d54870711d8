"""The fate of a message, in words."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import Message
from ..models.message import TEST_MAIL
from .in_words import InWords

Status = Message.Status
FATE_TONES = {
    Status.QUEUED: "wait",
    Status.SENDING: "wait",
    Status.HELD: "wait",
    Status.SENT: "good",
    Status.FAILED: "stop",
    Status.NOT_SENDABLE: "stop",
}


def fate_words(message: Message, words: InWords) -> str:
    """Such as "Sent 3:42 PM"; in full sentences where a person has to do something."""
    if message.is_let_go():
        return let_go_words(message.reason)
    if message.told_at:
        return _("Told by hand %(when)s") % {"when": words.moment(message.told_at)}
    if message.status == Status.SENT and message.sent_at:
        return _("Sent %(when)s") % {"when": words.moment(message.sent_at)}
    return short_fate(message)


def short_fate(message: Message) -> str:
    if message.told_at and not message.is_let_go():
        return _("Told by hand")
    waits_for_undo = message.status == Status.QUEUED and message.next_try > timezone.now()
    if waits_for_undo:
        return _("Tried again soon") if message.attempts else _("Waits for undo")
    return {
        Status.QUEUED: _("Waiting"),
        Status.SENDING: _("On its way"),
        Status.HELD: _("Held"),
        Status.SENT: pgettext("message", "Sent"),
        Status.FAILED: _("Failed"),
        Status.NOT_SENDABLE: _("Not sent"),
    }[Status(message.status)]


def tone_of(message: Message) -> str:
    if message.is_let_go():
        return ""
    return "good" if message.told_at else FATE_TONES[Status(message.status)]


def let_go_words(reason: str) -> str:
    """Why a message leaves no more, and nobody has to do anything about it."""
    return {
        "left_team": _("Not sent: they left the team first"),
        "erased": _("Not sent: the client was erased first"),
    }[reason]


def reason_words(message: Message) -> str:
    """Why it did not leave, and what helps; a mail server's own words stay as they are."""
    if message.is_let_go():
        return let_go_words(message.reason)
    known = {
        "no_address": _("No email is known. Tell them yourself, or add an email and send it again."),
        "opted_out": _("They want no email. Tell them yourself."),
        "bounced": _("Mail to this address came back. Tell them yourself, or correct the email."),
    }
    if message.status == Status.HELD:
        return _("Outgoing mail is held. It leaves when an owner releases it in the settings.")
    if message.reason in known or not message.reason:
        return known.get(message.reason, "")
    return _("The mail server said: %(words)s") % {"words": message.reason}


def key_words(key: str) -> str:
    """What a message is about, as the office calls it."""
    return {
        "booking.received": _("Request received"),
        "booking.submitted": _("New request (to the office)"),
        "booking.edited": _("Request changed (to the office)"),
        "booking.withdrawn": _("Request withdrawn (to the office)"),
        "booking.visit_received": _("Request about a visit received"),
        "booking.plan_changed": _("Plan changed, as asked"),
        "booking.moved": _("Visit moved as asked"),
        "booking.skipped": _("Visit skipped as asked"),
        "booking.kept": _("Visit stays as it is"),
        "booking.approved": _("Request approved"),
        "booking.declined": _("Request declined"),
        "booking.answered": _("Issue answered"),
        "booking.reopened": _("Request open again"),
        "booking.proposed": _("Other dates offered"),
        "booking.date_taken": _("Date taken (to the office)"),
        "booking.date_not_held": _("Date taken, not booked (to the office)"),
        "booking.dates_refused": _("None of the dates fits (to the office)"),
        "visit.moved": _("Visit moved"),
        "visit.cancelled": _("Visit cancelled"),
        "visits.cancelled": _("Several visits cancelled"),
        "plan.changed": _("Days of a service changed"),
        "office.requests_waiting": _("What is due (to the office)"),
        "client.invited": _("Invitation to the portal"),
        "member.invited": _("Invitation to the team"),
        "technician.invited": _("Invitation of a technician"),
        "sign_in": _("Sign-in link"),
        TEST_MAIL: _("Test mail"),
    }.get(key, key)
