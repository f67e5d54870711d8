"""The catalog through the office's pages."""

import re
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.models import ClientService, Service
from tests import factories
from tests.conftest import Cast

from .reading import errors, main, statements

SERVICES = "/greenlawn/office/services"
TYPED = {
    "name_en": "Gutter cleaning",
    "name_es": "Limpieza de canaletas",
    "description_en": "Both sides.",
    "description_es": "",
    "category": "House",
    "price": "180",
    "duration_minutes": "120",
    "frequency": "",
    "is_requestable": "on",
}


def names(answer: Any) -> list[str]:
    return re.findall(r"<strong>(.*?)</strong>", answer.content.decode())


def test_a_service_is_added_with_its_name_in_each_language(office: Browser, cast: Cast) -> None:
    answer = office.post(f"{SERVICES}/new", TYPED, follow=True)
    made = Service.objects.get(category="House")
    assert made.names == {"en": "Gutter cleaning", "es": "Limpieza de canaletas"}
    assert (made.descriptions, made.price_minor, made.is_requestable) == ({"en": "Both sides."}, 18000, True)
    assert names(answer) == ["Mowing", "Gutter cleaning"]


def test_the_catalog_reads_in_the_language_of_who_looks(office: Browser, cast: Cast) -> None:
    cast.dana.language = "es"
    cast.dana.save()
    assert names(office.get(SERVICES)) == ["Corte de césped"]


def test_no_price_means_on_request(office: Browser, cast: Cast) -> None:
    office.post(f"{SERVICES}/new", {**TYPED, "price": ""})
    assert Service.objects.get(category="House").price_minor is None
    assert "on request" in main(office.get(SERVICES))


def test_a_changed_price_leaves_what_is_agreed(office: Browser, cast: Cast) -> None:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    office.post(f"{SERVICES}/{cast.mowing.pk}", {**TYPED, "price": "120"})
    assert Service.objects.get(pk=cast.mowing.pk).price_minor == 12000
    assert ClientService.objects.get().price_minor == 9500


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name_en": ""}, "name_en"),
        ({"price": "free"}, "price"),
        ({"duration_minutes": "0"}, "duration_minutes"),
        ({"duration_minutes": "½"}, "duration_minutes"),
        ({"frequency": "daily"}, "frequency"),
        ({"description_es": "x" * 1001}, "description_es"),
    ],
)
def test_a_mistake_is_a_sentence_at_its_field(
    office: Browser, cast: Cast, typed: dict[str, str], field: str
) -> None:
    answer = office.post(f"{SERVICES}/new", {**TYPED, **typed})
    assert (answer.status_code, set(errors(answer))) == (422, {field})
    assert "Limpieza de canaletas" in answer.content.decode()
    assert Service.objects.filter(business=cast.greenlawn).count() == 1


def test_services_are_moved_and_the_ends_are_ends(office: Browser, cast: Cast) -> None:
    office.post(f"{SERVICES}/new", TYPED)
    office.post(f"{SERVICES}/{cast.mowing.pk}/move", {"to": "down"})
    assert names(office.get(SERVICES)) == ["Gutter cleaning", "Mowing"]
    office.post(f"{SERVICES}/{cast.mowing.pk}/move", {"to": "sideways"})
    assert names(office.get(SERVICES)) == ["Gutter cleaning", "Mowing"]


def test_archiving_says_what_it_means_before_it_is_done(office: Browser, cast: Cast) -> None:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    question = main(office.get(f"{SERVICES}/{cast.mowing.pk}/archive"))
    assert "1 client who has it keeps it, at the agreed price" in question
    assert "1 request for it is waiting: it is kept, but can only be declined." in question
    assert Service.objects.active().filter(pk=cast.mowing.pk).exists()
    office.post(f"{SERVICES}/{cast.mowing.pk}/archive")
    assert names(office.get(SERVICES)) == []
    assert names(office.get(SERVICES, {"show": "archived"})) == ["Mowing"]
    office.post(f"{SERVICES}/{cast.mowing.pk}/bring-back")
    assert names(office.get(SERVICES)) == ["Mowing"]


def test_the_catalog_takes_as_many_statements_at_1_as_at_3(office: Browser, cast: Cast) -> None:
    one = statements(office, SERVICES)
    for _number in range(2):
        factories.make_service(business=cast.greenlawn)
    assert statements(office, SERVICES) == one == 5
