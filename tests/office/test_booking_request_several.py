"""Several requests decided with one press: each as if it were alone, each with its own line."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.actions.booking_requests import approve_booking_request
from sidegate.models import BookingRequest, Event, Message, Visit
from tests import factories
from tests.conftest import Cast
from tests.office.reading import main
from tests.office.test_booking_requests import QUEUE, badge, waiting

SEVERAL = f"{QUEUE}/several"


@pytest.fixture(autouse=True)
def a_minute_to_undo(cast: Cast) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()


def boxes(office: Browser) -> list[str]:
    """What the boxes on the cards send."""
    return re.findall(r'name="pick" form="several" value="([^"]+)"', office.get(QUEUE).content.decode())


def press(office: Browser, picks: list[str], act: str = "approve", **more: str) -> Any:
    return office.post(SEVERAL, {"pick": picks, "act": act, **more})


def state(booking_request: BookingRequest) -> str:
    booking_request.refresh_from_db()
    return booking_request.status


def on_days(cast: Cast, ahead: int, **fields: Any) -> BookingRequest:
    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), ahead)
    return waiting(cast, window_start=day, window_end=day, **fields)


def test_each_is_approved_as_its_card_said_with_a_line_and_an_undo(office: Browser, cast: Cast) -> None:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    three = [on_days(cast, 1), on_days(cast, 2, client=cast.omar, property=cast.cedar_row), on_days(cast, 3)]
    kept = on_days(cast, 4)
    answer = press(office, [box for box in boxes(office) if not box.startswith(kept.reference)])
    assert answer.status_code == 200
    assert [state(one) for one in three] == ["approved"] * 3 and state(kept) == "pending"
    assert "3 approved" in main(answer) and badge(answer) == {"1"}
    assert main(answer).count("Undo") == 3
    assert {visit.booking_request_id for visit in Visit.objects.all()} == {one.pk for one in three}
    assert Message.objects.filter(event__verb="approved").count() == 3
    office.post(f"{QUEUE}/{three[0].reference}/undo")
    assert state(three[0]) == "pending" and state(three[1]) == "approved"


def test_from_the_lines_two_ways_lead_back_to_the_narrowed_queue(office: Browser, cast: Cast) -> None:
    on_days(cast, 1)
    page = press(office, boxes(office), filters="kind=one_time").content.decode()
    assert page.partition("<main")[2].count(f'href="{QUEUE}?kind=one_time"') == 2


def test_two_for_one_day_the_first_has_it_and_the_second_shows_its_new_plan(
    office: Browser, cast: Cast
) -> None:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    today = cast.greenlawn.today()
    window = {"window_start": today + timedelta(days=1), "window_end": today + timedelta(days=9)}
    first, second = waiting(cast, **window), waiting(cast, **window)
    answer = press(office, boxes(office)[::-1])
    assert (state(first), state(second)) == ("approved", "pending")
    read = main(answer)
    assert "1 approved" in read and "1 still waits" in read
    assert "Nothing was done yet: this is what Approve would do now." in read
    (plan,) = re.findall(r'name="plan" value="([0-9a-f]{32})"', answer.content.decode())
    approve_booking_request(second, by=cast.dana, shown_plan=plan)


def test_what_has_two_ways_is_left_with_a_line_that_says_choose(office: Browser, cast: Cast) -> None:
    issue, weekly = waiting(cast, kind="issue_report"), waiting(cast, kind="recurring", frequency="weekly")
    plain = on_days(cast, 3)
    answer = press(office, boxes(office))
    assert (state(issue), state(weekly), state(plain)) == ("pending", "pending", "approved")
    assert main(answer).count("There is more than one way to approve this: choose how.") == 2
    assert "Approve, no charge" in main(answer) and "Approve as weekly" in main(answer)


def test_what_cannot_be_approved_yet_says_why(office: Browser, cast: Cast) -> None:
    on_request = factories.make_service(business=cast.greenlawn, names={"en": "Design"}, price_minor=None)
    unpriced = waiting(cast, service=on_request, shown_price_minor=None)
    answer = press(office, boxes(office))
    assert state(unpriced) == "pending"
    assert "Nothing decided yet" in main(answer) and "Set Maria's price" in main(answer)


def test_who_was_faster_is_named_and_nothing_is_done_twice(
    office: Browser, cast: Cast, signed_in: Any
) -> None:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    first, second = on_days(cast, 1), on_days(cast, 2)
    sent = boxes(office)
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park").user
    approve_booking_request(first, by=theo)
    answer = press(office, sent)
    assert "Theo Park was faster. Nothing was done twice." in main(answer) and "1 approved" in main(answer)
    again = press(office, sent)
    assert "You had answered it already. Nothing was done twice." in main(again)
    assert Event.objects.filter(verb="approved").count() == 2 == Visit.objects.count()
    assert state(second) == "approved"


def test_a_plan_that_changed_since_it_was_shown_is_not_carried_out(office: Browser, cast: Cast) -> None:
    one = waiting(cast)
    sent = boxes(office)
    type(cast.mowing).objects.filter(pk=cast.mowing.pk).update(price_minor=12000)
    answer = press(office, sent)
    assert state(one) == "pending" and "$120" in main(answer)
    assert press(office, [one.reference + "." + "0" * 32]).status_code == 200
    assert press(office, [one.reference]).status_code == 200
    assert state(one) == "pending"


def test_an_own_date_on_a_card_goes_along(office: Browser, cast: Cast) -> None:
    one = waiting(cast)
    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 9)
    card = office.get(
        f"{QUEUE}/{one.reference}/plan",
        {"date": day.isoformat()},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{QUEUE}?kind=one_time"},
    )
    (box,) = re.findall(r'name="pick" form="several" value="([^"]+)"', card.content.decode())
    assert box.endswith(day.isoformat())
    press(office, [box])
    assert Visit.objects.get().date == day


def test_all_are_declined_with_the_same_reason(office: Browser, cast: Cast) -> None:
    two = [waiting(cast), waiting(cast, kind="issue_report")]
    answer = press(office, boxes(office), "decline", reason="We are full this week.")
    assert {(state(one), one.reason) for one in two} == {("declined", "We are full this week.")}
    assert "2 declined" in main(answer) and main(answer).count("Undo") == 2
    assert all("We are full this week." in m.text for m in Message.objects.filter(event__verb="declined"))


def test_a_reason_too_long_keeps_ticks_reason_and_list(office: Browser, cast: Cast) -> None:
    one, other = waiting(cast), waiting(cast, client=cast.omar, property=cast.cedar_row)
    sent = [box for box in boxes(office) if box.startswith(one.reference)]
    answer = press(office, sent, "decline", reason="x" * 1001, filters="client=maria")
    page = answer.content.decode()
    assert answer.status_code == 422 and "x" * 1001 in page
    assert re.search(rf'value="{one.reference}\.[^>]* checked', page)
    assert other.reference not in page and state(one) == "pending"


@pytest.mark.parametrize(("picks", "act"), [([], "approve"), ([], "decline"), (["x"], "dance")])
def test_nothing_ticked_or_no_such_press_does_nothing_and_keeps_the_reason(
    office: Browser, cast: Cast, picks: list[str], act: str
) -> None:
    one = waiting(cast)
    answer = press(office, picks, act, reason="Sorry.")
    assert answer.status_code == 422 and "Sorry." in main(answer) and state(one) == "pending"


def test_more_than_fifty_are_refused_whole(office: Browser, cast: Cast) -> None:
    sent = [f"{waiting(cast).reference}.x" for _ in range(51)]
    answer = press(office, sent, "decline")
    assert answer.status_code == 422 and "Up to 50 requests" in main(answer)
    assert BookingRequest.objects.pending().count() == 51


def test_one_that_is_not_this_businesss_is_a_404_before_anything_is_decided(
    office: Browser, cast: Cast, signed_in: Any
) -> None:
    one = waiting(cast)
    form = {"pick": boxes(office), "act": "approve"}
    assert signed_in(cast.bea).post("/bluepool/office/requests/several", form).status_code == 404
    assert signed_in(cast.bea).post(SEVERAL, form).status_code == 404
    assert press(office, [*form["pick"], "ZZZ-ZZZ.x"]).status_code == 404
    assert signed_in(cast.maria_user).post(SEVERAL, form).status_code == 404
    assert Browser().post(SEVERAL, form).status_code in (302, 403)
    assert state(one) == "pending"
