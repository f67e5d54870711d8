"""A new client in one screen: who, where, what at which price, and invited in the same press."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.invariants import violations
from sidegate.models import Client, ClientService, Message, Service, User, Visit
from sidegate.office.new_client_form import NewClientForm
from tests import factories
from tests.conftest import Cast

from .reading import errors, main, token

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/greenlawn/office/clients/new"
ANA = {"name": "Ana Ruiz", "email": "ana@example.com", "language": "es", "address": "9 Bay Road"}


def add(office: Browser, **typed: Any) -> Any:
    return office.post(NEW, {"token": token(office.get(NEW)), **ANA, **typed}, follow=True)


def test_services_come_along_each_at_its_own_price(office: Browser, cast: Cast) -> None:
    hedges = factories.make_service(business=cast.greenlawn, names={"en": "Hedges"}, price_minor=None)
    soon = cast.greenlawn.today() + timedelta(days=3)
    page = add(
        office,
        service_1=str(cast.mowing.pk), price_1="", frequency_1="weekly", next_visit_1=str(soon),
        service_2=str(hedges.pk), price_2="140", frequency_2="once", next_visit_2="",
    )  # fmt: skip
    assert "Ana Ruiz is in." in main(page)
    agreed = ClientService.objects.filter(client__name="Ana Ruiz").order_by("id")
    assert [(row.service, row.price_minor, row.frequency) for row in agreed] == [
        (cast.mowing, 9500, "weekly"),
        (hedges, 14000, ""),
    ]
    assert Visit.objects.filter(client_service=agreed[0]).count() == 4
    assert not Visit.objects.filter(client_service=agreed[1]).exists()
    assert violations() == []


def test_invited_in_the_same_press(office: Browser, cast: Cast) -> None:
    assert "Ana Ruiz is in, and invited." in main(add(office, invites="on"))
    assert Message.objects.get().to_address == "ana@example.com"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"price_1": "95"}, "service_1"),
        ({"service_1": "mowing", "price_1": "95 or 96"}, "price_1"),
        ({"service_1": "mowing", "next_visit_1": "2020-01-01"}, "next_visit_1"),
        ({"service_1": "mowing", "next_visit_1": "9999-12-31", "frequency_1": "weekly"}, "next_visit_1"),
        ({"service_1": "mowing", "next_visit_1": "9999-12-31", "frequency_1": "monthly"}, "next_visit_1"),
        ({"service_1": "mowing", "next_visit_1": "2999-01-01", "frequency_1": "once"}, "next_visit_1"),
        ({"frequency_1": "weekly"}, "service_1"),
        ({"service_1": "unpriced"}, "price_1"),
        ({"service_2": "019376f4-0000-7000-8000-000000000001"}, "service_2"),
        ({"invites": "on", "email": "", "phone": "(305) 555-0142"}, "email"),
        ({"service_1": "mowing", "email": "maria@example.com"}, "email"),
    ],
)
def test_a_mistake_anywhere_keeps_everything_typed_and_stores_nothing(
    office: Browser, cast: Cast, typed: dict[str, str], field: str
) -> None:
    unpriced = factories.make_service(business=cast.greenlawn, names={"en": "Odd jobs"}, price_minor=None)
    known = {"mowing": str(cast.mowing.pk), "unpriced": str(unpriced.pk)}
    before = (Client.objects.count(), ClientService.objects.count())
    answer = add(office, **{name: known.get(value, value) for name, value in typed.items()})
    assert answer.status_code == 422
    assert set(errors(answer)) == {field}
    assert 'value="9 Bay Road"' in answer.content.decode()
    assert (Client.objects.count(), ClientService.objects.count()) == before


def test_a_business_without_services_asks_for_none(office: Browser, cast: Cast) -> None:
    Service.objects.all().delete()
    assert "What they get" not in main(office.get(NEW))
    assert "Add a service next." in main(add(office))


def test_the_same_form_after_they_signed_in_invites_nobody_again(office: Browser, cast: Cast) -> None:
    form = {"token": token(office.get(NEW)), "invites": "on"}
    add(office, **form)
    User.objects.filter(email="ana@example.com").update(last_login=timezone.now())
    assert "No invitation was needed" in main(add(office, **form))
    assert Message.objects.count() == 1


def test_someone_who_signs_in_elsewhere_is_invited_here(office: Browser, cast: Cast) -> None:
    User.objects.create(email="ana@example.com", name="Ana", last_login=timezone.now())
    assert "Ana Ruiz is in, and invited." in main(add(office, invites="on"))
    assert Message.objects.get().to_address == "ana@example.com"


def test_a_service_that_went_while_it_was_typed_is_said_and_nothing_is_stored(
    office: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed = NewClientForm.agreed

    def archived_meanwhile(form: NewClientForm) -> Any:
        Service.objects.filter(pk=cast.mowing.pk).update(archived_at=timezone.now())
        return agreed(form)

    monkeypatch.setattr(NewClientForm, "agreed", archived_meanwhile)
    answer = add(office, service_1=str(cast.mowing.pk))
    assert answer.status_code == 422
    assert "Choose a service from the list." in main(answer)
    assert not Client.objects.filter(name="Ana Ruiz").exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"email": "", "phone": "(305) 555-0142"},
        {"invites": "on"},
        {"service_1": "mowing", "next_visit_1": "soon", "tags": "north, weekly", "notes": "Two dogs"},
    ],
)
def test_the_same_form_sent_twice_is_one_client(office: Browser, cast: Cast, typed: dict[str, str]) -> None:
    known = {"mowing": str(cast.mowing.pk), "soon": str(cast.greenlawn.today() + timedelta(days=3))}
    form = {
        "token": token(office.get(NEW)),
        **{name: known.get(value, value) for name, value in typed.items()},
    }
    pages = [main(add(office, **form)) for _press in range(3)]
    assert [page.startswith(pages[0][:20]) for page in pages] == [True] * 3
    assert "Ana Ruiz is in" in pages[2]
    assert Client.objects.filter(name="Ana Ruiz").count() == 1
    assert ClientService.objects.filter(client__name="Ana Ruiz").count() == ("service_1" in typed)
    assert Message.objects.count() == ("invites" in typed)
    assert violations() == []


def test_a_form_that_was_sent_before_adds_nothing_else_until_it_is_pressed_once_more(
    office: Browser, cast: Cast
) -> None:
    form = {**ANA, "token": token(office.get(NEW))}
    add(office, **form)
    for changed in (
        {"name": "Ben Ito", "email": "ben@example.com"},
        {"address": "5 Hill"},
        {"service_1": str(cast.mowing.pk)},
    ):
        again = add(office, **{**form, **changed})
        assert again.status_code == 422
        assert "This form was sent before, and Ana Ruiz is in. Nothing was added now." in main(again)
        assert Client.objects.filter(business=cast.greenlawn).count() == 3
    other = {"name": "Ben Ito", "email": "ben@example.com", "token": token(again)}
    assert "Ben Ito is in." in main(add(office, **other))


def test_the_same_form_sent_many_times_at_once_is_one_client(
    cast: Cast, signed_in: Callable[[User], Browser], office: Browser
) -> None:
    for number in range(12):
        reach = (
            {"email": f"ana{number}@example.com"} if number % 2 else {"email": "", "phone": "(305) 555-0142"}
        )
        form = {**ANA, **reach, "name": f"Ana {number}", "token": token(office.get(NEW)), "invites": ""}
        if number % 2:
            form["invites"] = "on"
        form["service_1"] = str(cast.mowing.pk)
        browsers = [signed_in(cast.dana) for _tab in range(4)]
        together = Barrier(len(browsers))
        answers = at_once(browsers, together, form)
        assert [answer.status_code for answer in answers] == [302] * 4
        made = Client.objects.get(name=f"Ana {number}")
        assert {answer["Location"] for answer in answers} == {f"/greenlawn/office/clients/{made.pk}"}
        assert ClientService.objects.filter(client=made).count() == 1
    assert Message.objects.count() == 6
    assert violations() == []


def at_once(browsers: list[Browser], together: Barrier, form: dict[str, str]) -> list[Any]:
    def send(browser: Browser) -> Any:
        try:
            together.wait(timeout=20)
            return browser.post(NEW, form)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(browsers)) as threads:
        return list(threads.map(send, browsers))


@pytest.mark.parametrize("sent", ["", "019376f4-0000-7000-8000-000000000001", "no:token", "😀:x"])
def test_a_form_without_a_token_of_ours_is_kept_to_be_sent_once_more(
    office: Browser, cast: Cast, sent: str
) -> None:
    answer = add(office, token=sent)
    assert answer.status_code == 422
    assert "What you typed is kept: press once more." in main(answer)
    assert 'value="9 Bay Road"' in answer.content.decode()
    assert not Client.objects.filter(name="Ana Ruiz").exists()


def test_a_token_of_another_business_is_none_here(
    office: Browser, cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    theirs = token(signed_in(cast.bea).get("/bluepool/office/clients/new"))
    assert add(office, token=theirs).status_code == 422
    assert not Client.objects.filter(name="Ana Ruiz").exists()
