"""One rendered message in the outbox, and the record of its delivery."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .base import BusinessRow
from .booking_request import BookingRequest
from .compiled import CompiledCount, Given
from .event import Event
from .sign_in import SignIn
from .written import Written

TEST_MAIL = "mail.test"
INVITATION = "client.invited"


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        """Not yet handed over: still to leave, or on its way."""
        return self.filter(status__in=(Written("queued"), Written("sending")))

    def unsent(self) -> "MessageQuerySet":
        """All but those that were handed over."""
        return self.exclude(status=Written("sent"))

    def invitations(self) -> "MessageQuerySet":
        """To clients, to their portal."""
        return self.filter(key=Written(INVITATION))

    def undelivered(self) -> "MessageQuerySet":
        """What a person should look at: it failed for good, or could never be sent. Of a test mail she knows."""
        gone_wrong = self.filter(status__in=(Written("failed"), Written("not_sendable")), told_at=None)
        return gone_wrong.exclude(key=Written(TEST_MAIL))


# Whether a message of the business is `undelivered`, sign-in mail apart.
UNTOLD = CompiledCount(
    lambda: (
        # In the order of the partial index: no plan for all values may walk the table.
        Message.objects.filter(business=Given("business"), sign_in=None)
        .undelivered()
        .order_by("id")
        .values_list("id")[:1]
    )
)


class Message(BusinessRow):
    """Subject, text and language as rendered before the transaction that stored them (DESIGN rule 18).

    `next_try` is the earliest instant of delivery; while it lies ahead the message is held for an undo.
    `lease_until` is set while a worker sends. `message_id` never changes, whatever is tried again.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        HELD = "held"
        NOT_SENDABLE = "not_sendable"

    # Reasons for which a message is let go: it leaves no more, and nobody need be told by hand.
    LEFT_TEAM, ERASED = "left_team", "erased"
    LET_GO = (LEFT_TEAM, ERASED)

    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", db_index=False
    )
    booking_request = models.ForeignKey(
        BookingRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    # A sign-in message keeps no secret: link and code are made when it leaves.
    sign_in = models.ForeignKey(
        SignIn, on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    key = models.CharField(max_length=40)
    channel = models.CharField(max_length=12, default="email")
    recipient = models.CharField(max_length=60)  # "client:<id>" or "user:<id>"
    to_address = models.CharField(max_length=254, blank=True)
    to_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    message_id = models.CharField(max_length=120, unique=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    # Why it could not be sent: a code such as "no_address", or the mail server's last words.
    reason = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # When someone of the office told the client herself, by phone or in person; also when it was let go.
    told_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("business", "id"), name="message_by_business"),
            models.Index(
                fields=("business", "id"),
                name="message_undelivered",
                condition=Q(status__in=("failed", "not_sendable"), told_at=None),
            ),
            # What has not left, by whom it is for: to let it go when she is out. Most messages have left.
            models.Index(
                fields=("business", "recipient"), name="message_not_sent", condition=~Q(status="sent")
            ),
            models.Index(
                fields=("business", "id"), name="message_invitation", condition=Q(key="client.invited")
            ),
            # The outbox's claim index; without the business, for one worker serves them all.
            models.Index(
                fields=("next_try", "id"),
                name="message_outbox",
                condition=Q(status__in=("queued", "sending")),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("event", "recipient", "channel"), name="message_once"),
            models.CheckConstraint(
                condition=Q(status__in=("queued", "sending", "sent", "failed", "held", "not_sendable")),
                name="message_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False), name="message_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(lease_until__isnull=False),
                name="message_sending_has_lease",
            ),
        )

    def is_let_go(self) -> bool:
        return self.status == self.Status.NOT_SENDABLE and self.reason in self.LET_GO
