"""Asking: one form is one request, checked against what the client may ask for (DESIGN rules 1 to 6)."""

from datetime import date, timedelta
from typing import Any

import pytest

from sidegate.actions.booking_requests import (
    Ask,
    Options,
    Submission,
    approve_booking_request,
    edit_booking_request,
    submit_booking_request,
    withdraw_booking_request,
)
from sidegate.actions.errors import AlreadyDecided, InvalidInput, StaleEdit, TokenReused, TooMany
from sidegate.models import BookingRequest, Event, Message
from tests import factories
from tests.conftest import Cast

from .conftest import MONDAY, SATURDAY, THURSDAY, TUESDAY
from .test_plan import agree


def filled(cast: Cast, **fields: Any) -> Ask:
    defaults: dict[str, Any] = {
        "kind": "one_time",
        "property_id": cast.palm_court.pk,
        "service_id": cast.mowing.pk,
        "window_start": TUESDAY,
        "window_end": THURSDAY,
    }
    return Ask(**{**defaults, **fields})


def submit(cast: Cast, *, token: str = "form-1", **fields: Any) -> Submission:
    return submit_booking_request(
        business=cast.greenlawn,
        client=cast.maria,
        by=cast.maria_user,
        ask=filled(cast, **fields),
        token=token,
    )


def refusal(cast: Cast, **fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        submit(cast, **fields)
    assert BookingRequest.objects.count() == 0
    return {name: str(sentence) for name, sentence in refused.value.errors.items()}


def test_sending_stores_a_pending_request_and_tells_client_and_office(cast: Cast) -> None:
    made = submit(cast, notes="The gate is open.").booking_request
    assert (made.status, made.reply_by, made.shown_price_minor) == ("pending", TUESDAY, 9500)
    told = {(m.key, m.to_address, m.language) for m in Message.objects.all()}
    assert told == {
        ("booking.received", "maria@example.com", "es"),
        ("booking.submitted", "dana@example.com", "en"),
    }
    assert [event.verb for event in Event.objects.all()] == ["submitted"]


def test_the_reply_day_is_counted_in_working_days(cast: Cast, monday_morning: Any) -> None:
    monday_morning.move_to("2026-03-06T20:00:00Z")  # Friday afternoon
    cast.greenlawn.closed_dates = ["2026-03-09"]
    cast.greenlawn.save()
    made = submit(cast, window_start=date(2026, 3, 10), window_end=date(2026, 3, 12)).booking_request
    assert made.reply_by == date(2026, 3, 10)


def test_the_price_shown_is_her_agreed_one(cast: Cast) -> None:
    agree(cast, price_minor=8000)
    assert submit(cast).booking_request.shown_price_minor == 8000


def test_where_the_business_hides_prices_none_is_stored(cast: Cast) -> None:
    cast.greenlawn.shows_prices = False
    cast.greenlawn.save()
    assert submit(cast).booking_request.shown_price_minor is None


def test_the_same_form_sent_twice_is_one_request(cast: Cast) -> None:
    first, second = submit(cast), submit(cast)
    assert second.is_repeat and second.booking_request == first.booking_request
    assert (BookingRequest.objects.count(), Message.objects.count()) == (1, 2)


def test_t02_the_same_token_with_other_contents_is_refused(cast: Cast) -> None:
    submit(cast)
    with pytest.raises(TokenReused):
        submit(cast, notes="Something else.")
    assert BookingRequest.objects.get().notes == ""
    submit(cast, token="form-2", notes="Something else.")
    assert BookingRequest.objects.count() == 2


def test_a_resend_after_an_answer_still_finds_its_request(cast: Cast) -> None:
    first = submit(cast)
    approve_booking_request(first.booking_request, by=cast.dana)
    assert submit(cast).is_repeat


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"window_start": THURSDAY, "window_end": TUESDAY}, "window_end", "The last day is before the first"),
        ({"window_start": date(2026, 3, 1)}, "window_start", "That day has passed"),
        ({"window_end": MONDAY + timedelta(days=91)}, "window_end", "too far ahead"),
        (
            {"window_start": SATURDAY, "window_end": SATURDAY},
            "window_end",
            "The next day we do is Mon, Mar 9",
        ),
        ({"window_start": None}, "window_start", "Choose the first day"),
        ({"window_end": None}, "window_end", "Choose the last day"),
        ({"kind": "party"}, "kind", "Choose what you need"),
        ({"kind": "recurring"}, "frequency", "Choose how often"),
        ({"kind": "recurring", "frequency": "hourly"}, "frequency", "Choose how often"),
        ({"part_of_day": "night"}, "part_of_day", "Choose any time"),
        ({"notes": "x" * 10_000}, "notes", "up to 2,000 characters; these have 10,000"),
        ({"service_id": None}, "service", "Choose a service"),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field(
    cast: Cast, fields: dict[str, Any], field: str, sentence: str
) -> None:
    assert sentence in refusal(cast, **fields)[field]


