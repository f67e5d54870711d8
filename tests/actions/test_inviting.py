"""Inviting clients to their portal: each once, in their own language, one letter after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from sidegate.actions.clients import let_in
from sidegate.actions.errors import Conflict
from sidegate.actions.invariants import violations
from sidegate.actions.inviting import APART, invite_client, invite_clients, plan_invitations
from sidegate.models import Business, Client, Event, Message, PortalUser, User
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def letters() -> set[tuple[str, str]]:
    return set(Message.objects.filter(key="client.invited").values_list("to_address", "language"))


def test_everyone_who_was_not_asked_is_invited_in_their_own_language(cast: Cast) -> None:
    with translation.override("en"):
        assert plan_invitations(cast.greenlawn).by_language == {"es": 1, "en": 1}
        assert invite_clients(cast.greenlawn, by=cast.dana) == 2
    assert letters() == {("maria@example.com", "es"), ("omar@example.com", "en")}
    hers = Message.objects.get(to_address="maria@example.com")
    assert hers.subject == "Sus visitas con Greenlawn, en línea"
    assert "/sign-in?email=maria%40example.com&next=%2Fgreenlawn%2F" in hers.text
    assert Event.objects.get(client=cast.maria, verb="client_invited").actor == cast.dana
    assert violations() == []


def test_invited_once_whoever_presses_again(cast: Cast) -> None:
    assert [invite_clients(cast.greenlawn, by=cast.dana) for _press in range(3)] == [2, 0, 0]
    assert Message.objects.count() == 2


def test_who_cannot_be_written_to_or_has_signed_in_is_counted_and_left_alone(cast: Cast) -> None:
    now = timezone.now()
    make: Callable[..., Client] = factories.make_client
    make(business=cast.greenlawn, name="No email", email="")
    make(business=cast.greenlawn, name="Wants none", email_opted_out=True)
    make(business=cast.greenlawn, name="Came back", email_bounced_at=now)
    make(business=cast.greenlawn, name="Asked", invited_at=now)
    make(business=cast.greenlawn, name="Archived", archived_at=now)
    User.objects.filter(pk=cast.maria_user.pk).update(last_login=now)
    plan = plan_invitations(cast.greenlawn)
    assert plan.by_language == {"en": 1}
    assert plan.others == {"signed_in": 1, "invited": 1, "no_address": 1, "opted_out": 1, "bounced": 1}
    assert invite_clients(cast.greenlawn, by=cast.dana) == 1
    assert letters() == {("omar@example.com", "en")}


def test_a_sign_in_for_another_business_before_she_was_let_in_here_is_none_for_this_one(cast: Cast) -> None:
    before = PortalUser.objects.get(client=cast.maria).created_at - timedelta(minutes=1)
    User.objects.filter(pk=cast.maria_user.pk).update(last_login=before)
    assert Client.objects.with_sign_in().get(pk=cast.maria.pk).has_signed_in is False
    assert ("maria@example.com", "es") in (invite_clients(cast.greenlawn, by=cast.dana) and letters())
    User.objects.filter(pk=cast.maria_user.pk).update(last_login=timezone.now())
    assert Client.objects.with_sign_in().get(pk=cast.maria.pk).has_signed_in is True


def test_letters_leave_one_after_the_other_and_later_presses_queue_up_behind(cast: Cast) -> None:
    invite_clients(cast.greenlawn, by=cast.dana, at_most=1)
    invite_clients(cast.greenlawn, by=cast.dana)
    times = list(Message.objects.order_by("next_try").values_list("next_try", flat=True))
    assert times[1] - times[0] >= APART


def test_several_people_of_one_client_each_get_a_letter_but_for_those_who_signed_in(cast: Cast) -> None:
    let_in(cast.maria, email="pedro@example.com", name="Pedro")
    let_in(cast.maria, email="lucia@example.com", name="Lucía")
    User.objects.filter(email="lucia@example.com").update(last_login=timezone.now())
    invite_client(cast.maria, by=cast.dana)
    assert {address for address, _language in letters()} == {"maria@example.com", "pedro@example.com"}
    assert Message.objects.get(to_address="pedro@example.com").text.startswith("Hola, Pedro:")


def test_one_client_is_invited_again_after_a_day_not_before(cast: Cast) -> None:
    invite_client(cast.maria, by=cast.dana)
    with pytest.raises(Conflict, match="just_invited"):
        invite_client(cast.maria, by=cast.dana)
    Client.objects.update(invited_at=timezone.now() - timedelta(days=2))
    invite_client(Client.objects.get(pk=cast.maria.pk), by=cast.dana)
    assert Message.objects.count() == 2


def test_held_mail_holds_invitations_too(cast: Cast) -> None:
    Business.objects.update(holds_mail=True)
    invite_clients(Business.objects.get(pk=cast.greenlawn.pk), by=cast.dana)
    assert set(Message.objects.values_list("status", flat=True)) == {"held"}


def test_two_who_press_at_once_invite_each_client_once(cast: Cast) -> None:
    for _number in range(120):
        factories.make_portal_user(client=factories.make_client(business=cast.greenlawn))
    together = Barrier(2)

    def press(_person: int) -> int:
        together.wait()
        try:
            return invite_clients(cast.greenlawn, by=cast.dana)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as presses:
        assert sum(presses.map(press, range(2))) == 122
    recipients = list(Message.objects.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients)) == 122


def test_thirty_cost_as_many_statements_as_five(cast: Cast) -> None:
    def cost(count: int) -> int:
        for _number in range(count):
            factories.make_portal_user(client=factories.make_client(business=cast.greenlawn))
        with CaptureQueriesContext(connection) as captured:
            invite_clients(cast.greenlawn, by=cast.dana, at_most=count)
        return len(captured)

    invite_clients(cast.greenlawn, by=cast.dana)
    assert cost(5) == cost(30)
