"""A feed's address as a page shows it: to be opened by the phone's calendar, or copied into another."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from ..models import CalendarFeed
from .rendering import url


@dataclass(frozen=True, slots=True)
class CalendarAddress:
    """`opens` (webcal://) makes phones and computers offer to subscribe; `copied` is for Google and others."""

    opens: str
    copied: str


def calendar_address(feed: CalendarFeed | None) -> CalendarAddress | None:
    if feed is None:
        return None
    copied = settings.SIDEGATE_BASE_URL + url("gate:calendar", secret=feed.secret)
    return CalendarAddress(f"webcal://{copied.removeprefix(urlsplit(copied).scheme + '://')}", copied)
