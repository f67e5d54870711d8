"""The catalog: its lines, their order, and what archiving leaves as it is."""

from sidegate.actions.booking_requests import plan_approvals
from sidegate.actions.services import (
    ServiceDetails,
    add_service,
    archive_service,
    bring_back_service,
    change_service,
    move_service,
)
from sidegate.models import BookingRequest, ClientService, Service
from tests import factories
from tests.conftest import Cast

GUTTERS = ServiceDetails(names={"en": "Gutter cleaning", "es": "Limpieza de canaletas"}, price_minor=18000)


def order(cast: Cast) -> list[str]:
    rows = Service.objects.active().filter(business=cast.greenlawn).order_by("position", "id")
    return [row.name_in("en") for row in rows]


def test_a_new_service_stands_last_in_both_languages(cast: Cast) -> None:
    made = add_service(cast.greenlawn, GUTTERS)
    assert order(cast) == ["Mowing", "Gutter cleaning"]
    assert made.name_in("es") == "Limpieza de canaletas"


def test_a_service_without_a_price_is_on_request(cast: Cast) -> None:
    change_service(cast.mowing, ServiceDetails(names={"en": "Mowing"}, price_minor=None))
    assert Service.objects.get(pk=cast.mowing.pk).price_minor is None


def test_services_are_moved_up_and_down_and_stop_at_the_ends(cast: Cast) -> None:
    gutters = add_service(cast.greenlawn, GUTTERS)
    add_service(cast.greenlawn, ServiceDetails(names={"en": "Hedges"}))
    move_service(gutters, by_places=-1)
    assert order(cast) == ["Gutter cleaning", "Mowing", "Hedges"]
    move_service(gutters, by_places=-1)
    assert order(cast) == ["Gutter cleaning", "Mowing", "Hedges"]
    move_service(gutters, by_places=1)
    move_service(gutters, by_places=1)
    assert order(cast) == ["Mowing", "Hedges", "Gutter cleaning"]


def test_archiving_keeps_what_is_agreed_and_what_waits_and_approval_refuses(cast: Cast) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    archive_service(cast.mowing)
    assert ClientService.objects.get(pk=agreed.pk).status == "active"
    assert BookingRequest.objects.get(pk=asked.pk).status == "pending"
    assert plan_approvals([asked])[0].refusal == "service_archived"
    bring_back_service(cast.mowing)
    assert plan_approvals([asked])[0].refusal == ""
