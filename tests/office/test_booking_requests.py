"""The queue and its three presses, through HTTP (DESIGN rules 7 to 17)."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.models import BookingRequest, ClientService, Message, Visit
from sidegate.wording import dates
from tests import factories
from tests.conftest import Cast

QUEUE = "/greenlawn/office/requests"


def waiting(cast: Cast, **fields: Any) -> BookingRequest:
    fields = {"client": cast.maria, "property": cast.palm_court, "service": cast.mowing, **fields}
    return factories.make_booking_request(**fields)


def page_of(booking_request: BookingRequest, act: str = "") -> str:
    return f"{QUEUE}/{booking_request.reference}" + (f"/{act}" if act else "")


def text(response: Any) -> str:
    """What a person reads on the page: tags out, white space folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def fingerprints(response: Any) -> list[str]:
    return re.findall(r'name="plan" value="([0-9a-f]{32})"', response.content.decode())


def badge(response: Any) -> set[str]:
    found = re.findall(r'data-test="requests-badge"[^>]*>\s*([^<]*?)\s*<', response.content.decode())
    return set(found)


def test_the_row_shows_who_what_when_and_what_approve_will_do(office: Browser, cast: Cast) -> None:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    waiting(cast, notes="La hierba está muy alta.")
    read = text(office.get(QUEUE))
    for words in ("Maria Álvarez", "Mowing", "12 Palm Court", "La hierba está muy alta."):
        assert words in read
    assert re.search(r"Adds a visit on .* to Weekly mowing, \$95 ?\.", read)
    assert "Tells Maria in Spanish." in read


def test_the_badge_is_the_number_of_rows_and_right_after_each_press(office: Browser, cast: Cast) -> None:
    first, second, third = (waiting(cast) for _ in range(3))
    assert badge(office.get(QUEUE)) == {"3"}
    for booking_request, act, left in (
        (first, "approve", "2"),
        (second, "decline", "1"),
        (third, "approve", "0"),
    ):
        answer = office.post(page_of(booking_request, act), headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert badge(answer) == ({left} if left != "0" else {""}) or badge(answer) == {left}
    assert BookingRequest.objects.pending().count() == 0


def test_the_badge_stops_counting_at_99(office: Browser, cast: Cast) -> None:
    for _ in range(101):
        waiting(cast)
    assert badge(office.get(QUEUE)) == {"99+"}


def test_oldest_first(office: Browser, cast: Cast) -> None:
    references = [waiting(cast).reference for _ in range(3)]
    shown = re.findall(
        r'data-test="booking-request"[^>]*data-reference="([^"]+)"', office.get(QUEUE).content.decode()
    )
    assert shown == references


def test_approve_without_javascript_returns_to_the_queue_with_the_line_and_undo(
    office: Browser, cast: Cast
) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    booking_request = waiting(cast)
    (plan,) = fingerprints(office.get(QUEUE))
    answer = office.post(page_of(booking_request, "approve"), {"plan": plan}, follow=True)
    assert "Approved" in text(answer) and "Undo" in text(answer)
    assert Visit.objects.get().booking_request == booking_request


def test_approve_does_what_was_shown_or_shows_the_new_plan(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast)
    (plan,) = fingerprints(office.get(QUEUE))
    factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, price_minor=7000
    )
    answer = office.post(page_of(booking_request, "approve"), {"plan": plan})
    assert answer.status_code == 409
    assert "Nothing was done yet" in text(answer) and "$70" in text(answer)
    assert Visit.objects.count() == 0
    office.post(page_of(booking_request, "approve"), {"plan": fingerprints(answer)[0]})
    assert Visit.objects.get().client_service.price_minor == 7000


def test_t05_deciding_again_is_a_409_that_says_who_and_changes_nothing(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast)
    office.post(page_of(booking_request, "approve"))
    before = (Visit.objects.count(), Message.objects.count())
    for act in ("approve", "decline"):
        answer = office.post(page_of(booking_request, act))
        assert answer.status_code == 409
        assert "You had answered it already" in text(answer)
        assert "by Dana Reyes" in text(answer)
    assert (Visit.objects.count(), Message.objects.count()) == before


