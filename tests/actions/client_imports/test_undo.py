"""A whole import is taken back, as long as nothing else has touched what it made."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from sidegate.actions.booking_requests import facts_of
from sidegate.actions.client_imports import begin_undo, obstacles_to_undo, work_on_imports
from sidegate.actions.clients import ClientDetails, change_client
from sidegate.actions.errors import Conflict
from sidegate.actions.invariants import violations
from sidegate.models import (
    BookingRequest,
    Client,
    ClientImport,
    ClientService,
    Event,
    ImportedRow,
    Property,
    Service,
    User,
    Visit,
)
from tests import factories
from tests.conftest import Cast

from .tables import HEADER, fates, imported

pytestmark = pytest.mark.django_db(transaction=True)


def everything() -> dict[str, Any]:
    """Every row of every table, but for the imports themselves and a client's count of changes."""
    models = apps.get_app_config("sidegate").get_models()
    found = {}
    for model in models:
        if model not in (ClientImport, ImportedRow):
            rows = model._default_manager.order_by("pk").values()
            found[model.__name__] = [{k: v for k, v in row.items() if k != "decision_count"} for row in rows]
    return found


def table(cast: Cast) -> str:
    soon = cast.greenlawn.today() + timedelta(days=7)
    return (
        f"{HEADER}\n"
        f"Ana Ruiz,ana@example.com,,es,9 Bay Road,Gate 4,north,Mowing,weekly,85,{soon}\n"
        f"Ana Ruiz,ana@example.com,,,9 Bay Road,,,Pool check,monthly,40,{soon}\n"
        "Maria Luz,maria@example.com,305 555 0101,,12 Palm Court,Blue gate,vip,Mowing,weekly,99,\n"
        "Nobody,,,,,,,,,,\n"
        "Olga,,305 555 0111,,5 Hill,,,,,,\n"
    )


def undo(client_import: ClientImport) -> ClientImport:
    begin_undo(client_import)
    while work_on_imports():
        pass
    client_import.refresh_from_db()
    return client_import


def test_undone_everything_is_as_it_was(cast: Cast) -> None:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    before = everything()
    made = imported(cast, table(cast))
    assert fates(made) == {2: "added", 3: "changed", 4: "changed", 5: "refused", 6: "added"}
    assert everything() != before
    assert obstacles_to_undo(made) == {}
    assert undo(made).status == "undone"
    assert everything() == before
    assert fates(made) == {2: "undone", 3: "undone", 4: "undone", 5: "refused", 6: "undone"}
    assert violations() == []


def test_it_is_undone_once(cast: Cast) -> None:
    made = undo(imported(cast, table(cast)))
    with pytest.raises(Conflict):
        begin_undo(made)


@pytest.mark.parametrize(
    ("touch", "code"),
    [
        (lambda cast, ana: _asks(ana), "asked"),
        (
            lambda cast, ana: User.objects.filter(email="ana@example.com").update(last_login=timezone.now()),
            "signed_in",
        ),
        (lambda cast, ana: Visit.objects.filter(client_service__client=ana)[0:1].get().delete(), None),
        (lambda cast, ana: _completes_one(ana), "visit_changed"),
        (lambda cast, ana: factories.make_property(client=ana, address="Elsewhere"), "has_more"),
        (lambda cast, ana: _one_more_visit(ana), "has_more"),
        (lambda cast, ana: Client.objects.filter(pk=ana.pk).update(invited_at=timezone.now()), "changed"),
        (lambda cast, ana: change_client(ana, ClientDetails(name="Ana R.", email=ana.email)), "changed"),
        (lambda cast, ana: ClientService.objects.filter(client=ana).update(price_minor=1), "changed"),
        (lambda cast, ana: Property.objects.filter(client=ana).update(access_notes="Gate 9"), "changed"),
    ],
)
def test_whatever_touched_what_it_made_stands_in_the_way(cast: Cast, touch: Any, code: str | None) -> None:
    made = imported(cast, table(cast))
    touch(cast, Client.objects.get(name="Ana Ruiz"))
    found = set(obstacles_to_undo(made).values())
    assert found == ({code} if code else set())
    if code:
        with pytest.raises(Conflict, match="touched"):
            begin_undo(made)
        assert Client.objects.filter(email="ana@example.com").exists()


