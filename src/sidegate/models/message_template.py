"""A business's own words for one event, in one language, on one channel."""

from django.db import models

from .base import BusinessRow


class MessageTemplate(BusinessRow):
    """Replaces the built-in words of a key such as `booking.approved`; deleted, the built-in ones return."""

    key = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    channel = models.CharField(max_length=12, default="email")
    subject = models.CharField(max_length=200)
    text = models.TextField(max_length=20_000)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("business", "key", "language", "channel"), name="message_template_once"
            ),
        )