def form_of(response: Any) -> dict[str, str]:
    """Every field of the first approve form of a page, as its card holds it."""
    page = response.content.decode()
    names = ("plan", "planned_date", "date", "as_recurring", "charge")
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in names}
    return {name: match[1] for name, match in found.items() if match}


def test_who_comes_second_reads_who_was_faster(cast: Cast, signed_in: Any) -> None:
    booking_request = waiting(cast)
    ben = factories.make_member(business=cast.greenlawn, email="ben@example.com", name="Ben Ito").user
    signed_in(ben).post(page_of(booking_request, "decline"))
    answer = signed_in(cast.dana).post(page_of(booking_request, "approve"))
    assert (answer.status_code, Visit.objects.count()) == (409, 0)
    assert "Ben Ito was faster" in text(answer)


def test_a_line_goes_with_either_way_and_is_kept_when_something_stops_the_press(
    office: Browser, cast: Cast
) -> None:
    booking_request = waiting(cast, kind="recurring", frequency="weekly")
    page = office.get(page_of(booking_request))
    assert page.content.decode().count('hx-include="#note"') == 1
    _once, weekly = fingerprints(page)
    typed = {"plan": weekly, "as_recurring": "1", "note": ["", "Bring the dog in, please."]}
    cast.mowing.price_minor = 12000
    cast.mowing.save()
    answer = office.post(page_of(booking_request, "approve"), typed)
    assert answer.status_code == 409
    assert text(answer).count("Bring the dog in, please.") == 2  # the page's box, and the second way's own
    typed["plan"] = fingerprints(answer)[1]
    office.post(page_of(booking_request, "approve"), typed)
    assert "Bring the dog in, please." in Message.objects.get().text


def test_a_series_says_that_it_is_one(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast, kind="recurring", frequency="weekly")
    office.post(page_of(booking_request, "approve"), {"as_recurring": "1"})
    page = text(office.get(page_of(booking_request)))
    assert re.search(r"Approved · every week from \w+, \w+ \d+ · \$95", page)
    assert re.search(r"Approved: every week from .* \$95 a visit", page)


def test_on_its_own_page_a_decision_renews_the_page_and_in_the_queue_the_card(
    office: Browser, cast: Cast
) -> None:
    for is_own_page in (True, False):
        booking_request = waiting(cast)
        where = page_of(booking_request) if is_own_page else QUEUE
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{where}"}
        answer = office.post(page_of(booking_request, "approve"), headers=headers)
        assert ("HX-Refresh" in answer) is is_own_page
        assert ("waiting-count" in answer.content.decode()) is not is_own_page


def test_two_requests_pressed_from_one_page_never_share_a_day(office: Browser, cast: Cast) -> None:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    first, second = waiting(cast), waiting(cast)
    form = form_of(office.get(QUEUE))
    of_second = form_of(office.get(page_of(second)))
    assert form["date"] == form["planned_date"] == of_second["date"]
    assert office.post(page_of(first, "approve"), form).status_code == 302
    answer = office.post(page_of(second, "approve"), of_second)
    assert answer.status_code == 409
    office.post(page_of(second, "approve"), form_of(answer))
    assert len(set(Visit.objects.values_list("date", flat=True))) == 2


@pytest.mark.parametrize("typed", [{"charge": "false"}, {"client_service": "x"}, {"note": "x" * 1001}])
def test_what_cannot_be_read_is_refused_and_never_guessed(
    office: Browser, cast: Cast, typed: dict[str, str]
) -> None:
    booking_request = waiting(cast, kind="issue_report")
    assert office.post(page_of(booking_request, "approve"), typed).status_code == 422
    assert Visit.objects.count() == 0


def test_another_day_names_itself_on_the_button(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast)
    day = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + timedelta(days=20))
    assert day
    planned = office.get(
        page_of(booking_request, "plan"), {"date": day.isoformat()}, headers={"HX-Request": "true"}
    )
    assert re.search(r"Approve for \w+, \w+ \d+", text(planned))
    assert "outside the dates Maria asked for" in text(planned)
    answer = office.post(page_of(booking_request, "approve"), form_of(planned))
    assert answer.status_code == 302
    assert Visit.objects.get().date == day


