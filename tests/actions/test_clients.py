"""A client's record: who she is, which emails open her portal, and what archiving means."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from sidegate.actions.clients import (
    ClientDetails,
    add_client,
    archive_client,
    bring_back_client,
    change_client,
    let_in,
    recipient_of,
    shut_out,
)
from sidegate.actions.errors import Conflict, InvalidInput
from sidegate.models import Client, PortalUser, Property, User
from tests import factories
from tests.conftest import Cast

ROSA = ClientDetails(name="Rosa Díaz", email="rosa@example.com", language="es")


def portal_emails(client: Client) -> set[str]:
    return set(PortalUser.objects.filter(client=client).values_list("user__email", flat=True))


def details_of(client: Client, **changed: Any) -> ClientDetails:
    known = {name: getattr(client, name) for name in ClientDetails.__slots__}
    return ClientDetails(**{**known, "tags": tuple(client.tags), **changed})


def test_a_client_with_an_email_can_sign_in_and_has_her_address(cast: Cast) -> None:
    rosa = add_client(cast.greenlawn, ROSA, address="5 Elm Street", access_notes="Gate 12")
    assert portal_emails(rosa) == {"rosa@example.com"}
    place = Property.objects.get(client=rosa)
    assert (place.address, place.access_notes) == ("5 Elm Street", "Gate 12")
    user = User.objects.get(email="rosa@example.com")
    assert (user.name, user.language, user.has_usable_password()) == ("Rosa Díaz", "es", False)


def test_a_client_without_an_email_has_no_portal_user(cast: Cast) -> None:
    assert (
        portal_emails(add_client(cast.greenlawn, ClientDetails(name="Bo Li", phone="+13055550100"))) == set()
    )


def test_one_email_opens_one_clients_portal(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_client(
            cast.greenlawn, ClientDetails(name="Second", email=cast.maria.email), address="1 Elm Street"
        )
    assert refused.value.errors["email"].startswith("Maria Álvarez already has this email.")
    assert not Client.objects.filter(name="Second").exists()
    assert not Property.objects.filter(address="1 Elm Street").exists()


def test_a_second_persons_email_counts_too(cast: Cast) -> None:
    let_in(cast.maria, email="luis@example.com", name="Luis")
    with pytest.raises(InvalidInput):
        add_client(cast.greenlawn, ClientDetails(name="Luis", email="luis@example.com"))


def test_another_business_may_have_a_client_with_the_same_email(cast: Cast) -> None:
    again = add_client(cast.bluepool, ClientDetails(name="Maria Álvarez", email=cast.maria.email))
    assert portal_emails(again) == {cast.maria.email}
    assert User.objects.filter(email=cast.maria.email).count() == 1


def test_an_archived_clients_email_is_free_until_she_is_brought_back(cast: Cast) -> None:
    archive_client(cast.maria)
    add_client(cast.greenlawn, ClientDetails(name="Second", email=cast.maria.email))
    with pytest.raises(Conflict, match="email_taken"):
        bring_back_client(cast.maria)
    assert Client.objects.get(pk=cast.maria.pk).archived_at is not None


def test_the_email_of_someone_of_the_office_may_be_a_clients_too(cast: Cast) -> None:
    client = add_client(cast.greenlawn, ClientDetails(name="Dana at home", email=cast.dana.email))
    assert client.portal_users.get().user == cast.dana


def test_two_clients_of_one_name_stay_apart(cast: Cast) -> None:
    again = add_client(cast.greenlawn, ClientDetails(name="Maria Álvarez", email="other@example.com"))
    assert again.pk != cast.maria.pk
    assert portal_emails(cast.maria) == {cast.maria.email}
    assert portal_emails(again) == {"other@example.com"}


def test_a_changed_email_takes_the_portal_over(cast: Cast) -> None:
    let_in(cast.maria, email="luis@example.com", name="Luis")
    Client.objects.update(email_bounced_at=timezone.now())
    change_client(cast.maria, details_of(cast.maria, email="new@example.com"))
    assert portal_emails(cast.maria) == {"new@example.com", "luis@example.com"}
    stored = Client.objects.get(pk=cast.maria.pk)
    assert (stored.email, stored.email_bounced_at) == ("new@example.com", None)


def test_an_email_taken_away_closes_its_portal(cast: Cast) -> None:
    change_client(cast.maria, details_of(cast.maria, email=""))
    assert portal_emails(cast.maria) == set()


def test_an_email_that_is_anothers_changes_nothing(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        change_client(cast.maria, details_of(cast.maria, name="New name", email=cast.omar.email))
    stored = Client.objects.get(pk=cast.maria.pk)
    assert (stored.name, stored.email) == ("Maria Álvarez", "maria@example.com")
    assert portal_emails(cast.maria) == {"maria@example.com"}


def test_a_person_is_shut_out_but_never_by_the_clients_own_email(cast: Cast) -> None:
    let_in(cast.maria, email="luis@example.com", name="Luis")
    shut_out(PortalUser.objects.get(user__email="luis@example.com"))
    with pytest.raises(Conflict, match="own_email"):
        shut_out(PortalUser.objects.get(user=cast.maria_user))
    assert portal_emails(cast.maria) == {"maria@example.com"}


def test_a_client_with_visits_ahead_is_not_archived(cast: Cast) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    factories.make_visit(client_service=agreed, date=cast.greenlawn.today())
    with pytest.raises(Conflict, match="visits_ahead"):
        archive_client(cast.maria)
    assert Client.objects.get(pk=cast.maria.pk).archived_at is None


def test_past_visits_do_not_keep_a_client_from_being_archived_and_brought_back(cast: Cast) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    factories.make_visit(client_service=agreed, date=date(2026, 1, 5), status="completed")
    archive_client(cast.maria)
    with pytest.raises(Conflict, match="already_archived"):
        archive_client(cast.maria)
    bring_back_client(cast.maria)
    assert Client.objects.get(pk=cast.maria.pk).archived_at is None


@pytest.mark.parametrize(
    ("fields", "language", "refusal"),
    [
        ({}, "es", ""),
        ({"language": ""}, "en", ""),
        ({"language": "xx"}, "en", ""),
        ({"email": ""}, "es", "no_address"),
        ({"email_opted_out": True}, "es", "opted_out"),
        ({"email_bounced_at": timezone.now()}, "es", "bounced"),
    ],
)
def test_who_is_written_to_in_which_language_or_why_not(
    cast: Cast, fields: dict[str, Any], language: str, refusal: str
) -> None:
    for name, value in fields.items():
        setattr(cast.maria, name, value)
    found = recipient_of(cast.maria, cast.greenlawn)
    assert (found.key, found.language, found.refusal) == (f"client:{cast.maria.pk}", language, refusal)
