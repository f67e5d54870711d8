"""The team's pages: everyone of the office sees it, owners change it, whoever is out is out at the next request."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser

from sidegate.actions.booking_requests import Ask, submit_booking_request
from sidegate.models import Membership, Message, PortalUser, User
from tests import factories
from tests.conftest import Cast

from .reading import errors, main

TEAM = "/greenlawn/office/settings/team"
THEO = {"name": "Theo Park", "email": "Theo@Example.com", "role": "staff", "language": "en"}
SignedIn = Callable[[User], Browser]


@pytest.fixture
def theo(cast: Cast) -> Membership:
    return factories.make_member(
        business=cast.greenlawn, role="staff", name="Theo Park", email="theo@example.com"
    )


def page_of(member: Membership, act: str = "") -> str:
    return f"{TEAM}/{member.pk}" + (f"/{act}" if act else "")


def test_an_owner_invites_someone_who_then_stands_in_the_list(office: Browser, cast: Cast) -> None:
    answer = office.post(f"{TEAM}/invite", THEO, follow=True)
    assert "theo@example.com is in the team. The invitation is on its way." in main(answer)
    assert "Theo Park theo@example.com Invited today, has not signed in yet Staff" in main(answer)
    assert Message.objects.get().key == "member.invited"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": ""}, "email"),
        ({"email": "theo@"}, "email"),
        ({"email": "dana@example.com"}, "email"),
        ({"role": "boss"}, "role"),
        ({"role": ""}, "role"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(
    office: Browser, cast: Cast, typed: dict[str, str], field: str
) -> None:
    answer = office.post(f"{TEAM}/invite", {**THEO, **typed})
    assert answer.status_code == 422
    assert set(errors(answer)) == {field}
    assert b'value="Theo Park"' in answer.content or field == "name"
    assert Membership.objects.filter(business=cast.greenlawn).count() == 1


def test_the_invitations_link_leads_to_the_sign_in_page_with_the_address_filled_in(
    office: Browser, cast: Cast
) -> None:
    office.post(f"{TEAM}/invite", THEO)
    link = next(word for word in Message.objects.get().text.split() if "/sign-in?" in word)
    page = Browser().get(link.partition("localhost")[2].partition("/")[2].join(["/", ""]))
    assert b'value="theo@example.com"' in page.content
    assert b"Greenlawn" in page.content


@pytest.mark.parametrize("typed", ['"><script>', "no address", "a" * 300 + "@example.com", "a@b.com\x00"])
def test_what_is_no_address_is_not_put_into_the_sign_in_page(cast: Cast, typed: str) -> None:
    page = Browser().get("/sign-in", {"email": typed})
    assert page.status_code == 200
    assert b'name="email" value=""' in page.content


def test_staff_see_the_list_and_change_nothing(cast: Cast, theo: Membership, signed_in: SignedIn) -> None:
    browser, dana = signed_in(theo.user), Membership.objects.get(user=cast.dana)
    page = browser.get(TEAM)
    assert "Dana Reyes" in main(page)
    assert TEAM.encode() + b'"' in page.content  # it stands in the navigation
    assert b"/invite" not in page.content
    for act in ("/invite", f"/{dana.pk}", f"/{dana.pk}/remove", f"/{theo.pk}", f"/{theo.pk}/invite-again"):
        assert browser.post(TEAM + act, {**THEO, "role": "owner"}).status_code == 403
    theo.refresh_from_db()
    assert (theo.role, Membership.objects.filter(business=cast.greenlawn).count()) == ("staff", 2)


def test_a_role_is_changed(office: Browser, theo: Membership) -> None:
    office.post(page_of(theo), {"role": "owner"})
    theo.refresh_from_db()
    assert theo.role == "owner"


def test_the_only_owner_is_told_to_make_another_one_first(office: Browser, cast: Cast) -> None:
    dana = Membership.objects.get(user=cast.dana)
    question = office.get(f"{TEAM}/leave")
    assert "You are the only owner of Greenlawn. Make someone else an owner first." in main(question)
    assert b'type="submit"><span>Leave the team' not in question.content
    for address, typed in ((f"{TEAM}/leave", {}), (page_of(dana), {"role": "staff"})):
        assert "A business needs an owner" in main(office.post(address, typed, follow=True))
    dana.refresh_from_db()
    assert (dana.role, dana.is_active) == ("owner", True)


def test_pressing_remove_on_oneself_asks_whether_to_leave(office: Browser, cast: Cast) -> None:
    dana = Membership.objects.get(user=cast.dana)
    assert "Leave the team of Greenlawn?" in main(office.get(page_of(dana, "remove")))


def test_leaving_says_where_an_owner_would_be_missed(office: Browser, cast: Cast) -> None:
    factories.make_member(business=cast.greenlawn, name="Ann New")
    assert "No other owner has signed in yet." in main(office.get(f"{TEAM}/leave"))
    answer = office.post(f"{TEAM}/leave", follow=True)
    assert "You have left the team of Greenlawn." in main(answer)
    assert office.get(TEAM).status_code == 404


def test_who_is_removed_is_out_at_the_next_request_and_nowhere_else(
    office: Browser, cast: Cast, theo: Membership, signed_in: SignedIn
) -> None:
    """Pages, presses and parts of pages; her other business and her portal stay open."""
    Membership.objects.create(business=cast.bluepool, user=theo.user, role="staff")
    PortalUser.objects.create(business=cast.greenlawn, client=cast.omar, user=theo.user)
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    browser, request = signed_in(theo.user), f"/greenlawn/office/requests/{asked.reference}"
    assert browser.get("/greenlawn/office/requests").status_code == 200

    question = main(office.get(page_of(theo, "remove")))
    assert "They can no longer open the office, from the next page on." in question
    office.post(page_of(theo, "remove"))

    htmx = {"HX-Request": "true"}
    assert browser.get("/greenlawn/office/requests").status_code == 404
    assert browser.get(f"{request}/plan", headers=htmx).status_code == 404
    assert browser.post(f"{request}/approve", headers=htmx).status_code == 404
    assert browser.post(f"{TEAM}/leave").status_code == 404
    asked.refresh_from_db()
    assert asked.status == "pending"
    assert browser.get("/bluepool/office/requests").status_code == 200
    assert browser.get("/greenlawn/").status_code == 200


def test_the_office_no_longer_writes_to_who_was_removed(
    office: Browser, cast: Cast, theo: Membership
) -> None:
    office.post(page_of(theo, "remove"))
    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 2)
    ask = Ask(
        kind="one_time",
        property_id=cast.palm_court.pk,
        service_id=cast.mowing.pk,
        window_start=day,
        window_end=day,
    )
    submit_booking_request(business=cast.greenlawn, client=cast.maria, by=cast.maria_user, ask=ask, token="t")
    told = Message.objects.filter(key="booking.submitted").values_list("to_address", flat=True)
    assert set(told) == {"dana@example.com"}


def test_nobody_is_settled_for_her_visits_ahead_and_those_before_keep_her_name(
    office: Browser, cast: Cast, theo: Membership
) -> None:
    agreed = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, technician=theo
    )
    today = cast.greenlawn.today()
    done = factories.make_visit(client_service=agreed, date=today, technician=theo, status="completed")
    ahead = factories.make_visit(client_service=agreed, date=today + timedelta(days=7), technician=theo)
    question = main(office.get(page_of(theo, "remove")))
    assert "1 visit ahead is theirs: it stays on the schedule, and nobody goes until you" in question
    office.post(page_of(theo, "remove"), follow=True)
    for row in (agreed, done, ahead):
        row.refresh_from_db()
    assert (agreed.technician, done.technician, ahead.technician) == (None, theo, None)
    assert (ahead.status, ahead.version) == ("scheduled", 0)
    assert b"Theo Park" not in office.get(f"/greenlawn/office/visits/{ahead.pk}/change").content
    assert "Theo Park" in main(office.get(f"/greenlawn/office/visits/{done.pk}"))


def test_a_technician_is_invited_to_her_day_and_is_not_told_of_requests(office: Browser, cast: Cast) -> None:
    office.post(f"{TEAM}/invite", {**THEO, "role": "technician"})
    letter = Message.objects.get()
    assert (letter.key, "next=%2Fgreenlawn%2Foffice%2Fmy-day" in letter.text) == ("technician.invited", True)
    assert "Technician" in main(office.get(TEAM))
    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 3)
    ask = Ask(
        kind="one_time",
        property_id=cast.palm_court.pk,
        service_id=cast.mowing.pk,
        window_start=day,
        window_end=day,
    )
    submit_booking_request(business=cast.greenlawn, client=cast.maria, by=cast.maria_user, ask=ask, token="t")
    told = Message.objects.filter(key="booking.submitted").values_list("to_address", flat=True)
    assert set(told) == {"dana@example.com"}


def test_removed_twice_from_two_tabs_is_said_once_and_missed_once(office: Browser, theo: Membership) -> None:
    assert office.post(page_of(theo, "remove")).status_code == 302
    assert office.post(page_of(theo, "remove")).status_code == 404


def test_another_business_has_no_hand_in_the_team(cast: Cast, theo: Membership, signed_in: SignedIn) -> None:
    bea = signed_in(cast.bea)
    for act in ("", "remove", "invite-again"):
        address = page_of(theo, act).replace("greenlawn", "bluepool")
        assert bea.post(address, {"role": "owner"}).status_code == 404
    assert bea.get(TEAM).status_code == 404


def test_a_letter_that_was_let_go_says_so_and_asks_for_nobody(office: Browser, cast: Cast) -> None:
    office.post(f"{TEAM}/invite", THEO)
    theo = Membership.objects.get(user__email="theo@example.com")
    office.post(page_of(theo, "remove"))
    message, there = Message.objects.get(), "/greenlawn/office/messages"
    listed = main(office.get(there))
    assert "Not sent" in listed and "reached nobody" not in listed
    page = office.get(f"{there}/{message.pk}")
    assert "Not sent: they left the team first" in main(page)
    assert b"I told them" not in page.content and b"Retry" not in page.content
    answer = office.post(f"{there}/{message.pk}/retry", follow=True)
    assert "It has left or waits already." in main(answer)
    assert Message.objects.get().status == "not_sendable"