def test_too_soon_is_said_with_the_first_possible_day(cast: Cast) -> None:
    cast.greenlawn.lead_days = 2
    cast.greenlawn.save()
    assert "The first day you can ask for is Wed, Mar 4" in refusal(cast)["window_start"]


def test_only_requestable_services_of_this_business_can_be_asked_for(cast: Cast) -> None:
    private = factories.make_service(business=cast.greenlawn, is_requestable=False)
    foreign = factories.make_service(business=cast.bluepool)
    for service in (private, foreign):
        assert set(refusal(cast, service_id=service.pk)) == {"service"}


def test_a_property_of_another_client_is_refused(cast: Cast) -> None:
    assert set(refusal(cast, property_id=cast.cedar_row.pk)) == {"property"}


def test_the_only_property_need_not_be_chosen_but_two_must_be(cast: Cast) -> None:
    assert submit(cast, property_id=None).booking_request.property == cast.palm_court
    factories.make_property(client=cast.maria, address="3 Lake Road")
    with pytest.raises(InvalidInput) as refused:
        submit(cast, token="form-2", property_id=None)
    assert set(refused.value.errors) == {"property"}


def test_an_issue_about_a_visit_is_about_its_service_and_property(cast: Cast) -> None:
    lake = factories.make_property(client=cast.maria, address="3 Lake Road")
    pruning = factories.make_service(business=cast.greenlawn, names={"en": "Pruning"}, is_requestable=False)
    agreed = agree(cast, property=lake, service=pruning)
    visit = factories.make_visit(client_service=agreed, date=date(2026, 2, 27), status="completed")
    made = submit(cast, kind="issue_report", about_visit_id=visit.pk).booking_request
    assert (made.property, made.service, made.about_visit) == (lake, pruning, visit)


def test_another_clients_visit_cannot_be_reported(cast: Cast) -> None:
    omars = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    visit = factories.make_visit(client_service=omars, date=date(2026, 2, 27))
    assert set(refusal(cast, kind="issue_report", about_visit_id=visit.pk)) == {"about_visit"}


def test_ten_requests_an_hour_are_enough(cast: Cast) -> None:
    for number in range(10):
        submit(cast, token=f"form-{number}")
    with pytest.raises(TooMany) as refused:
        submit(cast, token="form-11")
    assert refused.value.limit == "requests_per_hour"


def test_the_form_offers_her_last_three_visits(cast: Cast) -> None:
    agreed = agree(cast)
    days = [date(2026, 2, day) for day in (3, 10, 17, 24)]
    for day in [*days, THURSDAY]:
        factories.make_visit(client_service=agreed, date=day)
    assert [v.date for v in Options(cast.greenlawn, cast.maria).visits] == days[:0:-1]


def edit(cast: Cast, booking_request: BookingRequest, *, version: int = 0, **fields: Any) -> None:
    edit_booking_request(
        booking_request, by=cast.maria_user, client=cast.maria, ask=filled(cast, **fields), version=version
    )


def test_an_edit_changes_the_request_renews_the_price_and_tells_the_office(cast: Cast) -> None:
    made = submit(cast).booking_request
    cast.mowing.price_minor = 9900
    cast.mowing.save()
    edit(cast, made, notes="Please bring the small mower.")
    made.refresh_from_db()
    assert (made.notes, made.shown_price_minor, made.version) == ("Please bring the small mower.", 9900, 1)
    assert Message.objects.filter(key="booking.edited", to_address="dana@example.com").count() == 1


def test_an_edit_keeps_the_reply_day_and_the_stored_hash(cast: Cast, monday_morning: Any) -> None:
    made = submit(cast).booking_request
    before = (made.reply_by, made.submit_hash)
    monday_morning.shift(timedelta(days=1))
    edit(cast, made, notes="Later.")
    made.refresh_from_db()
    assert (made.reply_by, made.submit_hash) == before


def test_a_stale_edit_is_refused_with_the_text_as_it_is_now(cast: Cast) -> None:
    made = submit(cast).booking_request
    edit(cast, made, notes="First.")
    with pytest.raises(StaleEdit) as refused:
        edit(cast, made, notes="Second.", version=0)
    assert refused.value.booking_request.notes == "First."


def test_what_was_answered_can_be_neither_edited_nor_withdrawn(cast: Cast) -> None:
    made = submit(cast).booking_request
    approve_booking_request(made, by=cast.dana)
    with pytest.raises(AlreadyDecided):
        edit(cast, made, version=1)
    with pytest.raises(AlreadyDecided):
        withdraw_booking_request(made, by=cast.maria_user)


def test_withdrawing_takes_it_out_of_the_queue_and_tells_the_office(cast: Cast) -> None:
    made = submit(cast).booking_request
    withdraw_booking_request(made, by=cast.maria_user)
    assert BookingRequest.objects.pending().count() == 0
    assert Message.objects.filter(key="booking.withdrawn", to_address="dana@example.com").count() == 1