@pytest.mark.parametrize(
    ("asked", "presses"),
    [
        ({"kind": "issue_report"}, ("Approve, no charge", "Approve at $95")),
        ({"kind": "recurring", "frequency": "weekly"}, ("Approve once", "Approve as weekly")),
    ],
)
def test_another_day_stands_on_both_buttons_where_there_are_two(
    office: Browser, cast: Cast, asked: dict[str, str], presses: tuple[str, str]
) -> None:
    booking_request = waiting(cast, **asked)
    day = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + timedelta(days=20))
    assert day
    planned = office.get(
        page_of(booking_request, "plan"), {"date": day.isoformat()}, headers={"HX-Request": "true"}
    )
    for press in presses:
        assert f"{press} · {dates.brief_day(day, 'en', 'US', today=cast.greenlawn.today())}" in text(planned)


@pytest.mark.parametrize("typed", ["2020-01-01", "9999-12-31", "soon", "2026-02-30"])
def test_a_date_that_cannot_be_is_said_and_nothing_is_done(office: Browser, cast: Cast, typed: str) -> None:
    booking_request = waiting(cast)
    answer = office.post(page_of(booking_request, "approve"), {"date": typed})
    assert answer.status_code in (409, 422)
    assert Visit.objects.count() == 0


def test_a_recurring_request_offers_two_buttons(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast, kind="recurring", frequency="weekly")
    queue = office.get(QUEUE)
    assert "Approve once" in text(queue) and "Approve as weekly" in text(queue)
    _once, weekly = fingerprints(queue)
    office.post(page_of(booking_request, "approve"), {"plan": weekly, "as_recurring": "1"})
    assert ClientService.objects.get().frequency == "weekly"
    assert Visit.objects.count() == 4


def test_an_issue_report_offers_no_charge_and_the_price(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast, kind="issue_report")
    queue = office.get(QUEUE)
    assert "Approve, no charge" in text(queue) and "Approve at $95" in text(queue)
    free, _charged = fingerprints(queue)
    office.post(page_of(booking_request, "approve"), {"plan": free, "charge": "no"})
    assert Visit.objects.get().is_charged is False


def test_a_service_without_a_price_offers_to_set_it_and_comes_back(office: Browser, cast: Cast) -> None:
    on_request = factories.make_service(
        business=cast.greenlawn, names={"en": "Landscaping"}, price_minor=None
    )
    booking_request = waiting(cast, service=on_request, shown_price_minor=None)
    queue = office.get(QUEUE)
    assert "Set Maria's price" in text(queue).replace("&#39;", "'")
    assert office.post(page_of(booking_request, "approve")).status_code == 409
    (link,) = re.findall(r'href="([^"]+/services/new\?[^"]+)"', queue.content.decode())
    form = office.get(link.replace("&amp;", "&"))
    assert form.status_code == 200


def test_decline_keeps_the_reason_and_writes_it(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast)
    office.post(page_of(booking_request, "decline"), {"reason": "That week is full."})
    assert "That week is full." in Message.objects.get().text
    booking_request.refresh_from_db()
    assert (booking_request.status, booking_request.reason) == ("declined", "That week is full.")


def test_a_ready_made_reason_goes_out_in_the_clients_language(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast)
    assert 'value="Esos días están completos."' in office.get(QUEUE).content.decode()
    office.post(page_of(booking_request, "decline"), {"reason": ["Lo siento.", "Esos días están completos."]})
    booking_request.refresh_from_db()
    assert booking_request.reason == "Lo siento.\nEsos días están completos."


def test_a_reason_too_long_is_said_and_kept(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast)
    answer = office.post(page_of(booking_request, "decline"), {"reason": "x" * 1001})
    assert answer.status_code == 422
    assert "up to 1,000 characters" in text(answer) and "x" * 1001 in text(answer)


def test_undo_brings_the_card_back(office: Browser, cast: Cast) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    booking_request = waiting(cast)
    office.post(page_of(booking_request, "approve"))
    answer = office.post(page_of(booking_request, "undo"), headers={"HX-Request": "true"})
    assert fingerprints(answer) and badge(answer) == {"1"}
    assert Visit.objects.count() == 0


