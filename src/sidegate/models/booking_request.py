"""What a client asks for. Only actions/booking_requests writes its status."""

import secrets
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .base import BusinessRow
from .client import Client
from .compiled import CompiledCount, Given
from .frequency import Frequency, PartOfDay
from .property import Property
from .service import Service
from .user import User
from .visit import Visit
from .written import Written

# Without 0 O 1 I L U: read out on the phone, no letter is taken for another.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
BADGE_CAP = 99


def new_reference() -> str:
    """A short reference such as "K7Q-2MX"; unique in its business by a constraint."""
    letters = [secrets.choice(REFERENCE_ALPHABET) for _ in range(6)]
    return "".join(letters[:3]) + "-" + "".join(letters[3:])


class BookingRequestQuerySet(models.QuerySet["BookingRequest"]):
    def pending(self) -> "BookingRequestQuerySet":
        """Waiting for an answer: what the queue lists and the badge counts."""
        return self.filter(status=Written("pending"))

    def decided(self) -> "BookingRequestQuerySet":
        """In words that SQLite knows its partial index by: `exclude` would say "NOT … IS NULL"."""
        return self.filter(decided_at__isnull=False)

    def issues(self) -> "BookingRequestQuerySet":
        return self.filter(kind=Written("issue_report"))

    def due(self, today: date | Given) -> "BookingRequestQuerySet":
        """Promised an answer by today or earlier, and the office's to give."""
        return self.filter(reply_by__lte=today, turn=Written("office"))

    def asking_for(self, day: date) -> "BookingRequestQuerySet":
        """Whose window holds the day; who asks to skip a visit wants no day (as models/wanted_days.py counts)."""
        rows = self.filter(window_start__lte=day, window_end__gte=day)
        return rows.exclude(kind=BookingRequest.Kind.SKIP_VISIT)

    def counted_up_to_cap(self) -> int:
        """How many there are, counted no further than one above the badge's cap: flat at any size."""
        return self.order_by()[: BADGE_CAP + 1].count()


def badge_count(business_id: UUID) -> int:
    """How many wait, counted as `counted_up_to_cap` does; every page of the office asks it."""
    return BADGE.run(business=business_id)


BADGE = CompiledCount(
    lambda: (
        # In an order that only the partial index has: no plan for all values may walk the table.
        BookingRequest.objects.filter(business=Given("business"))
        .pending()
        .order_by("id")
        .values_list("id")[: BADGE_CAP + 1]
    )
)


