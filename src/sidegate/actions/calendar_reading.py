"""What a feed says: each visit once, in its reader's language, and of a client's feed nothing but hers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import DateTimeField, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..models import CalendarFeed, Event, Visit
from ..models.visit import VisitQuerySet
from ..wording import rhythm
from ..wording.appointments import Appointment, calendar_feed
from ..wording.languages import choose_language
from .visits import OFF, Untold, arrival_words, as_told, summary, untold_changes

DAYS_BACK = timedelta(days=60)
# The nearest ones: a calendar program reads the whole feed anew each time.
MOST_AHEAD, MOST_BACK = 2000, 1000


def feed_text(feed: CalendarFeed) -> bytes:
    """The feed as `feed_at` gave it: sixty days back and all that is ahead. Three statements."""
    now = timezone.now()
    visits = visits_of(feed, now)
    with translation.override(reader_language(feed)):
        reader = _Reader(feed)
        appointments = [reader.appointment(visit) for visit in visits]
        name = reader.title()
    return calendar_feed(appointments, name=name, zone=feed.business.time_zone, host=host())


def host() -> str:
    return urlsplit(settings.SIDEGATE_BASE_URL).hostname or "localhost"


def reader_language(feed: CalendarFeed) -> str:
    own = ""
    if feed.client:
        own = feed.client.language
    elif feed.technician:
        own = feed.technician.user.language
    return choose_language(own, feed.business.default_language)


def visits_of(feed: CalendarFeed, now: datetime) -> list[Visit]:
    """In order; what was called off stays for sixty days, called off. Three statements."""
    today = feed.business.today(now)
    untold = untold_changes(feed.business_id, now)
    rows = _written_at(_rows(feed).settled(now).exclude(pk__in=untold.made)).select_related(
        "client_service__client", "client_service__service", "client_service__property"
    )
    ahead = list(rows.filter(date__gte=today).order_by("date", "id")[:MOST_AHEAD])
    back = rows.filter(date__gte=today - DAYS_BACK, date__lt=today).order_by("-date", "-id")
    found = [*reversed(back[:MOST_BACK]), *ahead, *_gone(feed, untold, now)]
    return [visit for visit in _as_told(found, untold) if not _is_long_off(visit, now)]


def _gone(feed: CalendarFeed, untold: Untold, now: datetime) -> Iterator[Visit]:
    """Those that a plan, changed a moment ago, took off: they stand there until that is told."""
    for client_id, visits in untold.gone.items():
        for visit in visits:
            if feed.client_id in (None, client_id) and feed.technician_id in (None, visit.technician_id):
                visit.written_at = now  # type: ignore[attr-defined]
                yield visit


def _as_told(visits: list[Visit], untold: Untold) -> list[Visit]:
    return [as_told(visit, untold) for visit in visits]


def _rows(feed: CalendarFeed) -> VisitQuerySet:
    rows = Visit.objects.filter(business=feed.business_id)
    if feed.client_id:
        return rows.filter(client_service__client=feed.client_id)
    return rows.filter(technician=feed.technician_id) if feed.technician_id else rows


def _written_at(rows: VisitQuerySet) -> VisitQuerySet:
    """With the time of the last line of its history, or of its making."""
    last = Event.objects.filter(visit=OuterRef("pk")).order_by("-at").values("at")[:1]
    at = Coalesce(Subquery(last), "created_at", output_field=DateTimeField())
    return rows.annotate(written_at=Greatest(at, "created_at"))


def _is_long_off(visit: Visit, now: datetime) -> bool:
    written_at: datetime = visit.written_at  # type: ignore[attr-defined]
    return visit.status in OFF and written_at < now - DAYS_BACK


class _Reader:
    """Says each visit as the feed's reader needs it, in the language that is active."""

    def __init__(self, feed: CalendarFeed) -> None:
        self.feed, self.business = feed, feed.business
        self.language = translation.get_language() or "en"
        self.site = f"{settings.SIDEGATE_BASE_URL}/{self.business.slug}"

    def title(self) -> str:
        if self.feed.technician:
            return f"{self.business.name}: {self.feed.technician.user.name}"
        return self.business.name

    def appointment(self, visit: Visit) -> Appointment:
        name = summary(self._name(visit), visit)
        about = arrival_words(visit, self.language, self.business.country)
        if not self.feed.client_id:
            name = f"{visit.client_service.client.name}: {name}"
            about = about or _("About %(minutes)s minutes") % {"minutes": visit.duration_minutes}
        return Appointment(
            key=str(visit.pk),
            version=visit.version,
            written_at=visit.written_at,  # type: ignore[attr-defined]
            date=visit.date,
            summary=name,
            arrives_from=visit.arrives_from,
            arrives_until=visit.arrives_until,
            minutes=visit.duration_minutes,
            is_off=visit.status in OFF,
            place=visit.client_service.property.address,
            about=about,
            link=self._link(visit),
        )

    def _name(self, visit: Visit) -> str:
        service = visit.client_service.service.name_in(self.language, self.business.default_language)
        return rhythm.agreement_name(service, visit.client_service.frequency)

    def _link(self, visit: Visit) -> str:
        room = "visits" if self.feed.client_id else "office/visits"
        return f"{self.site}/{room}/{visit.pk}"
