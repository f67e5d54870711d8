"""A visit opened from a board leads back to that board, by whichever of its presses."""

from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest
from django.test import Client as Browser

from sidegate.models import ClientService, Membership, Visit
from tests import factories
from tests.conftest import Cast

from .reading import main

SCHEDULE = "/greenlawn/office/schedule"
MONDAY = date(2026, 3, 2)
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)


@pytest.fixture
def tess(cast: Cast) -> Membership:
    return factories.make_member(business=cast.greenlawn, role="technician", name="Tess Ruiz")


@pytest.fixture
def visit(cast: Cast, tess: Membership) -> Visit:
    weekly: ClientService = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing
    )
    return factories.make_visit(client_service=weekly, date=MONDAY, technician=tess)


def main_of(page: str) -> str:
    """The page without its frame, whose menu keeps the address one is at."""
    return page.partition("<main")[2]


def page_of(visit: Visit, act: str = "") -> str:
    return f"/greenlawn/office/visits/{visit.pk}" + (f"/{act}" if act else "")


def opened_from(board: str) -> str:
    return f"?next={quote(board, safe='')}"


@pytest.mark.parametrize(("view", "name"), [("week", "from"), ("day", "on")])
def test_it_leads_back_to_that_board_with_its_day_and_who_goes(
    office: Browser, visit: Visit, tess: Membership, view: str, name: str
) -> None:
    board = f"{SCHEDULE}/{view}?{name}=2026-03-02&who={tess.pk}"
    opened = page_of(visit) + f"?next={quote(board)}"
    assert f'href="{opened}"' in office.get(board).content.decode().replace("&amp;", "&")
    page = office.get(opened).content.decode().replace("&amp;", "&")
    assert f'<a class="back" href="{board}">' in page
    assert page_of(visit, "change") + opened_from(board).replace("%2F", "/") in page.replace("%2F", "/")


@pytest.mark.parametrize("act", ["complete", "skip"])
def test_a_press_on_its_page_leads_back_to_the_board(office: Browser, visit: Visit, act: str) -> None:
    board = f"{SCHEDULE}/week?from=2026-03-02"
    answer = office.post(page_of(visit, act) + opened_from(board), {"version": "0"})
    assert answer["Location"] == f"{board}#visit-{visit.pk}"


def test_moved_and_cancelled_it_leads_back_with_what_was_done(office: Browser, visit: Visit) -> None:
    board = f"{SCHEDULE}/day?on=2026-03-02"
    typed = {"date": "2026-03-04", "part_of_day": "any", "is_charged": "on", "version": "0"}
    moved = office.post(page_of(visit, "change") + opened_from(board), typed, follow=True)
    assert moved.redirect_chain == [(f"{board}#visit-{visit.pk}", 302)]
    assert "Moved to Wed, Mar 4." in main(moved)
    gone = office.post(page_of(visit, "cancel") + opened_from(board), {"version": "1"}, follow=True)
    assert gone.redirect_chain == [(f"{board}#visit-{visit.pk}", 302)]
    assert "Cancelled." in main(gone)


def test_what_was_refused_stays_on_its_page_which_still_knows_the_board(
    office: Browser, visit: Visit
) -> None:
    board = f"{SCHEDULE}/week?from=2026-03-02"
    answer = office.post(page_of(visit, "complete") + opened_from(board), {"version": "7"}, follow=True)
    assert "changed meanwhile" in main(answer)
    assert f'<a class="back" href="{board}">' in answer.content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/bluepool/office/schedule",
        "/greenlawn/office/\\evil",
        "x" * 400,
    ],
)
def test_it_leads_nowhere_else(office: Browser, visit: Visit, elsewhere: str) -> None:
    page = office.get(page_of(visit) + opened_from(elsewhere)).content.decode()
    assert f'<a class="back" href="{SCHEDULE}?date=2026-03-02">' in page
    assert "evil" not in main_of(page)
    answer = office.post(page_of(visit, "complete") + opened_from(elsewhere), {"version": "0"})
    assert answer["Location"] == page_of(visit)


def test_opened_by_itself_it_leads_to_its_days_list(office: Browser, visit: Visit) -> None:
    assert (
        f'<a class="back" href="{SCHEDULE}?date=2026-03-02">' in office.get(page_of(visit)).content.decode()
    )
    assert office.post(page_of(visit, "complete"), {"version": "0"})["Location"] == page_of(visit)
