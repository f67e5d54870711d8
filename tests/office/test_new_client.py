"""A new client in one screen: who, where, what at which price, and invited in the same press."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.invariants import violations
from sidegate.models import Client, ClientService, Message, PortalUser, Service, User, Visit
from sidegate.models.identity import uuid7
from sidegate.office.new_client_form import NewClientForm
from tests import factories
from tests.conftest import Cast
from tests.faults.test_races import at_once

from .reading import errors, main

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/greenlawn/office/clients/new"
ANA = {
    "name": "Ana Ruiz",
    "email": "ana@example.com",
    "phone": "(305) 555-0111",
    "language": "es",
    "address": "9 Bay Road",
}


def add(office: Browser, **typed: Any) -> Any:
    return office.post(NEW, {**ANA, **typed}, follow=True)


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


def test_a_form_sent_twice_is_one_client_with_or_without_an_email(office: Browser, cast: Cast) -> None:
    for email in ("", "ana@example.com"):
        token = str(uuid7())
        add(office, email=email, token=token)
        again = add(office, email=email, token=token)
        assert "Ana Ruiz is in: this form had been sent before." in main(again)
        assert Client.objects.filter(name="Ana Ruiz").count() == 1
        Client.objects.filter(name="Ana Ruiz").update(name="Someone else", email="")
        PortalUser.objects.filter(user__email="ana@example.com").delete()


def test_a_form_sent_twice_in_the_same_instant_is_one_client(cast: Cast, signed_in: Any) -> None:
    for number in range(10):
        email = f"ana{number}@example.com" if number % 2 else ""
        typed = {**ANA, "email": email, "token": str(uuid7())}
        browsers = [signed_in(cast.dana), signed_in(cast.dana)]
        answers = at_once([lambda b=browser, t=typed: b.post(NEW, t) for browser in browsers])
        assert {answer.status_code for answer in answers} == {302}
        assert {answer["Location"] for answer in answers} == {answers[0]["Location"]}
        assert Client.objects.filter(name="Ana Ruiz").count() == number + 1


def test_the_key_of_anothers_client_makes_none_and_says_so(office: Browser, cast: Cast) -> None:
    answer = add(office, token=str(cast.bluepool_client.pk))
    assert "Please send it once more." in main(answer)
    assert not Client.objects.filter(name="Ana Ruiz").exists()
    for token in ("", "nonsense", "00000000-0000-4000-8000-000000000000"):
        assert "Ana Ruiz is in." in main(add(office, email="", token=token))
    assert Client.objects.filter(name="Ana Ruiz").count() == 3


def test_the_form_carries_its_key_on_when_it_comes_back_with_a_mistake(office: Browser, cast: Cast) -> None:
    token = str(uuid7())
    assert f'name="token" value="{token}"' in office.post(NEW, {**ANA, "name": "", "token": token}).text


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


def test_who_signed_in_for_another_business_is_invited_all_the_same(office: Browser, cast: Cast) -> None:
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
