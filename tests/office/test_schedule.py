"""The schedule by week and by day: who goes where, how full a day is, moving a visit, and the lists on paper."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.models import ClientService, Event, Membership, Message, User, Visit
from tests import factories
from tests.conftest import Cast

from .reading import main, statements

OFFICE = "/greenlawn/office"
WEEK, DAY = f"{OFFICE}/schedule/week", f"{OFFICE}/schedule/day"
MONDAY, TUESDAY, WEDNESDAY, SATURDAY = (date(2026, 3, day) for day in (2, 3, 4, 7))
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)


@pytest.fixture
def weekly(cast: Cast) -> ClientService:
    return factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)


@pytest.fixture
def theo(cast: Cast) -> Membership:
    return factories.make_member(business=cast.greenlawn, role="technician", name="Theo Park")


def move_of(visit: Visit) -> str:
    return f"{OFFICE}/visits/{visit.pk}/move"


def to(day: date, lane: str = "nobody", **more: str) -> dict[str, str]:
    return {"date": str(day), "technician": lane, "version": "0", "next": f"{WEEK}?from=2026-03-02", **more}


def lanes(answer: Any) -> dict[str, dict[str, list[str]]]:
    """The clients' names in each cell that has any, by who goes and by ISO day."""
    page = answer.content.decode()
    names = dict(re.findall(r'data-lane="([^"]+)" data-words="(?:[^"]*, )?([^,"]+)"', page))
    found: dict[str, dict[str, list[str]]] = {name: {} for name in names.values()}
    cells = re.findall(
        r'data-day="([^"]+)" data-lane="([^"]+)" data-words="[^"]*">(.*?)</(?:td|section)>', page, re.S
    )
    for day, lane, inside in cells:
        visits = re.findall(r'<a href="[^"]*">([^<]+)</a>', inside)
        if visits:
            found[names[lane]][day] = visits
    return found


def test_a_week_has_a_lane_for_each_who_goes_nobody_first(
    office: Browser, cast: Cast, weekly: ClientService, theo: Membership
) -> None:
    his = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    factories.make_visit(client_service=weekly, date=TUESDAY)
    factories.make_visit(client_service=weekly, date=WEDNESDAY, technician=theo, part_of_day="afternoon")
    factories.make_visit(client_service=his, date=WEDNESDAY, technician=theo, part_of_day="morning")
    factories.make_visit(client_service=weekly, date=MONDAY + timedelta(days=7))
    shown = lanes(office.get(WEEK, {"from": "2026-03-05"}))
    assert list(shown) == ["Nobody yet", "Dana Reyes", "Theo Park"]
    assert shown == {
        "Nobody yet": {"2026-03-03": ["Maria Álvarez"]},
        "Dana Reyes": {},
        "Theo Park": {"2026-03-04": ["Omar Brooks", "Maria Álvarez"]},
    }


