"""A technician's own calendar feed, and leaving the team: hers to do, with nothing else of the office open."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client as Browser

from sidegate.models import CalendarFeed, Event, Membership, User, Visit
from tests import factories
from tests.conftest import Cast

from .reading import main

MY_DAY = "/greenlawn/office/my-day"
CALENDAR, LEAVE = f"{MY_DAY}/calendar", f"{MY_DAY}/leave"
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)
SignedIn = Callable[[User], Browser]


@pytest.fixture
def tess(cast: Cast) -> Membership:
    return factories.make_member(business=cast.greenlawn, role="technician", name="Tess Ruiz")


@pytest.fixture
def hers(tess: Membership, signed_in: SignedIn) -> Browser:
    """Tess's browser."""
    return signed_in(tess.user)


@pytest.fixture
def visit(cast: Cast, tess: Membership) -> Visit:
    weekly = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, technician=tess
    )
    return factories.make_visit(client_service=weekly, date=date(2026, 3, 2), technician=tess)


def test_her_day_leads_to_her_calendar_and_out_of_the_team(hers: Browser, visit: Visit) -> None:
    day = hers.get(MY_DAY).content.decode()
    assert f'href="{CALENDAR}"' in day
    assert f'href="{LEAVE}"' in day


def test_she_makes_an_address_sees_it_and_replaces_it(hers: Browser, tess: Membership, visit: Visit) -> None:
    assert "Make a calendar address" in main(hers.get(CALENDAR))
    assert not CalendarFeed.objects.exists()
    made = hers.post(f"{CALENDAR}/new", follow=True)
    first = CalendarFeed.objects.get()
    assert first.technician == tess
    assert f"/calendar/{first.secret}.ics" in main(made)
    assert "All visits of" not in main(made)
    assert b"Maria" in Browser().get(f"/calendar/{first.secret}.ics").content
    hers.post(f"{CALENDAR}/new")
    assert Browser().get(f"/calendar/{first.secret}.ics").status_code == 404
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1


def test_she_sees_no_address_but_her_own(hers: Browser, cast: Cast) -> None:
    dana = Membership.objects.get(user=cast.dana)
    others = [
        CalendarFeed.objects.create(business=cast.greenlawn, **whose)
        for whose in ({"technician": dana}, {"client": cast.maria}, {})
    ]
    page = hers.get(CALENDAR).content.decode()
    assert [feed for feed in others if feed.secret in page] == []
    hers.post(f"{CALENDAR}/new")
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 4


def test_leaving_says_first_what_it_means(hers: Browser, tess: Membership, visit: Visit) -> None:
    question = main(hers.get(LEAVE))
    assert "Leave the team of Greenlawn?" in question
    assert "1 visit ahead is yours" in question
    assert Membership.objects.get(pk=tess.pk).is_active


def test_left_she_is_out_and_her_visits_wait_for_someone(
    hers: Browser, tess: Membership, visit: Visit
) -> None:
    hers.post(f"{CALENDAR}/new")
    feed = CalendarFeed.objects.get()
    answer = hers.post(LEAVE, follow=True)
    assert "You have left the team of Greenlawn." in answer.content.decode()
    visit.refresh_from_db()
    assert (visit.technician, visit.client_service.technician, visit.version) == (None, None, 0)
    left = Event.objects.get(verb="member_left")
    assert (left.actor, left.from_state, left.data["how"]) == (tess.user, "technician", "left")
    assert Browser().get(f"/calendar/{feed.secret}.ics").status_code == 404
    assert {hers.get(page).status_code for page in (MY_DAY, CALENDAR, LEAVE)} == {404}
    assert hers.post(LEAVE).status_code == 404
    assert Event.objects.filter(verb="member_left").count() == 1


def test_the_office_leaves_from_the_team_with_what_holds_there(office: Browser, cast: Cast) -> None:
    for answer in (office.get(LEAVE), office.post(LEAVE)):
        assert answer["Location"] == "/greenlawn/office/settings/team/leave"
    assert Membership.objects.get(user=cast.dana).is_active
    assert f'href="{LEAVE}"' not in office.get(MY_DAY).content.decode()
