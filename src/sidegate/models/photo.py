"""A picture that came with a request; the files lie in the data folder under its random name."""

from django.db import models
from django.utils import timezone

from .base import BusinessRow
from .booking_request import BookingRequest


class Photo(BusinessRow):
    """A re-encoded JPEG and its thumbnail. Width and height in pixels, size in bytes."""

    booking_request = models.ForeignKey(
        BookingRequest, on_delete=models.PROTECT, related_name="photos", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=64, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)  # of the file as it was sent
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("booking_request", "position"), name="photo_position_once"),
        )
