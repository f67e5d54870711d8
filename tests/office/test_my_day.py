"""A technician's own pages: her visits and nothing else."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client as Browser

from sidegate.actions.erasing import erase_client
from sidegate.models import ClientService, Event, Membership, Message, User, Visit
from tests import factories
from tests.conftest import Cast

from .reading import errors, main, statements

MY_DAY = "/greenlawn/office/my-day"
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
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
def weekly(cast: Cast) -> ClientService:
    cast.maria.phone = "+12125550123"
    cast.maria.save()
    cast.palm_court.access_notes = "Gate code 4711"
    cast.palm_court.save()
    return factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)


@pytest.fixture
def visit(weekly: ClientService, tess: Membership) -> Visit:
    return factories.make_visit(client_service=weekly, date=MONDAY, technician=tess)


def press(visit: Visit, act: str) -> str:
    return f"{MY_DAY}/{visit.pk}/{act}"


def test_she_sees_her_visits_of_the_day_and_what_she_needs(
    hers: Browser, cast: Cast, visit: Visit, weekly: ClientService
) -> None:
    factories.make_visit(client_service=weekly, date=MONDAY)
    page = hers.get(MY_DAY)
    assert page.content.decode().count('data-test="visit"') == 1
    for words in (
        "Today",
        "1 visit to do",
        "Maria Álvarez",
        "Weekly mowing",
        "12 Palm Court",
        "Gate code 4711",
    ):
        assert words in main(page)
    assert b'href="tel:+12125550123"' in page.content
    assert "$" not in main(page)


@pytest.mark.parametrize(
    ("device", "way"),
    [
        ("Mozilla/5.0 (Linux; Android 15)", "geo:0,0?q=12%20Palm%20Court"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)", "https://maps.apple.com/?q=12%20Palm%20Court"),
        ("", "https://www.openstreetmap.org/search?query=12%20Palm%20Court"),
    ],
)
def test_the_way_there_opens_what_the_phone_has_for_it(
    hers: Browser, visit: Visit, device: str, way: str
) -> None:
    assert f'href="{way}"' in hers.get(MY_DAY, headers={"User-Agent": device}).content.decode()


def test_an_empty_day_leads_to_her_next_visit(hers: Browser, visit: Visit) -> None:
    Visit.objects.update(date=MONDAY + timedelta(days=9))
    assert "Your next visit: Wed, Mar 11" in main(hers.get(MY_DAY))


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30", "0001-01-01", "9999-12-31", "\x00"])
def test_a_day_that_is_none_is_today(hers: Browser, visit: Visit, typed: str) -> None:
    assert "Today" in main(hers.get(MY_DAY, {"on": typed}))


def test_complete_undo_and_skip_as_she_pressed_them(hers: Browser, tess: Membership, visit: Visit) -> None:
    back = f"{MY_DAY}?on=2026-03-02#visit-{visit.pk}"
    assert hers.post(press(visit, "complete"), {"version": "0"})["Location"] == back
    assert "Done" in main(hers.get(MY_DAY))
    hers.post(press(visit, "reopen"), {"version": "1"})
    assert "Skip Maria Álvarez?" in main(hers.get(press(visit, "skip")))
    assert Visit.objects.get().status == "scheduled"
    hers.post(press(visit, "skip"), {"version": "2"})
    assert Visit.objects.get().status == "skipped"
    assert [event.actor for event in Event.objects.all()] == [tess.user] * 3
    assert not Message.objects.exists()


def test_pressed_twice_it_is_done_once_and_said(hers: Browser, visit: Visit) -> None:
    hers.post(press(visit, "complete"), {"version": "0"})
    again = hers.post(press(visit, "complete"), {"version": "0"}, follow=True)
    assert "This visit was changed meanwhile" in main(again)
    assert Event.objects.count() == 1


def test_what_is_still_ahead_cannot_be_done_yet(hers: Browser, visit: Visit) -> None:
    Visit.objects.update(date=TUESDAY)
    assert b"/complete" not in hers.get(MY_DAY, {"on": str(TUESDAY)}).content
    answer = hers.post(press(visit, "complete"), {"version": "0"}, follow=True)
    assert "This visit is still ahead." in main(answer)


def test_a_note_is_kept_for_the_office_and_told_nobody(
    hers: Browser, office: Browser, cast: Cast, visit: Visit
) -> None:
    hers.post(press(visit, "note"), {"note": "The dog was loose.\x00", "was": '{"note":""}'})
    noted = Visit.objects.get()
    assert (noted.note, noted.version) == ("The dog was loose.", 1)
    page = main(office.get(f"/greenlawn/office/visits/{visit.pk}"))
    assert "Note: The dog was loose." in page
    assert "Noted" in page
    assert not Message.objects.exists()
    erased = Event.objects.get()
    assert (erased.verb, erased.data) == ("visit_noted", {"note": "The dog was loose."})


def test_a_note_too_long_comes_back_as_it_was_typed(hers: Browser, visit: Visit) -> None:
    answer = hers.post(press(visit, "note"), {"note": "x" * 2001})
    assert (answer.status_code, set(errors(answer))) == (422, {"note"})
    assert b"x" * 2001 in answer.content
    assert Visit.objects.get().note == ""


def test_two_who_note_at_once_see_both_texts(hers: Browser, visit: Visit) -> None:
    opened = hers.get(press(visit, "note")).content.decode()
    was = opened.split('name="was" value="')[1].split('"')[0].replace("&#34;", '"')
    Visit.objects.update(note="Called the office.")
    answer = hers.post(press(visit, "note"), {"note": "The dog was loose.", "was": was})
    assert answer.status_code == 422
    assert "Called the office." in main(answer)
    assert "The dog was loose." in main(answer)
    assert Visit.objects.get().note == "Called the office."


def test_a_note_goes_with_the_client(hers: Browser, cast: Cast, visit: Visit) -> None:
    hers.post(press(visit, "note"), {"note": "Maria was ill."})
    Visit.objects.update(status="completed")
    erase_client(cast.maria, by=cast.dana)
    assert Visit.objects.get().note == ""
    assert "ill" not in str([event.data for event in Event.objects.all()])
    answer = hers.post(press(visit, "note"), {"note": "Maria was ill."})
    assert answer.status_code == 422
    assert Visit.objects.get().note == ""


def test_nothing_else_of_the_office_is_there_for_her(hers: Browser, cast: Cast, visit: Visit) -> None:
    for page in ("requests", "schedule", "schedule/week", "clients", "settings/team", f"visits/{visit.pk}"):
        assert hers.get(f"/greenlawn/office/{page}").status_code == 404
    for act in ("complete", "change", "cancel"):
        assert hers.post(f"/greenlawn/office/visits/{visit.pk}/{act}", {"version": "0"}).status_code == 404


def test_a_colleagues_visit_is_not_there_for_her(hers: Browser, cast: Cast, weekly: ClientService) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="technician", name="Theo Park")
    his = factories.make_visit(client_service=weekly, date=MONDAY, technician=theo)
    for act in ("complete", "skip", "reopen", "note"):
        assert hers.post(press(his, act), {"version": "0", "note": "x"}).status_code == 404
    his.refresh_from_db()
    assert (his.status, his.note) == ("scheduled", "")


def test_who_made_her_staff_opens_the_office_to_her_and_back(
    hers: Browser, tess: Membership, visit: Visit
) -> None:
    Membership.objects.filter(pk=tess.pk).update(role="staff")
    assert hers.get("/greenlawn/office/requests").status_code == 200
    assert b"/greenlawn/office/schedule" in hers.get(MY_DAY).content
    Membership.objects.filter(pk=tess.pk).update(role="technician")
    assert hers.get("/greenlawn/office/requests").status_code == 404


def test_removed_she_is_out_at_the_next_page(hers: Browser, tess: Membership, visit: Visit) -> None:
    Membership.objects.filter(pk=tess.pk).update(is_active=False)
    assert hers.get(MY_DAY).status_code == 404


def test_owners_open_their_own_day_too(office: Browser, cast: Cast, weekly: ClientService) -> None:
    dana = Membership.objects.get(user=cast.dana)
    factories.make_visit(client_service=weekly, date=MONDAY, technician=dana)
    assert f'href="{MY_DAY}?on=2026-03-02"' in office.get("/greenlawn/office/schedule/day").content.decode()
    assert "1 visit to do" in main(office.get(MY_DAY))


def test_signing_in_leads_her_to_her_day(hers: Browser, visit: Visit) -> None:
    assert hers.get("/", follow=True).redirect_chain[-1][0] == MY_DAY


def test_her_day_takes_as_many_statements_at_1_as_at_3(
    hers: Browser, tess: Membership, visit: Visit, weekly: ClientService
) -> None:
    one = statements(hers, MY_DAY)
    for _number in range(2):
        factories.make_visit(client_service=weekly, date=MONDAY, technician=tess)
    assert statements(hers, MY_DAY) == one == 4
