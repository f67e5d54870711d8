"""Asking for a visit and following it, through HTTP (DESIGN rules 1 to 6)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.actions.booking_requests import approve_booking_request, decline_booking_request
from sidegate.models import BookingRequest, Event, Message, Photo
from tests import factories, pictures
from tests.conftest import Cast
from tests.office.test_booking_requests import text, waiting

FORM = "/greenlawn/requests/new"


def filled(portal: Browser, cast: Cast, **fields: Any) -> dict[str, Any]:
    """The form as Maria fills it in, with the token her page carries."""
    token = re.findall(r'name="token" value="([^"]+)"', portal.get(FORM).content.decode())[0]
    start = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + timedelta(days=1))
    assert start
    typed = {
        "kind": "one_time",
        "service": str(cast.mowing.pk),
        "window_start": start.isoformat(),
        "window_end": (start + timedelta(days=2)).isoformat(),
        "part_of_day": "morning",
        "notes": "La hierba está muy alta.",
        "token": token,
    }
    return {**typed, **fields}


def sent(portal: Browser, cast: Cast, **fields: Any) -> BookingRequest:
    answer = portal.post(FORM, filled(portal, cast, **fields))
    assert answer.status_code == 302, text(answer)
    return BookingRequest.objects.latest("id")


def test_the_home_leads_to_the_form(portal: Browser, cast: Cast) -> None:
    home = portal.get("/greenlawn/")
    assert "+ Solicitar una visita" in text(home)
    assert FORM in home.content.decode()


def test_sending_answers_with_the_reply_day_and_a_reference(portal: Browser, cast: Cast) -> None:
    answer = portal.post(FORM, filled(portal, cast), follow=True)
    made = BookingRequest.objects.get()
    assert answer.redirect_chain == [(f"/greenlawn/requests/{made.reference}/sent", 302)]
    assert made.reference in text(answer)
    assert (made.client, made.part_of_day, made.shown_price_minor) == (cast.maria, "morning", 9500)


def test_her_services_come_first_with_her_price(portal: Browser, cast: Cast) -> None:
    factories.make_service(
        business=cast.greenlawn, names={"en": "Aerating", "es": "Aireación"}, price_minor=12000
    )
    factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, price_minor=8000
    )
    read = text(portal.get(FORM))
    assert read.index("$80") < read.index("$120")


def test_where_prices_are_hidden_it_says_they_will_be_confirmed(portal: Browser, cast: Cast) -> None:
    cast.greenlawn.shows_prices = False
    cast.greenlawn.save()
    read = text(portal.get(FORM))
    assert "$95" not in read and "confirmaremos el precio" in read


def test_the_property_is_asked_only_where_there_are_several(portal: Browser, cast: Cast) -> None:
    assert 'name="property"' not in portal.get(FORM).content.decode()
    factories.make_property(client=cast.maria, address="3 Lake Road")
    form = portal.get(FORM).content.decode()
    assert 'name="property"' in form
    assert not re.search(r'name="property"[^>]*checked', form)


def test_bad_input_keeps_everything_typed_and_says_why_at_the_field(portal: Browser, cast: Cast) -> None:
    typed = filled(portal, cast, window_end="2020-01-01", notes="Con cariño <3")
    answer = portal.post(FORM, typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Con cariño &lt;3" in page and typed["token"] in page and typed["window_start"] in page
    assert re.search(r'name="window_end"[^>]*aria-invalid="true"', page) or re.search(
        r'aria-invalid="true"[^>]*name="window_end"', page
    )
    assert BookingRequest.objects.count() == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"notes": "x" * 10_000},
        {"window_start": "soon"},
        {"window_start": "2026-02-30"},
        {"window_start": ""},
        {"window_end": "9999-12-31"},
        {"service": "no-uuid"},
        {"service": ""},
        {"kind": "\x00"},
        {"kind": "recurring", "frequency": "sometimes"},
        {"part_of_day": "night"},
        {"token": ""},
        {"token": "x" * 500},
    ],
)
def test_no_input_makes_a_500_or_a_request(portal: Browser, cast: Cast, typed: dict[str, str]) -> None:
    assert portal.post(FORM, filled(portal, cast, **typed)).status_code == 422
    assert BookingRequest.objects.count() == 0


def test_control_signs_and_direction_overrides_are_not_stored(portal: Browser, cast: Cast) -> None:
    assert sent(portal, cast, notes="a\x00b\u202ec\r\nd").notes == "abc\nd"


def test_the_same_field_twice_is_no_form_of_ours(portal: Browser, cast: Cast) -> None:
    assert portal.post(FORM, filled(portal, cast, service=[str(cast.mowing.pk)] * 2)).status_code == 400


def test_t24_fields_that_are_not_in_the_form_are_ignored(portal: Browser, cast: Cast) -> None:
    extra = {"status": "approved", "client": str(cast.omar.pk), "business": str(cast.bluepool.pk), "price": "1",
             "shown_price_minor": "1", "id": str(cast.omar.pk), "created_by": "x", "is_staff": "1"}  # fmt: skip
    made = sent(portal, cast, **extra)
    assert (made.status, made.client, made.business, made.shown_price_minor) == (
        "pending", cast.maria, cast.greenlawn, 9500,
    )  # fmt: skip


def test_t01_pressing_send_twice_leads_to_one_request(portal: Browser, cast: Cast) -> None:
    typed = filled(portal, cast)
    first, second = portal.post(FORM, typed), portal.post(FORM, typed)
    assert first.url == second.url
    assert BookingRequest.objects.count() == 1


def test_t02_a_used_form_with_other_contents_is_refused_and_offers_a_new_token(
    portal: Browser, cast: Cast
) -> None:
    typed = filled(portal, cast)
    portal.post(FORM, typed)
    answer = portal.post(FORM, {**typed, "notes": "Otra cosa."})
    assert answer.status_code == 409 and "Otra cosa." in text(answer)
    token = re.findall(r'name="token" value="([^"]+)"', answer.content.decode())[0]
    assert portal.post(FORM, {**typed, "notes": "Otra cosa.", "token": token}).status_code == 302


def test_the_eleventh_request_of_an_hour_is_a_429_that_keeps_the_text(portal: Browser, cast: Cast) -> None:
    for _ in range(10):
        sent(portal, cast)
    answer = portal.post(FORM, filled(portal, cast))
    assert answer.status_code == 429 and int(answer["Retry-After"]) >= 60
    assert "La hierba está muy alta." in text(answer)


def test_photos_are_stored_and_shown_to_her_alone(portal: Browser, cast: Cast, signed_in: Any) -> None:
    made = sent(portal, cast, photos=[pictures.upload("one.jpg"), pictures.upload("two.jpg")])
    photo = Photo.objects.filter(booking_request=made).first()
    assert photo and Photo.objects.count() == 2
    address = f"/greenlawn/requests/{made.reference}/photos/{photo.pk}"
    answer = portal.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    office_address = f"/greenlawn/office/requests/{made.reference}/photos/{photo.pk}/thumbnail"
    assert signed_in(cast.dana).get(office_address).status_code == 200
    for other in (cast.omar_user, cast.bea, cast.bluepool_client_user):
        assert signed_in(other).get(address).status_code == 404
        assert signed_in(other).get(office_address).status_code == 404
    assert Browser().get(address).status_code == 302


def test_a_file_that_is_no_photo_is_said_at_its_field_and_nothing_is_stored(
    portal: Browser, cast: Cast
) -> None:
    typed = filled(portal, cast, photos=[pictures.upload("one.jpg"), pictures.text_file("notes.jpg")])
    answer = portal.post(FORM, typed)
    assert answer.status_code == 422 and "notes.jpg" in text(answer)
    assert (BookingRequest.objects.count(), Photo.objects.count()) == (0, 0)


def test_a_sixth_photo_is_left_out_in_words(portal: Browser, cast: Cast) -> None:
    answer = portal.post(FORM, filled(portal, cast, photos=[pictures.upload(f"{n}.jpg") for n in range(6)]))
    assert answer.status_code == 422 and "5.jpg" in text(answer)


def test_her_request_shows_its_history(portal: Browser, cast: Cast) -> None:
    made = sent(portal, cast)
    approve_booking_request(made, by=cast.dana, note="¡Hasta pronto!")
    read = text(portal.get(f"/greenlawn/requests/{made.reference}"))
    assert "Aprobada" in read and "¡Hasta pronto!" in read and "$95" in read


def test_while_it_can_be_undone_she_sees_it_waiting(portal: Browser, cast: Cast) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    made = sent(portal, cast)
    approve_booking_request(made, by=cast.dana)
    for page in ("/greenlawn/", f"/greenlawn/requests/{made.reference}"):
        read = text(portal.get(page))
        assert "Aprobada" not in read and "Pendiente" in read
    assert "Próxima visita" not in text(portal.get("/greenlawn/"))


def test_declined_reads_as_that_time_not_possible_and_offers_other_dates(portal: Browser, cast: Cast) -> None:
    made = sent(portal, cast, photos=[pictures.upload("one.jpg")])
    decline_booking_request(made, by=cast.dana, reason="Esa semana está completa.")
    page = portal.get(f"/greenlawn/requests/{made.reference}")
    assert "Esa semana está completa." in text(page) and "Pedir otras fechas" in text(page)
    again = portal.get(f"{FORM}?after={made.reference}")
    assert "La hierba está muy alta." in text(again)
    typed = filled(portal, cast)
    portal.post(f"{FORM}?after={made.reference}", typed)
    follow = BookingRequest.objects.latest("id")
    assert follow.follows == made and follow.photos.count() == 1


def test_an_edit_is_kept_and_the_office_told(portal: Browser, cast: Cast) -> None:
    made = sent(portal, cast)
    page = f"/greenlawn/requests/{made.reference}/edit"
    typed = filled(portal, cast, notes="Con la puerta abierta.", version="0")
    assert portal.post(page, typed).status_code == 302
    made.refresh_from_db()
    assert made.notes == "Con la puerta abierta."
    assert Message.objects.filter(key="booking.edited").count() == 1
    assert Event.objects.filter(verb="edited").count() == 1


def test_a_stale_edit_shows_both_texts(portal: Browser, cast: Cast) -> None:
    made = sent(portal, cast)
    page = f"/greenlawn/requests/{made.reference}/edit"
    portal.post(page, filled(portal, cast, notes="Primera.", version="0"))
    answer = portal.post(page, filled(portal, cast, notes="Segunda.", version="0"))
    assert answer.status_code == 409
    assert "Primera." in text(answer) and "Segunda." in text(answer)


def test_withdrawing_is_one_press(portal: Browser, cast: Cast) -> None:
    made = sent(portal, cast)
    portal.post(f"/greenlawn/requests/{made.reference}/withdraw")
    made.refresh_from_db()
    assert made.status == "withdrawn"


def test_omar_sees_nothing_of_marias(cast: Cast, signed_in: Any) -> None:
    made = waiting(cast)
    omar = signed_in(cast.omar_user)
    for act in ("", "/edit", "/sent"):
        theirs, random = (
            omar.get(f"/greenlawn/requests/{made.reference}{act}"),
            omar.get(f"/greenlawn/requests/ZZZ-ZZZ{act}"),
        )
        assert (theirs.status_code, theirs.content) == (404, random.content)
    assert omar.post(f"/greenlawn/requests/{made.reference}/withdraw").status_code == 404
    assert omar.get(f"{FORM}?after={made.reference}").status_code == 404


def test_the_home_takes_the_same_statements_for_one_request_or_three(
    portal: Browser, cast: Cast, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        waiting(cast)
        with CaptureQueriesContext(
            connection,
        ) as statements:
            portal.get("/greenlawn/")
        counts.append(len(statements))
        waiting(cast)
    assert counts[0] == counts[1]


def test_a_request_that_went_past_its_promise_or_its_days_says_so(portal: Browser, cast: Cast) -> None:
    today = cast.greenlawn.today()
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    page = f"/greenlawn/requests/{asked.reference}"
    assert "Vamos con retraso" not in text(portal.get(page))
    BookingRequest.objects.update(reply_by=today - timedelta(days=1))
    assert "Vamos con retraso" in text(portal.get(page))
    BookingRequest.objects.update(
        window_start=today - timedelta(days=3), window_end=today - timedelta(days=1)
    )
    assert "Esos días ya pasaron" in text(portal.get(page))
    BookingRequest.objects.update(status="withdrawn")
    assert "Esos días ya pasaron" not in text(portal.get(page))
