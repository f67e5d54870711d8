"""The decided list: who, when, how fast; narrowed as the queue is."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.booking_requests import approve_booking_request, decline_booking_request
from sidegate.models import BookingRequest
from sidegate.office import booking_request_decided
from tests import factories
from tests.conftest import Cast
from tests.office.reading import main, statements
from tests.office.test_booking_requests import QUEUE, waiting

DECIDED = f"{QUEUE}/decided"


def shown(office: Browser, **filters: Any) -> list[str]:
    answer = office.get(DECIDED, filters)
    assert answer.status_code == 200
    return re.findall(r'href="/greenlawn/office/requests/(\w{3}-\w{3})"', answer.content.decode())


def asked_before(cast: Cast, **ago: float) -> BookingRequest:
    return waiting(cast, created_at=timezone.now() - timedelta(**ago))


def test_a_row_says_how_long_the_answer_took_and_how_late_it_was(office: Browser, cast: Cast) -> None:
    one = asked_before(cast, hours=3)
    approve_booking_request(one, by=cast.dana)
    assert re.search(r"Dana Reyes · [^·]+ · after 3 h ", main(office.get(DECIDED)))
    late = asked_before(cast, days=5)
    BookingRequest.objects.filter(pk=late.pk).update(reply_by=cast.greenlawn.today() - timedelta(days=3))
    decline_booking_request(late, by=cast.dana)
    assert "after 5 days, 3 days later than promised" in main(office.get(DECIDED))


def test_the_median_of_thirty_days_is_one_calm_line(office: Browser, cast: Cast) -> None:
    assert "Half of your answers" not in main(office.get(DECIDED))
    for hours in (1, 4, 40):
        decline_booking_request(asked_before(cast, hours=hours), by=cast.dana)
    old = asked_before(cast, days=60)
    decline_booking_request(old, by=cast.dana)
    BookingRequest.objects.filter(pk=old.pk).update(decided_at=timezone.now() - timedelta(days=31))
    assert "Half of your answers of the last 30 days came within 4 h." in main(office.get(DECIDED))
    assert "Half of your answers" not in main(office.get(DECIDED, {"outcome": "approved"}))


def test_it_is_narrowed_by_outcome_by_whom_and_as_the_queue_is(office: Browser, cast: Cast) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park").user
    his = waiting(cast, client=cast.omar, property=cast.cedar_row)
    hers, slow = waiting(cast, kind="issue_report"), asked_before(cast, days=4)
    approve_booking_request(his, by=theo)
    decline_booking_request(hers, by=cast.dana, reason="Full.")
    decline_booking_request(slow, by=cast.dana)
    assert shown(office) == [slow.reference, hers.reference, his.reference]
    assert shown(office, outcome="approved") == [his.reference]
    assert shown(office, outcome="declined", kind="issue_report") == [hers.reference]
    assert shown(office, by=theo.pk) == [his.reference]
    assert shown(office, by=cast.bea.pk) == []
    assert shown(office, q="brooks cedar") == [his.reference]
    assert shown(office, age="3") == [slow.reference]
    BookingRequest.objects.filter(pk=slow.pk).update(reply_by=cast.greenlawn.today() - timedelta(days=1))
    assert shown(office, age="due") == [slow.reference]
    assert "Decided by: Theo Park" in main(office.get(DECIDED, {"by": theo.pk}))
    assert "Nothing found" in main(office.get(DECIDED, {"q": "nobody"}))


def test_pages_keep_the_filters_and_looking_has_a_bound(
    office: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking_request_decided, "LOOKED_THROUGH", 3)
    his = waiting(cast, client=cast.omar, property=cast.cedar_row)
    decline_booking_request(his, by=cast.dana)
    for _ in range(4):
        decline_booking_request(waiting(cast), by=cast.dana)
    page = office.get(DECIDED, {"client": "omar"})
    assert "Look further below" in main(page)
    (link,) = re.findall(r'href="([^"]*before=[^"]+)"', page.content.decode())
    assert "client=omar" in link
    assert his.reference in office.get(link.replace("&amp;", "&")).content.decode()


def test_the_second_page_of_decided_goes_on_where_the_first_ended(office: Browser, cast: Cast) -> None:
    rows = [waiting(cast) for _ in range(53)]
    same_moment = timezone.now()
    BookingRequest.objects.update(status="declined", decided_by=cast.dana, decided_at=same_moment)
    first = shown(office)
    (link,) = re.findall(r'href="([^"]*before=[^"]+)"', office.get(DECIDED).content.decode())
    rest = office.get(link.replace("&amp;", "&")).content.decode()
    assert first == [row.reference for row in rows[:2:-1]]
    assert re.findall(r'requests/(\w{3}-\w{3})"', rest) == [row.reference for row in rows[2::-1]]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_statements_at_any_length(office: Browser, cast: Cast, rows: int) -> None:
    for _ in range(rows):
        decline_booking_request(waiting(cast), by=cast.dana)
    assert statements(office, DECIDED) == 8
    assert statements(office, DECIDED + "?outcome=declined&q=maria") == 8
