"""Edit and withdraw: what a client may still do while her request waits (DESIGN rule 5)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from ...models import BookingRequest, Business, Client, Event, Photo, User
from ..errors import Refused, StaleEdit
from ..messages import Draft, store
from ..photos import PreparedPhoto, attach_photos, discard
from ..proposals.ending import end_proposal
from .asking import Ask, Options
from .asking_of_visit import check_ask, date_asked_about
from .claim import claim, must_be_pending, record, refuse_late
from .facts import RequestFacts, facts_in_hand, facts_of_one
from .letters import Letters, office_members

Status = BookingRequest.Status


def edit_booking_request(
    booking_request: BookingRequest,
    *,
    by: User,
    client: Client,
    ask: Ask,
    version: int,
    photos: Sequence[PreparedPhoto] = (),
    removed_photos: Collection[UUID] = (),
) -> None:
    """Change a pending request that is still at the version she read, and tell the office.

    Renews the price shown, not the reply-by day. Raises InvalidInput, AlreadyDecided, StaleEdit; new photos
    are discarded then.
    """
    try:
        _edit(booking_request, by, client, ask, version, photos, removed_photos)
    except Refused:
        discard(photos)  # after any other failure the rows may exist: the sweep looks, a day later
        raise


def _edit(
    booking_request: BookingRequest,
    by: User,
    client: Client,
    ask: Ask,
    version: int,
    photos: Sequence[PreparedPhoto],
    removed_photos: Collection[UUID],
) -> None:
    business = booking_request.business
    before = facts_of_one(business, booking_request.pk)
    must_be_pending(before)
    checked = check_ask(Options(business, client), ask, keeps=booking_request)
    for name, value in checked.columns().items():
        setattr(booking_request, name, value)
    after = facts_in_hand(booking_request)
    drafts = Letters(business, after, "booking.edited").to_office("booking.edited", office_members(business))
    with transaction.atomic(durable=True):
        if not claim(business, before.id, version=version, **checked.columns()):
            refuse_late(business, before.id)
            raise StaleEdit(BookingRequest.objects.get(business=business, pk=before.id))
        end_proposal(business, before)
        gone = _change_photos(booking_request, photos, removed_photos)
        event = record(
            business,
            before,
            Event.Verb.EDITED,
            by=by,
            to=Status.PENDING,
            data=_changes(before, after, photos, gone) | date_asked_about(booking_request),
        )
        _tell(business, before, drafts, event)


def _change_photos(
    booking_request: BookingRequest, photos: Sequence[PreparedPhoto], removed: Collection[UUID]
) -> int:
    """New rows after the last; the files of removed ones are swept later, as any file without a row is."""
    mine = Photo.objects.filter(business=booking_request.business, booking_request=booking_request)
    gone = mine.filter(pk__in=removed).delete()[0] if removed else 0
    if photos:
        last = mine.order_by("-position").values_list("position", flat=True).first()
        attach_photos(
            booking_request=booking_request, photos=photos, first_position=0 if last is None else last + 1
        )
    return gone


def _changes(
    before: RequestFacts, after: RequestFacts, photos: Sequence[PreparedPhoto], gone: int
) -> dict[str, object]:
    """What an edit changed, for the history: each field's old value."""
    fields = ("kind", "address", "window_start", "window_end", "part_of_day", "frequency", "notes")
    changed = {
        name: str(getattr(before, name)) for name in fields if getattr(before, name) != getattr(after, name)
    }
    if before.service_id != after.service_id:
        changed["service"] = str(before.service_id)
    return {"before": changed, "photos_added": len(photos), "photos_removed": gone}


def withdraw_booking_request(booking_request: BookingRequest, *, by: User) -> None:
    """Take back a pending request, and tell the office. Raises AlreadyDecided."""
    business = booking_request.business
    facts = facts_of_one(business, booking_request.pk)
    must_be_pending(facts)
    letters = Letters(business, facts, "booking.withdrawn")
    drafts = letters.to_office("booking.withdrawn", office_members(business))
    with transaction.atomic(durable=True):
        if claim(business, facts.id, version=facts.version, status=Status.WITHDRAWN):
            end_proposal(business, facts)
            event = record(business, facts, Event.Verb.WITHDRAWN, by=by, to=Status.WITHDRAWN)
            _tell(business, facts, drafts, event)
            return
    refuse_late(business, facts.id)
    withdraw_booking_request(booking_request, by=by)


def _tell(business: Business, facts: RequestFacts, drafts: Sequence[Draft], event: Event) -> None:
    store(
        drafts,
        business_id=business.pk,
        booking_request_id=facts.id,
        event_id=event.pk,
        holds_mail=business.holds_mail,
    )