def test_undo_too_late_says_already_sent(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast)
    office.post(page_of(booking_request, "approve"))
    answer = office.post(page_of(booking_request, "undo"))
    assert answer.status_code == 409 and "Already sent" in text(answer)


def test_decided_requests_stand_under_a_second_tab_with_who_and_when(office: Browser, cast: Cast) -> None:
    booking_request = waiting(cast)
    office.post(page_of(booking_request, "decline"), {"reason": "Full."})
    read = text(office.get(f"{QUEUE}/decided"))
    for words in ("Maria Álvarez", "Declined", "Dana Reyes", "Full."):
        assert words in read


def test_chips_show_what_is_due_today_and_issues(office: Browser, cast: Cast) -> None:
    today = cast.greenlawn.today()
    due = waiting(cast, reply_by=today)
    later = waiting(cast, reply_by=today + timedelta(days=3))
    issue = waiting(cast, kind="issue_report", reply_by=today + timedelta(days=3))

    def shown(show: str) -> set[str]:
        page = office.get(QUEUE, {"show": show}).content.decode()
        return set(re.findall(r'data-reference="([^"]+)"', page))

    assert shown("") == {due.reference, later.reference, issue.reference}
    assert shown("due") == {due.reference}
    assert shown("issues") == {issue.reference}


def test_an_empty_queue_is_friendly(office: Browser, cast: Cast) -> None:
    assert "All answered" in text(office.get(QUEUE))


def test_the_second_page_goes_on_where_the_first_ended(office: Browser, cast: Cast) -> None:
    references = [waiting(cast).reference for _ in range(53)]
    page = office.get(QUEUE).content.decode()
    (link,) = re.findall(r'href="([^"]*after=[^"]+)"', page)
    rest = re.findall(
        r'data-reference="([^"]+)"', office.get(f"{QUEUE}{link[link.index('?') :]}").content.decode()
    )
    assert rest == references[50:]


def test_a_client_without_email_is_told_by_hand_with_the_text_ready(office: Browser, cast: Cast) -> None:
    type(cast.maria).objects.filter(pk=cast.maria.pk).update(email="")
    booking_request = waiting(cast)
    assert "Maria has no email: you tell them." in text(office.get(QUEUE))
    office.post(page_of(booking_request, "approve"))
    assert Message.objects.get().text.split("\n")[0][:20] in text(office.get(page_of(booking_request)))


def test_what_belongs_to_another_business_is_a_404_like_any_other(
    office: Browser, cast: Cast, signed_in: Any
) -> None:
    booking_request = waiting(cast)
    bea = signed_in(cast.bea)
    for act in ("", "plan"):
        theirs = bea.get(page_of(booking_request, act))
        random = bea.get(f"{QUEUE}/ZZZ-ZZZ")
        assert (theirs.status_code, theirs.content) == (404, random.content)
    for act in ("approve", "decline", "undo"):
        assert bea.post(page_of(booking_request, act)).status_code == 404
        own_office = f"/bluepool/office/requests/{booking_request.reference}/{act}"
        assert bea.post(own_office).status_code == 404
    booking_request.refresh_from_db()
    assert booking_request.status == "pending"


def test_overdue_says_since_when(office: Browser, cast: Cast) -> None:
    waiting(cast, reply_by=cast.greenlawn.today() - timedelta(days=1))
    assert "was due yesterday" in text(office.get(QUEUE)).lower()


def test_the_page_is_written_for_dana_whatever_maria_reads(signed_in: Any, cast: Cast) -> None:
    cast.dana.language = "es"
    cast.dana.save()
    waiting(cast)
    read = text(signed_in(cast.dana).get(QUEUE))
    assert "Aprobar" in read and "Se avisa a Maria en español." in read


def test_dates_shift_for_nobody(office: Browser, cast: Cast) -> None:
    waiting(cast, window_start=date(2027, 5, 10), window_end=date(2027, 5, 12))
    assert "Mon, May 10 – Wed, May 12" in text(office.get(QUEUE))
