"""Which days a visit may have, and what is worth saying about a day before it is taken."""

from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ...models import Business, ClientService, Visit
from ...wording import dates
from ..errors import InvalidInput

FARTHEST_AHEAD = timedelta(days=730)


def must_be_a_day_to_come(business: Business, day: date) -> None:
    """Today or later, at most two years ahead. Raises InvalidInput for the field `date`."""
    today = business.today()
    if day < today:
        text = _("That day has passed. Choose %(date)s or later.")
        first = dates.day(today, get_language() or "en", business.country, today=today)
        raise InvalidInput({"date": text % {"date": first}})
    if day > today + FARTHEST_AHEAD:
        raise InvalidInput({"date": _("That is more than two years away. Choose an earlier day.")})


def warnings_for(client_service: ClientService, day: date, *, but: UUID | None = None) -> list[str]:
    """Codes of what to heed about the day for that agreement: "closed_day", "day_occupied".

    `but` is the visit that would come from another day.
    """
    if day < client_service.business.today():
        return []  # refused, which is what to say of it
    found = [] if client_service.business.calendar().is_working(day) else ["closed_day"]
    same = Visit.objects.occupying().filter(
        business=client_service.business_id, client_service=client_service, date=day
    )
    others = same.exclude(pk=but) if but else same
    return [*found, "day_occupied"] if others.exists() else found
