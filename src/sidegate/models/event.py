"""One line of history: who did what, when, from which state to which. Append-only."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .base import BusinessRow
from .booking_request import BookingRequest
from .client import Client
from .user import User
from .visit import Visit


class Event(BusinessRow):
    """What happened. A decision carries its number; an undoing names the number it took back.

    `data` keeps what the row itself may later lose: prices in minor units, ISO dates, ids, words typed.
    """

    class Verb(models.TextChoices):
        SUBMITTED = "submitted"
        EDITED = "edited"
        WITHDRAWN = "withdrawn"
        APPROVED = "approved"
        DECLINED = "declined"
        UNDONE = "undone"
        REOPENED = "reopened"
        PROPOSED = "proposed"
        PROPOSAL_TAKEN = "proposal_taken"
        PROPOSAL_REFUSED = "proposal_refused"
        PROPOSAL_ENDED = "proposal_ended"
        VISIT_MOVED = "visit_moved"
        VISIT_CANCELLED = "visit_cancelled"
        VISIT_COMPLETED = "visit_completed"
        VISIT_SKIPPED = "visit_skipped"
        VISIT_REOPENED = "visit_reopened"
        VISIT_ADDED = "visit_added"
        VISIT_NOTED = "visit_noted"
        SERVICE_CHANGED = "service_changed"
        SERVICE_PAUSED = "service_paused"
        SERVICE_RESUMED = "service_resumed"
        SERVICE_ENDED = "service_ended"
        TOLD = "told"
        CLIENT_INVITED = "client_invited"
        CLIENT_ERASED = "client_erased"
        MEMBER_INVITED = "member_invited"
        MEMBER_CHANGED = "member_changed"
        MEMBER_LEFT = "member_left"
        MAIL_TESTED = "mail_tested"
        OFFICE_REMINDED = "office_reminded"

    verb = models.CharField(max_length=20, choices=Verb)
    booking_request = models.ForeignKey(
        BookingRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, blank=True, related_name="events", db_index=False
    )
    visit = models.ForeignKey(Visit, on_delete=models.SET_NULL, null=True, blank=True, related_name="events")
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    decision_no = models.PositiveIntegerField(null=True, blank=True)
    undoes_no = models.PositiveIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            # Only what is about a client herself; also the lookup when undoing an import deletes her.
            models.Index(fields=("client", "id"), name="event_by_client", condition=Q(client__isnull=False)),
            # For the deletion of people.
            models.Index(fields=("actor",), name="event_of_actor", condition=Q(actor__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("booking_request", "decision_no"),
                name="event_decision_once",
                condition=Q(decision_no__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("booking_request", "undoes_no"),
                name="event_undone_once",
                condition=Q(undoes_no__isnull=False),
            ),
        )
