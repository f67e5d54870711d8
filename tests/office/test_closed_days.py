"""A visit on a day that the business has closed stays where it is, and everyone who looks at it reads so."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client as Browser

from sidegate.models import Business, Membership, User, Visit
from tests import factories
from tests.conftest import Cast

from .reading import main

HOLIDAY, SATURDAY = date(2026, 3, 4), date(2026, 3, 7)
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)
SignedIn = Callable[[User], Browser]


@pytest.fixture
def tess(cast: Cast) -> Membership:
    return factories.make_member(business=cast.greenlawn, role="technician", name="Tess Ruiz")


@pytest.fixture
def visit(cast: Cast, tess: Membership) -> Visit:
    """Maria's, on what has become a holiday since."""
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    Business.objects.filter(slug="greenlawn").update(closed_dates=[HOLIDAY.isoformat()])
    return factories.make_visit(client_service=agreed, date=HOLIDAY, technician=tess)


def in_english(cast: Cast) -> None:
    User.objects.filter(pk=cast.maria_user.pk).update(language="en")


def test_its_client_reads_it_calmly_in_her_lists_and_on_its_page(
    portal: Browser, cast: Cast, visit: Visit
) -> None:
    in_english(cast)
    for page in ("/greenlawn/", "/greenlawn/visits"):
        assert "We're usually closed that day." in main(portal.get(page))
    own = main(portal.get(f"/greenlawn/visits/{visit.pk}"))
    assert "We're usually closed that day. If your visit moves, we'll tell you." in own
    assert "Ask to move" in own


@pytest.mark.parametrize("day", [date(2026, 3, 5), SATURDAY], ids=["a working day", "a day off"])
def test_on_other_days_she_reads_nothing_of_it(portal: Browser, cast: Cast, visit: Visit, day: date) -> None:
    """On a weekday off, too: there the office agreed to come on purpose."""
    in_english(cast)
    Visit.objects.update(date=day)
    for page in ("/greenlawn/", "/greenlawn/visits", f"/greenlawn/visits/{visit.pk}"):
        assert "usually closed" not in main(portal.get(page))


@pytest.mark.parametrize("day", [HOLIDAY, SATURDAY], ids=["a holiday", "a day off"])
def test_the_office_sees_it_wherever_the_visit_stands(office: Browser, visit: Visit, day: date) -> None:
    Visit.objects.update(date=day)
    agreed = visit.client_service
    client = f"/greenlawn/office/clients/{agreed.client_id}"
    for page in (client, f"{client}/services/{agreed.pk}", f"/greenlawn/office/schedule/day/paper?on={day}"):
        assert "Closed day" in main(office.get(page))
    assert "You don't work on this day." in main(office.get(f"/greenlawn/office/visits/{visit.pk}"))


def test_on_a_working_day_nothing_is_flagged(office: Browser, visit: Visit) -> None:
    day = date(2026, 3, 5)
    Visit.objects.update(date=day)
    agreed = visit.client_service
    client = f"/greenlawn/office/clients/{agreed.client_id}"
    for page in (client, f"{client}/services/{agreed.pk}", f"/greenlawn/office/schedule/day/paper?on={day}"):
        assert "Closed day" not in main(office.get(page))
    assert "You don't work" not in main(office.get(f"/greenlawn/office/visits/{visit.pk}"))


def test_whoever_goes_reads_it_on_their_day(visit: Visit, tess: Membership, signed_in: SignedIn) -> None:
    hers = signed_in(tess.user)
    assert "Greenlawn is usually closed on this day." in main(
        hers.get(f"/greenlawn/office/my-day?on={HOLIDAY}")
    )
    Visit.objects.update(date=date(2026, 3, 5))
    for day in ("2026-03-05", HOLIDAY.isoformat()):
        assert "usually closed" not in main(hers.get(f"/greenlawn/office/my-day?on={day}"))
