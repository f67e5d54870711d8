"""The office asks a client about dates, through HTTP: the form, the card, and what a request's other acts do to it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.actions.erasing import erase_client
from sidegate.actions.invariants import violations
from sidegate.actions.proposals.answer import refuse_dates
from sidegate.models import BookingRequest, DateProposal, Event, Message
from tests import factories
from tests.conftest import Cast

from .reading import errors, filled, main, statements
from .test_booking_requests import QUEUE, page_of, waiting


def workdays(cast: Cast, count: int, *, after: int = 10) -> list[date]:
    """Working days beyond the window of a request that `waiting` makes."""
    calendar, day = cast.greenlawn.calendar(), cast.greenlawn.today() + timedelta(days=after)
    found = []
    while len(found) < count:
        day += timedelta(days=1)
        if calendar.is_working(day):
            found.append(day)
    return found


def ask(office: Browser, booking_request: BookingRequest, days: list[date], **fields: Any) -> Any:
    """The form as Dana fills it in and sends it."""
    page = page_of(booking_request, "dates")
    carried = {name: values[0] for name, values in filled(office.get(page)).items() if values}
    typed = {f"date_{number}": day.isoformat() for number, day in enumerate(days, start=1)}
    return office.post(page, {**carried, **typed, **fields})


def again(booking_request: BookingRequest) -> BookingRequest:
    return BookingRequest.objects.select_related("business").get(pk=booking_request.pk)


def test_maria_is_asked_in_spanish_and_it_is_her_turn(office: Browser, cast: Cast) -> None:
    asked, days = waiting(cast), workdays(cast, 2)
    answer = ask(office, asked, days, note="La segadora está en el taller.", part_of_day="morning")
    assert (answer.status_code, answer["Location"]) == (302, page_of(asked))
    assert "Maria is asked in Spanish. It is their turn." in main(office.get(page_of(asked)))
    assert again(asked).turn == "client" and again(asked).status == "pending"
    letter = Message.objects.get(key="booking.proposed")
    assert (letter.recipient, letter.language) == (f"client:{cast.maria.pk}", "es")
    for words in (
        "La segadora está en el taller.",
        "por la mañana",
        "$95",
        f"/greenlawn/requests/{asked.reference}",
    ):
        assert words in letter.text
    assert violations() == []


def test_the_card_says_whose_turn_it_is_and_which_dates(office: Browser, cast: Cast) -> None:
    asked, (day, other) = (
        waiting(cast, reply_by=cast.greenlawn.today() - timedelta(days=3)),
        workdays(cast, 2),
    )
    assert "was due" in main(office.get(QUEUE))
    ask(office, asked, [other, day])
    for page in (QUEUE, page_of(asked)):
        shown = office.get(page)
        assert "Maria's turn. You offered:" in main(shown) and "was due" not in main(shown)
        assert f'href="{page_of(asked)}?date={day}"' in shown.content.decode()
    assert 'data-test="booking-request"' not in office.get(QUEUE + "?age=due").content.decode()


def test_a_day_outside_her_dates_offers_to_ask_about_it(office: Browser, cast: Cast) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    within = office.get(page_of(asked))
    assert "Ask Maria about dates" in main(within) and "Ask Maria about this date" not in main(within)
    plan = office.get(page_of(asked, "plan"), {"date": str(day)}, headers={"HX-Request": "true"})
    read = plan.content.decode()
    assert "Approve for" in read and "Ask Maria about this date" in read
    address = re.search(r'href="([^"]+/dates\?date=[^"]+)"', read)
    assert address and filled(office.get(address[1]))["date_1"] == [day.isoformat()]
    assert again(asked).status == "pending"


def test_where_her_days_have_passed_asking_stands_beside_the_refusal(office: Browser, cast: Cast) -> None:
    today = cast.greenlawn.today()
    asked = waiting(cast, window_start=today - timedelta(days=9), window_end=today - timedelta(days=7))
    assert "Ask Maria about dates" in main(office.get(QUEUE))
    assert ask(office, asked, workdays(cast, 1)).status_code == 302


def test_without_a_price_there_is_nothing_to_promise(office: Browser, cast: Cast) -> None:
    unpriced = factories.make_service(business=cast.greenlawn, names={"en": "Aerating"}, price_minor=None)
    asked = waiting(cast, service=unpriced)
    assert "about dates" not in main(office.get(QUEUE))
    answer = office.get(page_of(asked, "dates"), follow=True)
    assert answer.redirect_chain == [(page_of(asked), 302)] and "This has no price yet" in main(answer)


def test_skipping_a_visit_is_no_question_of_dates(office: Browser, cast: Cast) -> None:
    visit = factories.make_visit(client_service=agreed(cast), date=workdays(cast, 1)[0])
    asked = waiting(
        cast, kind="skip_visit", about_visit=visit, window_start=visit.date, window_end=visit.date
    )
    assert "about dates" not in main(office.get(QUEUE))
    assert "there is no day to choose" in main(office.get(page_of(asked, "dates"), follow=True))


def agreed(cast: Cast, **fields: Any) -> Any:
    return factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, **fields
    )


def test_each_mistake_is_said_at_its_day_and_nothing_typed_is_lost(office: Browser, cast: Cast) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    yesterday, far = cast.greenlawn.today() - timedelta(days=1), cast.greenlawn.today() + timedelta(days=900)
    answer = ask(office, asked, [yesterday, day, far], note="Hello")
    assert answer.status_code == 422
    assert set(errors(answer)) == {"date_1", "date_3"}
    assert filled(answer)["date_2"] == [day.isoformat()] and "Hello" in answer.content.decode()
    assert set(errors(ask(office, asked, [day, day]))) == {"date_2"}
    assert set(errors(ask(office, asked, [], date_1=""))) == {"date_1"}
    assert set(errors(ask(office, asked, [], date_1="2026-02-31"))) == {"date_1"}
    assert set(errors(ask(office, asked, [day], date_1="", date_3=str(yesterday)))) >= {"date_1"}
    assert not DateProposal.objects.exists() and again(asked).turn == "office"


def test_a_closed_day_is_offered_only_once_that_was_seen(office: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    (friday,) = [day for day in workdays(cast, 5) if day.weekday() == 4]
    saturday, sunday = friday + timedelta(days=1), friday + timedelta(days=2)
    first = ask(office, asked, [saturday])
    assert first.status_code == 422 and "is a day you don't work" in main(first)
    assert filled(first)["heeded"] == [saturday.isoformat()]
    assert ask(office, asked, [saturday, sunday], heeded=str(saturday)).status_code == 422
    assert ask(office, asked, [saturday], heeded=str(saturday)).status_code == 302


def test_a_full_day_is_refused_where_the_business_refuses_them(office: Browser, cast: Cast) -> None:
    (day,) = workdays(cast, 1)
    factories.make_visit(client_service=agreed(cast), date=day)
    cast.greenlawn.capacity_visits, cast.greenlawn.capacity_refuses = 1, True
    cast.greenlawn.save()
    assert set(errors(ask(office, waiting(cast), [day]))) == {"date_1"}


def test_the_form_sent_twice_asks_once(office: Browser, cast: Cast) -> None:
    asked, days = waiting(cast), workdays(cast, 2)
    page = page_of(asked, "dates")
    typed = {name: values[0] for name, values in filled(office.get(page)).items() if values}
    typed |= {"date_1": str(days[0]), "date_2": str(days[1])}
    assert [office.post(page, typed).status_code for _ in range(2)] == [302, 302]
    assert DateProposal.objects.count() == Message.objects.filter(key="booking.proposed").count() == 1


def test_what_changed_while_the_form_was_open_is_not_sent_over(office: Browser, cast: Cast) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    page = page_of(asked, "dates")
    typed = {name: values[0] for name, values in filled(office.get(page)).items() if values}
    BookingRequest.objects.filter(pk=asked.pk).update(version=1, notes="Solo por la tarde.")
    answer = office.post(page, {**typed, "date_1": str(day)})
    assert answer.status_code == 422 and "Something changed meanwhile" in main(answer)
    carried = {name: values[0] for name, values in filled(answer).items() if values}
    assert office.post(page, carried).status_code == 302


def test_a_newer_offer_ends_the_older(office: Browser, cast: Cast) -> None:
    asked, (first, second) = waiting(cast), workdays(cast, 2)
    ask(office, asked, [first])
    assert "Offer other dates" in main(office.get(page_of(asked)))
    assert "no longer stands" in main(office.get(page_of(asked, "dates")))
    ask(office, asked, [second])
    assert [row.status for row in DateProposal.objects.order_by("id")] == ["ended", "open"]
    assert violations() == []


@pytest.mark.parametrize("act", ["approve", "decline"])
def test_a_decision_ends_it_and_undoing_leaves_the_turn_with_the_office(
    act: str, office: Browser, cast: Cast
) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    asked = waiting(cast)
    ask(office, asked, workdays(cast, 1))
    office.post(page_of(asked, act))
    assert (again(asked).turn, DateProposal.objects.get().status) == ("office", "ended")
    assert violations() == []
    office.post(page_of(asked, "undo"))
    assert (again(asked).status, again(asked).turn) == ("pending", "office")
    assert DateProposal.objects.get().status == "ended"
    assert violations() == []


def test_of_two_ways_to_approve_one_is_chosen(office: Browser, cast: Cast) -> None:
    asked, (day,) = waiting(cast, kind="recurring", frequency="weekly"), workdays(cast, 1)
    page = page_of(asked, "dates")
    shown = main(office.get(page))
    assert "Mowing, $95" in shown and "Weekly mowing, $95" in shown
    assert set(errors(ask(office, asked, [day]))) == {"way"}
    ways = re.findall(r'name="way" value="([0-9a-f]+)"', office.get(page).content.decode())
    assert ask(office, asked, [day], way=ways[1]).status_code == 302
    assert Event.objects.get(verb="proposed").data["frequency"] == "weekly"
    assert "cada semana" in Message.objects.get(key="booking.proposed").text


def test_who_cannot_be_written_to_is_asked_by_hand(office: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    cast.maria.email_opted_out = True
    cast.maria.save()
    assert "Maria wants no email: you tell them." in main(office.get(page_of(asked, "dates")))
    answer = office.get(ask(office, asked, workdays(cast, 1))["Location"])
    assert "The words for it stand below." in main(answer)
    letter = Message.objects.get(key="booking.proposed")
    assert (letter.status, letter.reason) == ("not_sendable", "opted_out")


def test_the_history_tells_it(office: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    ask(office, asked, workdays(cast, 2), note="The mower is away.")
    read = main(office.get(page_of(asked)))
    assert "Offered:" in read and "The mower is away." in read


def test_the_queue_asks_one_statement_more_however_many_have_dates(office: Browser, cast: Cast) -> None:
    some = [waiting(cast) for _ in range(4)]
    none = statements(office, QUEUE)
    ask(office, some[0], workdays(cast, 1))
    one = statements(office, QUEUE)
    for asked in some[1:]:
        ask(office, asked, workdays(cast, 1))
    assert none + 1 == one == statements(office, QUEUE) <= 15


def test_dates_of_another_business_are_not_there(office: Browser, cast: Cast) -> None:
    home = factories.make_property(client=cast.bluepool_client, address="1 Lake Road")
    service = factories.make_service(business=cast.bluepool)
    theirs = factories.make_booking_request(client=cast.bluepool_client, property=home, service=service)
    assert office.get(page_of(theirs, "dates")).status_code == 404
    assert office.post(page_of(theirs, "dates"), {"date_1": "2030-01-01"}).status_code == 404


def test_what_was_answered_meanwhile_is_said(office: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    office.post(page_of(asked, "decline"))
    answer = office.get(page_of(asked, "dates"), follow=True)
    assert answer.redirect_chain == [(page_of(asked), 302)]
    assert "Nothing was done twice." in main(answer)


def test_erased_with_its_client_no_word_of_it_is_left_and_the_history_still_reads(
    office: Browser, cast: Cast
) -> None:
    asked = waiting(cast)
    ask(office, asked, workdays(cast, 2), note="Ring Maria's neighbour, Zenobia.")
    proposal = DateProposal.objects.get()
    refuse_dates(again(asked), by=cast.maria_user, proposal_id=proposal.pk, answer="Zenobia is away.")
    office.post(page_of(asked, "decline"))
    erase_client(cast.maria, by=cast.dana)
    proposal.refresh_from_db()
    assert (proposal.note, proposal.answer) == ("", "")
    page = office.get(page_of(asked))
    assert page.status_code == 200 and "Offered:" in main(page) and "Zenobia" not in page.content.decode()
    assert "Zenobia" not in str(list(Event.objects.values_list("data", flat=True)))


def test_hostile_words_stay_text(office: Browser, cast: Cast, signed_in: Any) -> None:
    asked = waiting(cast)
    words = "<script>alert(1)</script> {link} {{7*7}} \u202egnirts"
    ask(office, asked, workdays(cast, 1), note=words)
    hers = signed_in(cast.maria_user).get(f"/greenlawn/requests/{asked.reference}").content.decode()
    assert "<script>alert" not in hers and "&lt;script&gt;alert(1)&lt;/script&gt; {link} {{7*7}}" in hers
    assert "\u202e" not in hers
    assert "{link} {{7*7}}" in Message.objects.get(key="booking.proposed").text


def test_a_field_sent_twice_or_a_way_that_is_none_is_refused(office: Browser, cast: Cast) -> None:
    asked, (day,) = waiting(cast), workdays(cast, 1)
    page = page_of(asked, "dates")
    assert office.post(page, {"date_1": [str(day), str(day)], "part_of_day": "any"}).status_code == 400
    for way in ("", "x" * 5000, "\0"):
        answer = office.post(page, {"date_1": str(day), "part_of_day": "any", "way": way})
        assert answer.status_code == 422, way
    answer = office.post(page, {"date_1": str(day), "part_of_day": "midnight", "way": "x"})
    assert set(errors(answer)) == {"part_of_day"}
    assert not DateProposal.objects.exists()
