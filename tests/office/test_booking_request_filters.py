"""The queue narrowed: by kind, service, client, technician, age and text, in the address."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.booking_requests import finding
from sidegate.models import BookingRequest
from tests import factories
from tests.conftest import Cast
from tests.office.reading import main, statements
from tests.office.test_booking_requests import QUEUE, badge, page_of, waiting


def shown(office: Browser, **filters: Any) -> set[str]:
    answer = office.get(QUEUE, filters)
    assert answer.status_code == 200
    return set(re.findall(r'data-reference="([^"]+)"', answer.content.decode()))


def of_omar(cast: Cast, **fields: Any) -> BookingRequest:
    return waiting(cast, client=cast.omar, property=cast.cedar_row, **fields)


def test_each_filter_leaves_what_it_names_and_they_combine(office: Browser, cast: Cast) -> None:
    pool = factories.make_service(business=cast.greenlawn, names={"en": "Pool"})
    hers, his = waiting(cast), of_omar(cast)
    issue = waiting(cast, kind="issue_report")
    pools = of_omar(cast, service=pool)
    everything = {hers.reference, his.reference, issue.reference, pools.reference}
    assert shown(office) == everything
    assert shown(office, kind="issue_report") == {issue.reference}
    assert shown(office, service=pool.pk) == {pools.reference}
    assert shown(office, client="brooks") == {his.reference, pools.reference}
    assert shown(office, client="omar", service=cast.mowing.pk) == {his.reference}
    assert shown(office, client="omar", kind="issue_report") == set()
    assert shown(office, kind="party", service="x", age="2", technician="-") == everything


@pytest.mark.parametrize(
    "typed", ["alvarez", "ÁLVAREZ maria", "palm court", "HIERBA", "  hierba   alta ", "álvarez palm"]
)
def test_text_is_found_in_name_address_and_notes_however_it_is_written(
    office: Browser, cast: Cast, typed: str
) -> None:
    hers = waiting(cast, notes="La hierba está muy alta.")
    of_omar(cast)
    assert shown(office, q=typed) == {hers.reference}


def test_a_reference_is_found_with_and_without_its_dash(office: Browser, cast: Cast) -> None:
    hers = waiting(cast)
    of_omar(cast)
    for typed in (hers.reference, hers.reference.lower(), hers.reference.replace("-", "").lower()):
        assert shown(office, q=typed) == {hers.reference}


def test_a_client_is_found_by_phone_as_it_is_written(office: Browser, cast: Cast) -> None:
    type(cast.omar).objects.filter(pk=cast.omar.pk).update(phone="+15550102233")
    his = of_omar(cast)
    waiting(cast)
    for typed in ("555 010 2233", "(555) 010-2233", "2233"):
        assert shown(office, client=typed) == {his.reference}


def test_age_counts_days_and_due_is_today_or_late(office: Browser, cast: Cast) -> None:
    now, today = timezone.now(), cast.greenlawn.today()
    old = waiting(cast, created_at=now - timedelta(days=8), reply_by=today - timedelta(days=7))
    older_than_one = waiting(cast, created_at=now - timedelta(days=2), reply_by=today)
    new = waiting(cast, created_at=now, reply_by=today + timedelta(days=1))
    assert shown(office, age="7") == {old.reference}
    assert shown(office, age="3") == {old.reference}
    assert shown(office, age="1") == {old.reference, older_than_one.reference}
    assert shown(office, age="due") == {old.reference, older_than_one.reference}
    assert new.reference in shown(office)


def test_a_technicians_requests_are_those_of_the_agreement_or_of_the_visit_asked_about(
    office: Browser, cast: Cast
) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park")
    ana = factories.make_member(business=cast.greenlawn, role="staff", name="Ana Ruiz")
    agreed = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, technician=theo
    )
    other = factories.make_service(business=cast.greenlawn, names={"en": "Pool"})
    under = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=other)
    visit = factories.make_visit(client_service=under, date=cast.greenlawn.today(), technician=ana)
    matching = waiting(cast)
    about = of_omar(cast, kind="issue_report", service=other, about_visit=visit)
    of_omar(cast)
    assert shown(office, technician=theo.pk) == {matching.reference}
    assert shown(office, technician=ana.pk) == {about.reference}
    type(agreed).objects.filter(pk=agreed.pk).update(status="paused")
    assert shown(office, technician=theo.pk) == set()


def test_chips_say_what_is_shown_and_each_takes_itself_away(office: Browser, cast: Cast) -> None:
    waiting(cast)
    answer = office.get(QUEUE, {"kind": "one_time", "q": "palm", "age": "1"})
    page = answer.content.decode()
    assert "Kind: One-time visit" in page and "Holds: “palm”" in page
    links = re.findall(r'href="([^"]+)" aria-label="Without ([^"]+)"', page)
    assert {words: link.partition("?")[2].replace("&amp;", "&") for link, words in links} == {
        "Holds: “palm”": "kind=one_time&age=1",
        "Kind: One-time visit": "age=1&q=palm",
        "Has waited: Longer than 1 day": "kind=one_time&q=palm",
    }


def test_nothing_found_says_what_to_do(office: Browser, cast: Cast) -> None:
    waiting(cast)
    read = main(office.get(QUEUE, {"q": "nobody"}))
    assert "Nothing found" in read and "Show all" in read


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "a[b(", "\\", "%", "_", "'; DROP", "x" * 5000, "\x00"]
)
def test_hostile_text_is_looked_for_and_escaped(office: Browser, cast: Cast, typed: str) -> None:
    waiting(cast)
    answer = office.get(QUEUE, {"q": typed, "client": typed, "service": typed, "after": typed})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_filters_go_on_over_pages(office: Browser, cast: Cast) -> None:
    references = [waiting(cast).reference for _ in range(53)]
    of_omar(cast)
    page = office.get(QUEUE, {"client": "maria"}).content.decode()
    (link,) = re.findall(r'href="([^"]*after=[^"]+)"', page)
    assert "client=maria" in link
    rest = office.get(link.replace("&amp;", "&")).content.decode()
    assert re.findall(r'data-reference="([^"]+)"', rest) == references[50:]


def test_one_page_looks_no_further_than_its_bound_and_says_so(
    office: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 3)
    for _ in range(4):
        waiting(cast)
    his = of_omar(cast)
    page = office.get(QUEUE, {"client": "omar"})
    assert "Look further below" in main(page)
    (link,) = re.findall(r'href="([^"]*after=[^"]+)"', page.content.decode())
    assert his.reference in office.get(link.replace("&amp;", "&")).content.decode()


def test_presses_keep_the_list_without_scripts(office: Browser, cast: Cast) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    first, second, his = waiting(cast), waiting(cast), of_omar(cast)
    form = {"filters": "client=maria"}
    assert 'name="filters" value="client=maria"' in office.get(QUEUE, {"client": "maria"}).content.decode()
    answer = office.post(page_of(first, "approve"), form, follow=True)
    page = answer.content.decode()
    assert set(re.findall(r'data-reference="([^"]+)"', page)) == {second.reference}
    assert "Undo" in page and badge(answer) == {"2"} and his.reference not in page
    answer = office.post(page_of(first, "undo"), form, follow=True)
    assert set(re.findall(r'data-reference="([^"]+)"', answer.content.decode())) == {
        first.reference,
        second.reference,
    }


def test_what_comes_back_as_filters_is_read_anew(office: Browser, cast: Cast) -> None:
    sent = {"filters": "next=//evil.example&client=%22%3E%3Cscript%3E&answered=x"}
    answer = office.post(page_of(waiting(cast), "decline"), sent)
    assert answer["Location"].startswith(f"{QUEUE}?answered=")
    assert "evil" not in answer["Location"] and "<" not in answer["Location"]


def test_nothing_of_another_business_is_found(office: Browser, cast: Cast) -> None:
    home = factories.make_property(client=cast.bluepool_client)
    service = factories.make_service(business=cast.bluepool)
    theirs = factories.make_booking_request(client=cast.bluepool_client, property=home, service=service)
    waiting(cast)
    for filters in ({"q": "sam"}, {"client": "sam"}, {"service": service.pk}, {"q": theirs.reference}):
        assert shown(office, **filters) == set()


@pytest.mark.parametrize("rows", [3, 50])
def test_the_queue_costs_few_statements_however_narrowed(office: Browser, cast: Cast, rows: int) -> None:
    for _ in range(rows):
        waiting(cast)
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park")
    factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, technician=theo
    )
    narrowed = f"?q=palm&client=maria&kind=one_time&service={cast.mowing.pk}&technician={theo.pk}"
    assert statements(office, QUEUE) <= 12
    assert statements(office, QUEUE + narrowed) <= 13
