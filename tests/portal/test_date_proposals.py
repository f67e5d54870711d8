"""Maria answers the dates she is offered, through HTTP: takes one, or none of them fits."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.booking_requests import reopen_booking_request
from sidegate.actions.invariants import violations
from sidegate.actions.proposals.lapsing import end_lapsed_proposals
from sidegate.actions.proposals.propose import ways_to_offer
from sidegate.models import BookingRequest, ClientService, DateProposal, Event, Message, Visit
from tests import factories
from tests.conftest import Cast
from tests.office.reading import filled, main
from tests.office.test_booking_requests import page_of, waiting
from tests.office.test_date_proposals import again, agreed, ask, workdays

HOME = "/greenlawn/"


def hers(booking_request: BookingRequest, act: str = "") -> str:
    return f"/greenlawn/requests/{booking_request.reference}" + (f"/{act}" if act else "")


def press(portal: Browser, booking_request: BookingRequest, day: date, **fields: Any) -> Any:
    """Takes the day as the button on her page does."""
    typed = {"proposal": str(DateProposal.objects.get(status="open").pk), "date": str(day), **fields}
    return portal.post(hers(booking_request, "take-date"), typed, follow=True)


def refuse(portal: Browser, booking_request: BookingRequest, **fields: Any) -> Any:
    typed = {"proposal": str(DateProposal.objects.latest("id").pk), **fields}
    return portal.post(hers(booking_request, "refuse-dates"), typed, follow=True)


def test_each_day_is_one_press_and_taking_it_schedules_the_visit(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day, other) = waiting(cast), workdays(cast, 2)
    ask(office, asked, [day, other], part_of_day="morning", note="La segadora está en el taller.")
    page = portal.get(hers(asked))
    assert f'name="date" value="{day}"' in page.content.decode()
    assert "$95" in main(page) and "La segadora está en el taller." in main(page)
    answer = press(portal, asked, other)
    visit = Visit.objects.get(booking_request=asked)
    assert (visit.date, visit.part_of_day, visit.client_service.price_minor) == (other, "morning", 9500)
    assert (again(asked).status, again(asked).turn) == ("approved", "office")
    assert DateProposal.objects.get().status == "taken"
    assert 'name="date"' not in answer.content.decode()
    assert violations() == []


def test_the_history_says_who_took_it_and_who_proposed(office: Browser, portal: Browser, cast: Cast) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    ask(office, asked, [day])
    press(portal, asked, day)
    verbs = {event.verb: event for event in Event.objects.filter(booking_request=asked)}
    assert [event.verb for event in Event.objects.filter(booking_request=asked).order_by("at", "id")] == [
        "submitted",
        "proposed",
        "proposal_taken",
        "approved",
    ]
    assert (verbs["proposed"].actor, verbs["proposal_taken"].actor) == (cast.dana, cast.maria_user)
    assert again(asked).decided_by == verbs["approved"].actor == cast.dana
    assert verbs["approved"].data["taken_by"] == str(cast.maria_user.pk)
    assert "Taken by the client:" in main(office.get(page_of(asked)))


def test_the_office_is_told_and_so_is_she_at_once_with_no_undo(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    asked, (day,) = waiting(cast), workdays(cast, 1)
    ask(office, asked, [day])
    press(portal, asked, day)
    letters = {letter.key: letter for letter in Message.objects.filter(booking_request=asked)}
    assert set(letters) == {"booking.proposed", "booking.date_taken", "booking.approved"}
    assert letters["booking.date_taken"].recipient == f"user:{cast.dana.pk}"
    assert "Worth a look" not in letters["booking.date_taken"].text
    assert all(letter.next_try <= timezone.now() for letter in letters.values())
    assert again(asked).undo_until is None
    assert 'value="Undo"' not in office.get(page_of(asked)).content.decode()


def test_her_home_says_that_it_is_her_turn(office: Browser, portal: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    before = main(portal.get(HOME))
    ask(office, asked, workdays(cast, 1))
    assert main(portal.get(HOME)) != before
    assert "Your turn" in main(portal.get(HOME)) or "Le toca a usted" in main(portal.get(HOME))


def test_none_of_these_fits_and_the_office_reads_why(office: Browser, portal: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    ask(office, asked, workdays(cast, 2))
    refuse(portal, asked, answer="Solo los lunes.\nGracias.")
    assert (again(asked).status, again(asked).turn) == ("pending", "office")
    proposal = DateProposal.objects.get()
    assert (proposal.status, proposal.answer) == ("refused", "Solo los lunes.\nGracias.")
    letter = Message.objects.get(key="booking.dates_refused")
    assert letter.recipient == f"user:{cast.dana.pk}" and "> Solo los lunes.\n> Gracias." in letter.text
    read = main(office.get(page_of(asked)))
    assert "None of the dates fits the client" in read and "Solo los lunes." in read
    assert "turn. You offered" not in read
    assert violations() == []


def test_refusing_twice_tells_the_office_once(office: Browser, portal: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    ask(office, asked, workdays(cast, 2))
    assert [refuse(portal, asked).status_code for _ in range(2)] == [200, 200]
    assert Message.objects.filter(key="booking.dates_refused").count() == 1


def test_an_answer_too_long_comes_back_with_what_was_typed(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked = waiting(cast)
    ask(office, asked, workdays(cast, 1))
    answer = refuse(portal, asked, answer="x" * 1001)
    assert answer.status_code == 422 and "x" * 1001 in answer.content.decode()
    assert again(asked).turn == "client"


def test_pressed_twice_or_another_day_in_another_tab_it_is_booked_once(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day, other) = waiting(cast), workdays(cast, 2)
    ask(office, asked, [day, other])
    key = str(DateProposal.objects.get().pk)
    press(portal, asked, day)
    for again_day in (day, other):
        answer = portal.post(hers(asked, "take-date"), {"proposal": key, "date": str(again_day)}, follow=True)
        assert answer.status_code == 200
    assert Visit.objects.get().date == day
    assert Message.objects.filter(key="booking.date_taken").count() == 1


def test_only_what_is_offered_can_be_taken(office: Browser, portal: Browser, cast: Cast) -> None:
    asked, (day, other) = waiting(cast), workdays(cast, 2)
    ask(office, asked, [day])
    key = str(DateProposal.objects.get().pk)
    hostile = [
        {"proposal": key, "date": str(other)},
        {"proposal": key, "date": "yesterday"},
        {"proposal": key, "date": "2026-02-31"},
        {"proposal": "no key", "date": str(day)},
        {"proposal": str(asked.pk), "date": str(day)},
        {"date": str(day)},
        {},
    ]
    for typed in hostile:
        assert portal.post(hers(asked, "take-date"), typed).status_code == 302
    assert not Visit.objects.exists() and again(asked).turn == "client"


def test_anothers_dates_are_not_there(office: Browser, cast: Cast, signed_in: Any) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    ask(office, asked, [day])
    typed = {"proposal": str(DateProposal.objects.get().pk), "date": str(day)}
    for stranger in (cast.omar_user, cast.bluepool_client_user, cast.dana):
        browser = signed_in(stranger)
        assert browser.post(hers(asked, "take-date"), typed).status_code == 404
        assert browser.post(hers(asked, "refuse-dates"), typed).status_code == 404
    omars = factories.make_booking_request(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    signed_in(cast.omar_user).post(hers(omars, "take-date"), typed)
    assert not Visit.objects.exists()


def test_older_dates_open_to_her_in_another_tab_are_open_no_longer(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day, other) = waiting(cast), workdays(cast, 2)
    ask(office, asked, [day])
    old = str(DateProposal.objects.get().pk)
    ask(office, asked, [other])
    portal.post(hers(asked, "take-date"), {"proposal": old, "date": str(day)})
    portal.post(hers(asked, "refuse-dates"), {"proposal": old})
    assert not Visit.objects.exists()
    assert (again(asked).turn, DateProposal.objects.get(status="open").dates) == ("client", [str(other)])


def test_if_the_price_changed_since_nothing_is_booked_and_both_know(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    ask(office, asked, [day])
    cast.mowing.price_minor = 12000
    cast.mowing.save()
    answer = press(portal, asked, day)
    assert not Visit.objects.exists() and not ClientService.objects.exists()
    assert (again(asked).status, again(asked).turn) == ("pending", "office")
    assert DateProposal.objects.get().status == "ended"
    letter = Message.objects.get(key="booking.date_not_held")
    assert letter.recipient == f"user:{cast.dana.pk}" and "Nothing was scheduled" in letter.text
    assert "not booked" in main(office.get(page_of(asked)))
    assert answer.status_code == 200 and 'name="date"' not in answer.content.decode()
    assert violations() == []


@pytest.mark.parametrize("since", ["a service was agreed", "the service was archived"])
def test_whatever_else_changed_since_is_not_booked_either(
    since: str, office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    ask(office, asked, [day])
    if since == "a service was agreed":
        agreed(cast, price_minor=9500)
    else:
        cast.mowing.archived_at = timezone.now()
        cast.mowing.save()
    press(portal, asked, day)
    assert not Visit.objects.exists() and again(asked).turn == "office"
    assert Message.objects.filter(key="booking.date_not_held").count() == 1


def test_another_language_since_is_no_other_outcome(office: Browser, portal: Browser, cast: Cast) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    ask(office, asked, [day])
    cast.maria.language = "en"
    cast.maria.email_bounced_at = timezone.now()
    cast.maria.save()
    press(portal, asked, day)
    assert Visit.objects.get().date == day
    approved = Message.objects.get(key="booking.approved")
    assert (approved.language, approved.status) == ("en", "not_sendable")


@pytest.mark.parametrize("refuses", [False, True])
def test_a_day_that_filled_up_meanwhile_still_holds_and_the_office_is_warned(
    refuses: bool, office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    ask(office, asked, [day])
    cast.greenlawn.capacity_visits, cast.greenlawn.capacity_refuses = 1, refuses
    cast.greenlawn.save()
    omars = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    factories.make_visit(client_service=omars, date=day)
    press(portal, asked, day)
    assert Visit.objects.filter(date=day).count() == 2
    letter = Message.objects.get(key="booking.date_taken")
    assert "Worth a look" in letter.text and "is full already" in letter.text


def test_a_day_that_has_passed_is_not_offered_and_cannot_be_taken(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    ask(office, asked, [day])
    yesterday = cast.greenlawn.today() - timedelta(days=1)
    DateProposal.objects.update(dates=[yesterday.isoformat(), day.isoformat()])
    page = portal.get(hers(asked)).content.decode()
    assert f'value="{day}"' in page and f'value="{yesterday}"' not in page
    press(portal, asked, yesterday)
    assert not Visit.objects.exists() and again(asked).turn == "client"
    assert end_lapsed_proposals() == 0


def test_where_all_have_passed_it_is_the_offices_turn_again(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked = waiting(cast)
    ask(office, asked, workdays(cast, 1))
    yesterday = cast.greenlawn.today() - timedelta(days=1)
    DateProposal.objects.update(dates=[yesterday.isoformat()])
    assert 'name="date"' not in portal.get(hers(asked)).content.decode()
    assert (end_lapsed_proposals(), end_lapsed_proposals()) == (1, 0)
    assert (again(asked).turn, DateProposal.objects.get().status) == ("office", "ended")
    assert "The dates that were offered have passed" in main(office.get(page_of(asked)))
    assert violations() == []


def test_withdrawing_ends_it(office: Browser, portal: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    ask(office, asked, workdays(cast, 1))
    portal.post(hers(asked, "withdraw"))
    assert (again(asked).status, again(asked).turn) == ("withdrawn", "office")
    assert DateProposal.objects.get().status == "ended"
    assert violations() == []


def test_editing_ends_it(office: Browser, portal: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    ask(office, asked, workdays(cast, 1))
    page = hers(asked, "edit")
    typed = {name: values[0] for name, values in filled(portal.get(page)).items() if values}
    (start,) = workdays(cast, 1)
    dates = {
        "window_start": str(start),
        "window_end": str(start),
        "kind": "one_time",
        "service": str(cast.mowing.pk),
    }
    assert portal.post(page, {**typed, **dates, "part_of_day": "any"}).status_code == 302
    assert (again(asked).window_start, again(asked).turn) == (start, "office")
    assert DateProposal.objects.get().status == "ended"
    assert violations() == []


def test_a_recurring_request_starts_on_the_day_she_takes(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day,) = waiting(cast, kind="recurring", frequency="weekly"), workdays(cast, 1)
    ways = filled(office.get(page_of(asked, "dates")))
    assert "way" not in ways  # none is chosen for her
    weekly = ways_to_offer(again(asked))[1].fingerprint_less_date
    ask(office, asked, [day], way=weekly)
    assert "cada semana" in main(portal.get(hers(asked))).lower()
    press(portal, asked, day)
    made = ClientService.objects.get()
    assert (made.frequency, made.start_date, made.makes_visits) == ("weekly", day, True)
    assert violations() == []


def test_an_issue_is_looked_at_without_charge_on_the_day_she_takes(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day,) = waiting(cast, kind="issue_report"), workdays(cast, 1)
    free = ways_to_offer(again(asked))[0].fingerprint_less_date
    ask(office, asked, [day], way=free)
    press(portal, asked, day)
    assert Visit.objects.get().is_charged is False


def test_a_visit_she_asked_to_move_goes_to_the_day_she_takes(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    stood, day = workdays(cast, 2)
    visit = factories.make_visit(client_service=agreed(cast), date=stood)
    asked = waiting(cast, kind="move_visit", about_visit=visit)
    ask(office, asked, [day])
    assert "$" not in Message.objects.get(key="booking.proposed").text
    press(portal, asked, day)
    visit.refresh_from_db()
    assert (visit.date, again(asked).outcome) == (day, "visit_moved")
    assert violations() == []


def test_reopened_it_is_the_offices_turn_and_dates_can_be_offered_anew(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day, other) = waiting(cast), workdays(cast, 2)
    ask(office, asked, [day])
    press(portal, asked, day)
    reopen_booking_request(again(asked), by=cast.dana)
    assert (again(asked).status, again(asked).turn) == ("pending", "office")
    ask(office, asked, [other])
    press(portal, asked, other)
    assert Visit.objects.get(booking_request=asked).date == other
    assert violations() == []


def test_the_decision_of_someone_who_left_meanwhile_still_holds(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    ask(office, asked, [day])
    factories.make_member(business=cast.greenlawn, name="Theo Park")
    cast.dana.memberships.update(is_active=False)
    press(portal, asked, day)
    assert again(asked).decided_by == cast.dana
    assert Message.objects.get(key="booking.date_taken").to_name == "Theo Park"


def test_while_a_decision_can_be_undone_the_page_gives_nothing_away(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    asked, (day,) = waiting(cast), workdays(cast, 1)
    ask(office, asked, [day])
    key = str(DateProposal.objects.get().pk)
    office.post(page_of(asked, "decline"))
    page = portal.get(hers(asked))
    assert 'name="date"' not in page.content.decode()
    answer = portal.post(hers(asked, "take-date"), {"proposal": key, "date": str(day)}, follow=True)
    assert answer.status_code == 200 and not Visit.objects.exists()
