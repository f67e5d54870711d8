"""What a new business still has to do, as its data says; a list on the office's home until it is done or put away."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ..models import BookingRequest, Business, Client, Message, Service
from ..models.message import TEST_MAIL


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Each is done or not."""

    has_priced_service: bool
    has_look: bool
    has_tested_mail: bool
    has_client: bool
    has_invited: bool
    has_request: bool

    def are_done(self) -> bool:
        return all(getattr(self, name) for name in self.__slots__)


OUR_GREEN = Business._meta.get_field("accent").default
OF_BUSINESS = OuterRef("pk")
DONE = {
    "has_priced_service": Exists(
        Service.objects.active().filter(business=OF_BUSINESS, price_minor__isnull=False)
    ),
    "has_look": ~Q(logo_name="") | ~Q(accent=OUR_GREEN),
    "has_tested_mail": Exists(
        Message.objects.filter(business=OF_BUSINESS, key=TEST_MAIL, status=Message.Status.SENT)
    ),
    "has_client": Exists(Client.objects.active().filter(business=OF_BUSINESS)),
    "has_invited": Exists(Client.objects.filter(business=OF_BUSINESS, invited_at__isnull=False)),
    "has_request": Exists(BookingRequest.objects.filter(business=OF_BUSINESS)),
}


def first_steps(business: Business) -> FirstSteps | None:
    """None where the list was done with: no statement then, else one. None too where all is done."""
    if business.checklist_done_at is not None:
        return None
    row = _open().filter(pk=business.pk).annotate(**DONE).values(*DONE).first()
    found = FirstSteps(**row) if row else None
    return None if found is None or found.are_done() else found


def put_away(business: Business) -> None:
    """The owner wants to see the list no more; the first time counts."""
    _open().filter(pk=business.pk).update(checklist_done_at=timezone.now())


def close_finished_lists() -> int:
    """For the worker: lists on which all is done are asked about no more; returns how many."""
    done = _open().annotate(**DONE).filter(**dict.fromkeys(DONE, True))
    return done.update(checklist_done_at=timezone.now())


def _open() -> QuerySet[Business]:
    return Business.objects.filter(checklist_done_at=None)