class BookingRequest(BusinessRow):
    """A request. Its window is two calendar dates in the business's time zone."""

    class Kind(models.TextChoices):
        ONE_TIME = "one_time"
        RECURRING = "recurring"
        ISSUE_REPORT = "issue_report"
        MOVE_VISIT = "move_visit"
        SKIP_VISIT = "skip_visit"

    OF_A_VISIT = (Kind.MOVE_VISIT, Kind.SKIP_VISIT)  # these always name the visit they are about

    class Status(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    class CameBy(models.TextChoices):
        CALL = "call"
        TEXT = "text"
        IN_PERSON = "in_person"

    class Outcome(models.TextChoices):
        VISIT_ADDED = "visit_added"
        VISIT_MOVED = "visit_moved"
        VISIT_SKIPPED = "visit_skipped"
        PLAN_CHANGED = "plan_changed"

    class Turn(models.TextChoices):
        OFFICE = "office"
        CLIENT = "client"

    reference = models.CharField(max_length=7, default=new_reference, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="booking_requests", db_index=False
    )
    property = models.ForeignKey(Property, on_delete=models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    window_start = models.DateField()
    window_end = models.DateField()
    part_of_day = models.CharField(max_length=12, choices=PartOfDay, default=PartOfDay.ANY)
    frequency = models.CharField(max_length=12, blank=True, choices=Frequency)
    about_visit = models.ForeignKey(
        Visit, on_delete=models.SET_NULL, null=True, blank=True, related_name="issue_reports"
    )
    notes = models.TextField(max_length=2000, blank=True)
    # What she was shown when she sent it: the price, or that it would be confirmed (None).
    shown_price_minor = models.BigIntegerField(null=True, blank=True)
    reply_by = models.DateField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    # How it came where the office entered it for her; empty where she sent it herself.
    came_by = models.CharField(max_length=12, blank=True, choices=CameBy)
    submit_token = models.CharField(max_length=64)
    submit_hash = models.CharField(max_length=64)
    # "Ask for other dates": the declined request this one follows.
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    status = models.CharField(max_length=12, choices=Status, default=Status.PENDING)
    outcome = models.CharField(max_length=16, blank=True, choices=Outcome)
    # Whose move it is while it is pending: the client's where dates were proposed to her.
    turn = models.CharField(max_length=8, choices=Turn, default=Turn.OFFICE)
    version = models.PositiveIntegerField(default=0)
    decision_no = models.PositiveIntegerField(default=0)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    undo_until = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=1000, blank=True)
    personal_line = models.TextField(max_length=1000, blank=True)

    objects = BookingRequestQuerySet.as_manager()

    class Meta:
        indexes = (
            # The queue, oldest first, and its badge: keys are in order of time.
            models.Index(fields=("business", "id"), name="request_pending", condition=Q(status="pending")),
            models.Index(
                fields=("business", "id"),
                name="request_pending_issue",
                condition=Q(status="pending", kind="issue_report"),
            ),
            # Which of them would take a given day: answered from the index alone.
            models.Index(
                fields=("business", "window_end", "window_start", "kind"),
                name="request_pending_by_window",
                condition=Q(status="pending"),
            ),
            models.Index(
                fields=("business", "decided_at", "id"),
                name="request_decided",
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(fields=("business", "client", "id"), name="request_by_client"),
            # Plain: undoing an import deletes addresses. (That of the client begins the token's constraint.)
            models.Index(fields=("property",), name="request_of_property"),
            models.Index(fields=("service",), name="request_of_service"),
            # People as well: without these each one who is deleted costs a look at every request there is.
            models.Index(fields=("submitted_by",), name="request_submitted_by"),
            models.Index(
                fields=("decided_by",), name="request_decided_by", condition=Q(decided_by__isnull=False)
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("business", "reference"), name="request_reference_once"),
            models.UniqueConstraint(fields=("client", "submit_token"), name="request_token_once"),
            models.CheckConstraint(
                condition=Q(window_start__lte=F("window_end")), name="request_window_in_order"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("pending", "approved", "declined", "withdrawn")),
                name="request_status_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("one_time", "recurring", "issue_report", "move_visit", "skip_visit")),
                name="request_kind_known",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=("approved", "declined"), decided_by__isnull=False, decided_at__isnull=False)
                    | Q(status__in=("pending", "withdrawn"), decided_by=None, decided_at=None)
                ),
                name="request_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="approved",
                    outcome__in=("visit_added", "visit_moved", "visit_skipped", "plan_changed"),
                )
                | (~Q(status="approved") & Q(outcome="")),
                name="request_approved_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(turn="office") | Q(turn="client", status="pending"),
                name="request_turn_of_pending",
            ),
            models.CheckConstraint(
                condition=Q(shown_price_minor=None) | Q(shown_price_minor__gte=0),
                name="request_shown_price_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def can_be_repeated(self) -> bool:
        """Whether she may ask for the same once more: something of one visit that is still offered, where she still
        is. Needs service and property in hand."""
        is_offered = self.service.is_requestable and self.service.archived_at is None
        is_hers = self.property.archived_at is None and self.status != self.Status.WITHDRAWN
        return self.kind == self.Kind.ONE_TIME and is_offered and is_hers

    def shown_status(self, now: datetime | None = None) -> str:
        """The status as the client sees it: a decision that can still be undone reads as waiting (rule 16)."""
        if self.undo_until is not None and self.undo_until > (now or timezone.now()):
            return self.Status.PENDING
        return self.status