def test_a_visit_with_a_time_stands_where_its_time_does(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    his = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    factories.make_visit(client_service=weekly, date=MONDAY)
    factories.make_visit(client_service=his, date=MONDAY, arrives_from=time(13, 30), arrives_until=time(15))
    factories.make_visit(client_service=weekly, date=MONDAY, part_of_day="morning")
    page = office.get(DAY)
    assert lanes(page)["Nobody yet"] == {"2026-03-02": ["Maria Álvarez", "Omar Brooks", "Maria Álvarez"]}
    assert "1:30 – 3:00 PM" in main(page)


@pytest.mark.parametrize(
    ("status", "words"),
    [("scheduled", "Scheduled"), ("completed", "Done"), ("skipped", "Skipped"), ("cancelled", "Cancelled")],
)
def test_a_state_is_said_in_words_and_only_what_is_ahead_can_move(
    office: Browser, cast: Cast, weekly: ClientService, status: str, words: str
) -> None:
    factories.make_visit(client_service=weekly, date=MONDAY, status=status)
    page = office.get(WEEK)
    assert f"12 Palm Court {words}" in main(page)
    assert (b"data-moves=" in page.content) == (status == "scheduled")


def test_the_filter_leaves_one_lane_and_keeps_the_days_whole_load(
    office: Browser, cast: Cast, weekly: ClientService, theo: Membership
) -> None:
    cast.greenlawn.capacity_visits = 2
    cast.greenlawn.save()
    for technician in (None, theo):
        factories.make_visit(client_service=weekly, date=MONDAY, technician=technician)
    page = office.get(WEEK, {"who": str(theo.pk)})
    assert lanes(page) == {"Theo Park": {"2026-03-02": ["Maria Álvarez"]}}
    assert "2 of 2 visits Full" in main(page)
    assert f"from=2026-03-09&who={theo.pk}" in page.content.decode().replace("&amp;", "&")


@pytest.mark.parametrize(
    "who", ["nonsense", "01a206e8-2eff-74f4-8eca-2d26f8228b33", "\x00", "nobody' OR 1=1"]
)
def test_a_filter_by_nobody_we_know_shows_everyone(office: Browser, cast: Cast, who: str) -> None:
    assert list(lanes(office.get(WEEK, {"who": who}))) == ["Nobody yet", "Dana Reyes"]


def test_a_day_says_how_full_it_is_by_visits_and_by_hours(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    assert " of " not in main(office.get(DAY))
    cast.greenlawn.capacity_visits, cast.greenlawn.capacity_minutes = 5, 120
    cast.greenlawn.save()
    factories.make_visit(client_service=weekly, date=MONDAY, duration_minutes=90, status="completed")
    factories.make_visit(client_service=weekly, date=MONDAY, duration_minutes=60)
    factories.make_visit(client_service=weekly, date=MONDAY, duration_minutes=60, status="skipped")
    assert "2 of 5 visits 2.5 of 2 h Over full" in main(office.get(DAY))


def test_a_visit_on_a_closed_day_is_flagged(office: Browser, cast: Cast, weekly: ClientService) -> None:
    factories.make_visit(client_service=weekly, date=SATURDAY)
    assert "12 Palm Court Scheduled Closed day" in main(office.get(WEEK))
    assert "You don't work on this day." in main(office.get(DAY, {"on": str(SATURDAY)}))


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30", "0001-01-01", "9999-12-31", "\x00"])
@pytest.mark.parametrize(("page", "name"), [(WEEK, "from"), (DAY, "on"), (f"{DAY}/paper", "on")])
def test_a_day_that_is_none_is_today(office: Browser, cast: Cast, page: str, name: str, typed: str) -> None:
    answer = office.get(page, {name: typed})
    assert answer.status_code == 200
    assert "2026-03-0" in answer.content.decode()


@pytest.mark.parametrize("page", [WEEK, DAY])
def test_a_board_takes_as_many_statements_with_500_visits_as_with_5(
    office: Browser, cast: Cast, weekly: ClientService, theo: Membership, page: str
) -> None:
    fill(weekly, theo, 5)
    few = statements(office, page)
    fill(weekly, theo, 495)
    assert statements(office, page) == few == 7


def fill(agreed: ClientService, technician: Membership, count: int) -> None:
    Visit.objects.bulk_create(
        Visit(
            business=agreed.business,
            client_service=agreed,
            date=MONDAY + timedelta(days=number % 5),
            technician=technician if number % 2 else None,
        )
        for number in range(count)
    )


def test_a_move_is_asked_before_it_is_done(
    office: Browser, cast: Cast, weekly: ClientService, theo: Membership
) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    asked = office.get(move_of(visit), to(WEDNESDAY, str(theo.pk)), headers={"HX-Request": "true"})
    assert "<html" not in asked.content.decode()
    text = re.sub(r"<[^>]+>|\s+", " ", asked.content.decode())
    assert "Move Maria&#39;s mowing from Tue, Mar 3 to Wed, Mar 4?" in text
    assert "Maria is told in Spanish. Theo Park goes. Only this visit changes" in text
    assert Visit.objects.get().date == TUESDAY
    assert not Event.objects.exists()


def test_a_move_is_done_by_the_visits_own_act(
    office: Browser, cast: Cast, weekly: ClientService, theo: Membership
) -> None:
    visit = factories.make_visit(
        client_service=weekly, date=TUESDAY, arrives_from=time(8), arrives_until=time(10), is_charged=False
    )
    answer = office.post(move_of(visit), to(WEDNESDAY, str(theo.pk)), follow=True)
    assert "Moved to Wed, Mar 4, 8:00 – 10:00 AM. Maria is told in Spanish." in main(answer)
    assert lanes(answer)["Theo Park"] == {"2026-03-04": ["Maria Álvarez"]}
    visit.refresh_from_db()
    assert (visit.date, visit.technician, visit.is_charged) == (WEDNESDAY, theo, False)
    assert (visit.arrives_from, visit.version) == (time(8), 1)
    assert Message.objects.get().key == "visit.moved"


def test_another_one_who_goes_tells_nobody(
    office: Browser, cast: Cast, weekly: ClientService, theo: Membership
) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    assert "Theo Park goes to Maria's mowing on Tue, Mar 3? Nobody is written to." in main(
        office.get(move_of(visit), to(TUESDAY, str(theo.pk)))
    )
    answer = office.post(move_of(visit), to(TUESDAY, str(theo.pk)), follow=True)
    assert "Theo Park goes to Maria." in main(answer)
    taken = office.post(move_of(visit), to(TUESDAY, version="1"), follow=True)
    assert "Nobody goes to Maria yet." in main(taken)
    assert not Message.objects.exists()


def test_a_stale_move_is_refused_in_words_and_the_board_is_drawn_anew(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    office.post(move_of(visit), to(WEDNESDAY))
    again = office.post(move_of(visit), to(MONDAY), follow=True)
    assert "changed meanwhile" in main(again)
    assert lanes(again)["Nobody yet"] == {"2026-03-04": ["Maria Álvarez"]}
    assert Message.objects.count() == 1


def test_a_closed_day_is_taken_only_as_it_was_asked(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    assert "Sat, Mar 7 is a day you don't work." in main(office.get(move_of(visit), to(SATURDAY)))
    assert "Nothing was moved." in main(office.post(move_of(visit), to(SATURDAY), follow=True))
    assert Visit.objects.get().date == TUESDAY
    office.post(move_of(visit), to(SATURDAY, heeded="closed_day"))
    assert Visit.objects.get().date == SATURDAY


def test_a_full_day_is_said_and_not_refused(office: Browser, cast: Cast, weekly: ClientService) -> None:
    cast.greenlawn.capacity_visits = 1
    cast.greenlawn.save()
    his = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    factories.make_visit(client_service=his, date=WEDNESDAY)
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    asked = main(office.get(move_of(visit), to(WEDNESDAY)))
    assert "Wed, Mar 4 would hold more than it should: 2 of 1 visit." in asked
    office.post(move_of(visit), to(WEDNESDAY))
    visit.refresh_from_db()
    assert visit.date == WEDNESDAY


def test_no_visit_moves_into_the_past_nor_one_that_is_done(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    yesterday = MONDAY - timedelta(days=1)
    assert "That day has passed" in main(office.get(move_of(visit), to(yesterday)))
    assert "That day has passed" in main(office.post(move_of(visit), to(yesterday), follow=True))
    Visit.objects.update(status="completed")
    asked = office.get(move_of(visit), to(WEDNESDAY))
    assert "Only a visit that is still scheduled can be changed." in main(asked)
    assert b">Move<" not in asked.content
    assert "changed meanwhile" in main(office.post(move_of(visit), to(WEDNESDAY), follow=True))
    assert Visit.objects.get().date == TUESDAY


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"date": "2026-03-04"},
        {"date": "x", "technician": "nobody"},
        {"date": "2026-03-04", "technician": "somebody"},
        {"date": "2026-03-03", "technician": "nobody"},
    ],
)
def test_what_is_no_move_leads_to_the_visits_form(
    office: Browser, cast: Cast, weekly: ClientService, typed: dict[str, str]
) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    for answer in (office.get(move_of(visit), typed), office.post(move_of(visit), typed)):
        assert (answer.status_code, answer["Location"]) == (302, f"{OFFICE}/visits/{visit.pk}/change")
    assert Visit.objects.get().version == 0


def test_nobody_of_another_business_can_be_sent(office: Browser, cast: Cast, weekly: ClientService) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    bea = Membership.objects.get(user=cast.bea)
    assert office.post(move_of(visit), to(WEDNESDAY, str(bea.pk)))["Location"].endswith("/change")
    assert Visit.objects.get().date == TUESDAY


@pytest.mark.parametrize(
    "where", ["https://evil.test/", "//evil.test", "/bluepool/office/requests", "/\\evil"]
)
def test_a_move_returns_nowhere_else(office: Browser, cast: Cast, weekly: ClientService, where: str) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    answer = office.post(move_of(visit), to(WEDNESDAY, next=where))
    assert answer["Location"] == f"{OFFICE}/visits/{visit.pk}"


def test_the_list_on_paper_has_what_whoever_goes_needs_and_no_price(
    office: Browser, cast: Cast, weekly: ClientService, theo: Membership
) -> None:
    cast.maria.phone = "+12125550123"
    cast.maria.save()
    cast.palm_court.access_notes = "Gate code 4711"
    cast.palm_court.save()
    factories.make_visit(client_service=weekly, date=MONDAY, technician=theo, note="Mind the dog.")
    factories.make_visit(client_service=weekly, date=MONDAY, status="cancelled")
    factories.make_visit(client_service=weekly, date=MONDAY)
    page = main(office.get(f"{DAY}/paper"))
    hers = page[page.index("Theo Park") : page.index("Nobody yet")]
    for words in ("12 Palm Court", "Gate code 4711", "(212) 555-0123", "Weekly mowing", "Mind the dog."):
        assert words in hers
    assert "$" not in page
    assert page.count("Maria Álvarez") == 2
    alone = main(office.get(f"{DAY}/paper", {"who": str(theo.pk)}))
    assert alone.count("Maria Álvarez") == 1


def test_one_of_a_series_says_so_and_its_time_is_told(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    address = f"{OFFICE}/visits/{visit.pk}"
    words = "One of a series: Mowing, every week on Tuesday. Only this visit changes."
    assert words in main(office.get(address))
    assert words in main(office.get(f"{address}/change"))
    typed = {
        "date": str(TUESDAY), "part_of_day": "any", "is_charged": "on", "version": "0",
        "arrives_from": "08:30", "arrives_until": "10:00",
    }  # fmt: skip
    answer = office.post(f"{address}/change", typed, follow=True)
    assert "Moved to Tue, Mar 3, 8:30 – 10:00 AM. Maria is told in Spanish." in main(answer)
    assert "Moved from Tue, Mar 3 to Tue, Mar 3, 8:30 – 10:00 AM" in main(answer)
    assert "martes 3 de marzo, 8:30" in Message.objects.get().text


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("08:30", "", "arrives_until"), ("", "10:00", "arrives_from"), ("10:00", "10:00", "arrives_until"),
     ("half", "10:00", "arrives_from")],
)  # fmt: skip
def test_a_time_that_cannot_be_is_said_at_its_field(
    office: Browser, cast: Cast, weekly: ClientService, first: str, last: str, field: str
) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    typed = {
        "date": str(TUESDAY), "part_of_day": "any", "version": "0", "arrives_from": first, "arrives_until": last,
    }  # fmt: skip
    answer = office.post(f"{OFFICE}/visits/{visit.pk}/change", typed)
    assert (answer.status_code, f'id="{field}-error"' in answer.content.decode()) == (422, True)
    assert not Message.objects.exists()


def test_staff_see_the_boards_too(cast: Cast, signed_in: Callable[[User], Browser]) -> None:
    ann = signed_in(factories.make_member(business=cast.greenlawn, role="staff", name="Ann Lee").user)
    assert {ann.get(page).status_code for page in (WEEK, DAY, f"{DAY}/paper")} == {200}
