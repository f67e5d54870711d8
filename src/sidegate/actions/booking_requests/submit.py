"""Submit: a client's form becomes one pending request, however often it arrives (DESIGN rules 3 to 6)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ...models import BookingRequest, Business, Client, Event, User
from ...models.booking_request import new_reference
from ...models.client import take_active_client
from ...models.identity import uuid7_at
from ..errors import InvalidInput, Refused, TokenReused, TooMany
from ..messages import Draft, store
from ..photos import PreparedPhoto, attach_photos, discard
from .asking import Ask, Checked, Options
from .asking_of_visit import check_ask, date_asked_about, must_be_asked_once
from .facts import facts_in_hand
from .letters import Letters, office_members

PER_HOUR = 10
PENDING_AT_ONCE = 50
TRIES = 5


@dataclass(frozen=True, slots=True)
class Submission:
    """The stored request; `is_repeat` where this form had already made it."""

    booking_request: BookingRequest
    is_repeat: bool = False


def submit_booking_request(
    *,
    business: Business,
    client: Client,
    by: User,
    ask: Ask,
    token: str,
    photos: Sequence[PreparedPhoto] = (),
    follows: BookingRequest | None = None,
    came_by: str = "",
) -> Submission:
    """Store a pending request, with its photos, its Event and the messages to client and office.

    The same token with the same contents is the same request, whatever the number of times or at once.
    `came_by` where the office writes down what she asked on the phone or in person: then her limits and the lead
    time do not hold, `by` is not written to, nor she where no mail reaches her, for she was just spoken to.
    Photos that end up unused are discarded. Raises InvalidInput, TokenReused, TooMany.
    """
    try:
        submission = _submit(business, client, by, ask, token, photos, follows, came_by)
    except Refused:
        discard(photos)  # after any other failure the rows may exist: the sweep looks, a day later
        raise
    if submission.is_repeat:
        discard(photos)
    return submission


def _submit(
    business: Business,
    client: Client,
    by: User,
    ask: Ask,
    token: str,
    photos: Sequence[PreparedPhoto],
    follows: BookingRequest | None,
    came_by: str,
) -> Submission:
    if not token or len(token) > 64 or not token.isprintable():
        raise _expired()
    contents = contents_hash(ask, photos)
    if earlier := _made_by(client, token, contents):
        return earlier
    checked = check_ask(Options(business, client, for_office=bool(came_by)), ask)
    booking_request = _fresh(business, client, by, checked, token, contents, follows)
    booking_request.came_by = came_by
    for _attempt in range(TRIES):
        drafts = _drafts(business, booking_request, by)
        try:
            with transaction.atomic(durable=True):
                # Of forms sent at once each counts those before it; and a portal may close while one is sent.
                if not take_active_client(client.pk):
                    raise _expired()
                # Looked for here, the twin of a form waits for nobody but the client's row: the database, which
                # would find it by its token, waits for whoever is changing it, such as an erasing.
                if earlier := _made_by(client, token, contents):
                    return earlier
                if not came_by:
                    _within_limits(client)
                must_be_asked_once(booking_request)
                _store(business, booking_request, photos, drafts, by)
            return Submission(booking_request)
        except IntegrityError:
            if earlier := _made_by(client, token, contents):
                return earlier
            booking_request.reference = new_reference()
    raise AssertionError("five references in a row were taken")


def _expired() -> InvalidInput:
    return InvalidInput({"token": _("This form has expired. Reload the page; what you typed is kept.")})


def contents_hash(ask: Ask, photos: Sequence[PreparedPhoto]) -> str:
    """SHA-256 over the canonical fields and each file's own SHA-256 (DESIGN rule 4)."""
    fields = [
        ask.kind,
        str(ask.property_id or ""),
        str(ask.service_id or ""),
        str(ask.window_start or ""),
        str(ask.window_end or ""),
        ask.part_of_day,
        ask.frequency,
        str(ask.about_visit_id or ""),
        ask.notes,
        *(photo.sha256 for photo in photos),
    ]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def _made_by(client: Client, token: str, contents: str) -> Submission | None:
    """What this form already made; raises TokenReused where its contents were others."""
    made = BookingRequest.objects.filter(client=client, submit_token=token).first()
    if made is None:
        return None
    if made.submit_hash != contents:
        raise TokenReused(made)
    return Submission(made, is_repeat=True)


def _within_limits(client: Client) -> None:
    """Ten an hour and fifty waiting, per client (CASES D15)."""
    mine = BookingRequest.objects.filter(business_id=client.business_id, client=client)
    an_hour_ago = uuid7_at(timezone.now() - timedelta(hours=1))
    latest = mine.filter(pk__gte=an_hour_ago).order_by("id").values_list("created_at", flat=True)[:PER_HOUR]
    if len(latest) >= PER_HOUR:
        passed = (timezone.now() - latest[0]).total_seconds()
        raise TooMany("requests_per_hour", max(60, 3600 - int(passed)))
    if mine.pending()[:PENDING_AT_ONCE].count() >= PENDING_AT_ONCE:
        raise TooMany("requests_pending", 24 * 3600)


def _fresh(
    business: Business,
    client: Client,
    by: User,
    checked: Checked,
    token: str,
    contents: str,
    follows: BookingRequest | None,
) -> BookingRequest:
    return BookingRequest(
        business=business,
        client=client,
        submitted_by=by,
        submit_token=token,
        submit_hash=contents,
        follows=follows,
        reply_by=business.calendar().working_days_after(business.today(), business.reply_promise_days),
        **checked.columns(),
    )


def _drafts(business: Business, booking_request: BookingRequest, by: User) -> list[Draft]:
    is_of_visit = booking_request.kind in BookingRequest.OF_A_VISIT
    received = "booking.visit_received" if is_of_visit else "booking.received"
    letters = Letters(business, facts_in_hand(booking_request), received, "booking.submitted")
    reply_by, price = booking_request.reply_by, booking_request.shown_price_minor
    # Whether an issue costs anything is decided later: a price would read as a bill (rule 13b).
    has_no_price = is_of_visit or booking_request.kind == BookingRequest.Kind.ISSUE_REPORT
    price = None if has_no_price else price
    to_client = letters.to_client(received, reply_by=reply_by, price=price)
    members = office_members(business)
    if booking_request.came_by:
        members = [member for member in members if member.key != f"user:{by.pk}"]
    heard = [] if booking_request.came_by and to_client.recipient.refusal else [to_client]
    return [*heard, *letters.to_office("booking.submitted", members, reply_by=reply_by, price=price)]


def _store(
    business: Business,
    booking_request: BookingRequest,
    photos: Sequence[PreparedPhoto],
    drafts: Sequence[Draft],
    by: User,
) -> None:
    booking_request.save(force_insert=True)
    if photos:
        attach_photos(booking_request=booking_request, photos=photos)
    event = Event(
        business=business,
        booking_request=booking_request,
        verb=Event.Verb.SUBMITTED,
        actor=by,
        to_state=BookingRequest.Status.PENDING,
        at=booking_request.created_at,
        data={"price_minor": booking_request.shown_price_minor, "photos": len(photos)}
        | ({"came_by": booking_request.came_by} if booking_request.came_by else {})
        | date_asked_about(booking_request),
    )
    event.save(force_insert=True)
    store(
        drafts,
        business_id=business.pk,
        booking_request_id=booking_request.pk,
        event_id=event.pk,
        holds_mail=business.holds_mail,
    )