def _asks(ana: Client) -> BookingRequest:
    place, mowing = ana.properties.get(), Service.objects.filter(client_services__client=ana)[0]
    asked = factories.make_booking_request(client=ana, property=place, service=mowing)
    assert facts_of(BookingRequest.objects.filter(pk=asked.pk))
    return asked


def _completes_one(ana: Client) -> None:
    visit = Visit.objects.filter(client_service__client=ana)[0]
    Visit.objects.filter(pk=visit.pk).update(status="completed", version=1)


def _one_more_visit(ana: Client) -> Visit:
    agreed = ClientService.objects.filter(client=ana)[0]
    return factories.make_visit(client_service=agreed, date=agreed.start_date + timedelta(days=2))


def test_who_came_from_another_business_and_signed_in_since_stands_in_the_way(cast: Cast) -> None:
    sam = User.objects.filter(pk=cast.bluepool_client_user.pk)
    sam.update(last_login=timezone.now())
    made = imported(cast, "Name,Email\nSam Waters,sam@example.com\n")
    assert obstacles_to_undo(made) == {}
    sam.update(last_login=timezone.now())
    assert set(obstacles_to_undo(made).values()) == {"signed_in"}


def test_keys_of_another_business_undo_nothing_there(cast: Cast) -> None:
    """Whatever a row says it made: what is not of its business is neither deleted nor put back."""
    swimmer, place = cast.bluepool_client, factories.make_property(client=cast.bluepool_client)
    pool = factories.make_service(business=cast.bluepool, names={"en": "Pool"})
    agreed = factories.make_client_service(client=swimmer, property=place, service=pool)
    visit = factories.make_visit(client_service=agreed, date=cast.bluepool.today())
    before = everything()
    made = imported(cast, "Name,Email\nAna Ruiz,ana@example.com\n")
    portal_user = swimmer.portal_users.get()
    theirs = {
        "client": swimmer, "property": place, "service": pool, "agreement": agreed, "portal_user": portal_user,
        "user": portal_user.user,
    }  # fmt: skip
    ImportedRow.objects.filter(client_import=made).update(
        made={what: str(row.pk) for what, row in theirs.items()} | {"visits": [str(visit.pk)]},
        after={},
        client=None,
    )
    ana = Client.objects.get(name="Ana Ruiz")
    undo(made)
    assert Client.objects.filter(pk=ana.pk).exists()
    assert all(row in everything()[model] for model, rows in before.items() for row in rows)


def test_a_service_that_was_given_a_price_since_stays_in_the_catalog(cast: Cast) -> None:
    row = "ana@example.com,,,9 Bay Road,,,{},weekly,85,"
    text = f"{HEADER}\nAna,{row.format('Leaf blowing')}\nAna,{row.format('Weeding')}\n"
    made = imported(cast, text)
    Service.objects.filter(names__en="Leaf blowing").update(price_minor=4200)
    undo(made)
    assert not Client.objects.filter(name="Ana").exists()
    assert Service.objects.filter(names__en="Leaf blowing").exists()
    assert not Service.objects.filter(names__en="Weeding").exists()
    assert violations() == []


def test_what_something_unforeseen_refers_to_stays_and_holds_up_nothing(cast: Cast) -> None:
    made = imported(cast, table(cast))
    ana = Client.objects.get(name="Ana Ruiz")
    Event.objects.create(business=cast.greenlawn, client=ana, verb="told")
    begin_undo(made)
    while work_on_imports():
        pass
    assert fates(made) == {2: "kept", 3: "undone", 4: "undone", 5: "refused", 6: "undone"}
    assert violations() == []


def test_what_is_touched_while_it_is_undone_stays_and_is_said(cast: Cast) -> None:
    made = imported(cast, table(cast))
    begin_undo(made)
    User.objects.filter(email="ana@example.com").update(last_login=timezone.now())
    while work_on_imports():
        pass
    assert fates(made) == {2: "kept", 3: "undone", 4: "undone", 5: "refused", 6: "undone"}
    assert Client.objects.filter(name="Ana Ruiz").exists()
    assert not Client.objects.filter(name="Olga").exists()
    assert violations() == []
