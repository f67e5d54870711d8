"""The visits that a mail carries as a file for a calendar: made from what its Event kept, never from the schedule."""

from urllib.parse import urlsplit

from django.conf import settings

from ..models import Message
from ..wording.appointments import Appointment, Organizer, calendar_file


def calendar_of(message: Message, *, from_address: str) -> bytes | None:
    """None of a message that speaks of no visit, or not to a client."""
    kept = message.event.data.get("calendar") if message.event else None
    if not kept or not message.recipient.startswith("client:"):
        return None
    business = message.business
    return calendar_file(
        [Appointment.read(visit) for visit in kept["visits"]],
        zone=kept["zone"],
        host=urlsplit(settings.SIDEGATE_BASE_URL).hostname or "localhost",
        organizer=Organizer(business.name, business.email or from_address),
    )
