"""Who works in the office: invited, given another role, removed, gone; never without an owner."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sidegate.actions.errors import Conflict, InvalidInput
from sidegate.actions.invariants import violations
from sidegate.actions.messages import release_held, retry_message
from sidegate.actions.settings import hold_mail
from sidegate.actions.team import change_role, invite_again, invite_member, leave, remove_member
from sidegate.delivery import outbox
from sidegate.models import Event, Membership, Message, User
from tests import factories
from tests.conftest import Cast


def dana_of(cast: Cast) -> Membership:
    return Membership.objects.select_related("business", "user").get(user=cast.dana)


def invite(
    cast: Cast, email: str = "theo@example.com", role: str = "staff", language: str = "en"
) -> Membership:
    return invite_member(
        cast.greenlawn, by=cast.dana, email=email, name="Theo Park", role=role, language=language
    )


def submitted_to(member: Membership) -> Message:
    """A letter to someone of the office that is still to leave."""
    event = Event.objects.create(business=member.business, verb=Event.Verb.SUBMITTED)
    return Message.objects.create(
        business=member.business,
        event=event,
        key="booking.submitted",
        recipient=f"user:{member.user_id}",
        to_address=member.user.email,
        language="en",
        subject="New request",
        text="Hi",
        message_id=f"<{event.pk}@example.com>",
    )


def test_an_invitation_makes_the_person_the_membership_the_letter_and_its_event_at_once(cast: Cast) -> None:
    theo = invite(cast, language="es")
    assert (theo.role, theo.is_active, theo.user.name, theo.user.language) == (
        "staff",
        True,
        "Theo Park",
        "es",
    )
    assert not theo.user.has_usable_password()
    message = Message.objects.get()
    assert (message.key, message.status, message.to_address) == (
        "member.invited",
        "queued",
        "theo@example.com",
    )
    assert (message.recipient, message.language) == (f"user:{theo.user_id}", "es")
    assert message.subject == "Invitación de Dana Reyes a la oficina de Greenlawn"
    assert "/sign-in?next=%2Fgreenlawn%2Foffice%2Frequests&email=theo%40example.com" in message.text
    event = Event.objects.get(verb="member_invited")
    assert (message.event, event.actor, event.to_state) == (event, cast.dana, "staff")
    assert event.data == {"member": str(theo.pk), "user": str(theo.user_id)}
    assert violations() == []


def test_who_has_a_sign_in_keeps_it_with_her_name_and_language(cast: Cast) -> None:
    invite(cast, email="maria@example.com", language="en")
    cast.maria_user.refresh_from_db()
    assert (cast.maria_user.name, cast.maria_user.language) == ("Maria Álvarez", "es")
    assert Message.objects.get().language == "es"
    assert cast.maria_user.portal_users.count() == 1


def test_an_invitation_waits_while_mail_is_held(cast: Cast) -> None:
    hold_mail(cast.greenlawn)
    invite(cast)
    assert Message.objects.get().status == "held"


def test_who_is_in_the_team_is_not_invited_twice(cast: Cast) -> None:
    invite(cast)
    with pytest.raises(InvalidInput) as refused:
        invite(cast, role="owner")
    assert refused.value.errors == {"email": "Theo Park is in the team already."}
    assert Message.objects.count() == 1


def test_who_may_not_sign_in_is_not_invited(cast: Cast) -> None:
    factories.make_user(email="gone@example.com", is_active=False)
    with pytest.raises(InvalidInput) as refused:
        invite(cast, email="gone@example.com")
    assert refused.value.errors == {"email": "gone@example.com belongs to someone who may not sign in."}
    assert not Message.objects.exists()


def test_who_was_removed_and_is_invited_again_is_active_again_in_the_new_role(cast: Cast) -> None:
    first = invite(cast)
    remove_member(first, by=cast.dana)
    again = invite(cast, role="owner")
    assert (again.pk, again.role, again.is_active) == (first.pk, "owner", True)
    assert list(Message.objects.order_by("id").values_list("status", flat=True)) == ["not_sendable", "queued"]


def test_an_invitation_is_sent_again_after_ten_minutes_to_who_has_not_signed_in(cast: Cast) -> None:
    theo = invite(cast)
    with pytest.raises(Conflict) as refused:
        invite_again(theo, by=cast.dana)
    assert refused.value.code == "just_invited"
    Membership.objects.filter(pk=theo.pk).update(created_at=timezone.now() - timedelta(minutes=11))
    invite_again(theo, by=cast.dana)
    assert Message.objects.filter(key="member.invited").count() == 2
    Membership.objects.filter(pk=theo.pk).update(created_at=timezone.now() - timedelta(minutes=11))
    User.objects.filter(pk=theo.user_id).update(last_login=timezone.now())
    with pytest.raises(Conflict) as refused:
        invite_again(theo, by=cast.dana)
    assert refused.value.code == "has_signed_in"


def test_the_last_owner_can_neither_leave_nor_be_removed_nor_be_made_staff(cast: Cast) -> None:
    invite(cast)
    retired = factories.make_member(business=cast.greenlawn)
    Membership.objects.filter(pk=retired.pk).update(is_active=False)
    factories.make_member(business=cast.greenlawn, is_active=False)  # may not sign in
    dana = dana_of(cast)
    for act in (
        lambda: leave(dana),
        lambda: remove_member(dana, by=cast.dana),
        lambda: change_role(dana, by=cast.dana, role="staff"),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "last_owner"
    assert (dana_of(cast).is_active, dana_of(cast).role) == (True, "owner")


def test_with_another_owner_she_may_go(cast: Cast) -> None:
    invite(cast, role="owner")
    leave(dana_of(cast))
    assert not dana_of(cast).is_active
    event = Event.objects.get(verb="member_left")
    assert (event.actor, event.from_state, event.data["how"]) == (cast.dana, "owner", "left")


def test_a_change_of_role_is_remembered_and_the_same_role_is_none(cast: Cast) -> None:
    theo = invite(cast)
    change_role(theo, by=cast.dana, role="staff")
    change_role(theo, by=cast.dana, role="owner")
    event = Event.objects.get(verb="member_changed")
    assert (event.from_state, event.to_state, event.data["member"]) == ("staff", "owner", str(theo.pk))


def test_only_an_owner_of_this_business_changes_its_team(cast: Cast) -> None:
    theo = invite(cast)
    for stranger in (theo.user, cast.bea, cast.maria_user):
        for act in (
            lambda by=stranger: remove_member(theo, by=by),
            lambda by=stranger: change_role(theo, by=by, role="owner"),
            lambda by=stranger: invite_again(theo, by=by),
            lambda by=stranger: invite_member(
                cast.greenlawn, by=by, email="x@example.com", name="X", role="staff"
            ),
        ):
            with pytest.raises(Conflict) as refused:
                act()
            assert refused.value.code == "not_owner"
    assert not User.objects.filter(email="x@example.com").exists()


def test_who_was_removed_meanwhile_is_changed_no_more(cast: Cast) -> None:
    theo = invite(cast)
    remove_member(theo, by=cast.dana)
    for act in (
        lambda: remove_member(theo, by=cast.dana),
        lambda: change_role(theo, by=cast.dana, role="owner"),
        lambda: leave(theo),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "not_member"


def test_what_has_not_left_to_someone_removed_is_not_sent(cast: Cast) -> None:
    """Queued, held or failed: none of it leaves, is tried again, released, or asks for anybody's attention."""
    theo = factories.make_member(business=cast.greenlawn, role="staff", email="theo@example.com")
    queued, held, failed, sent = (submitted_to(theo) for _number in range(4))
    Message.objects.filter(pk=held.pk).update(status="held")
    Message.objects.filter(pk=failed.pk).update(status="failed", reason="550 no")
    Message.objects.filter(pk=sent.pk).update(status="sent", sent_at=timezone.now())
    to_dana = submitted_to(dana_of(cast))
    remove_member(theo, by=cast.dana)
    release_held(cast.greenlawn)
    assert outbox.due_keys(10) == [to_dana.pk]
    to_theo = Message.objects.filter(recipient=f"user:{theo.user_id}")
    assert set(to_theo.values_list("status", "reason")) == {("not_sendable", "left_team"), ("sent", "")}
    assert not to_theo.undelivered().exists()
    for message in (queued, held, failed):
        message.refresh_from_db()
        with pytest.raises(Conflict):
            retry_message(message)
    assert violations() == []


def test_a_letter_in_the_workers_hands_is_not_tried_again(cast: Cast) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="staff")
    message = outbox.claim(submitted_to(theo).pk)
    assert message is not None
    remove_member(theo, by=cast.dana)
    outbox.postpone(message, "450 later")
    message.refresh_from_db()
    assert (message.status, message.reason) == ("not_sendable", "left_team")


def test_sign_in_mail_and_the_mail_of_another_business_still_leave(cast: Cast) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="staff")
    elsewhere = Membership.objects.create(business=cast.bluepool, user=theo.user, role="staff")
    submitted_to(elsewhere)
    remove_member(theo, by=cast.dana)
    assert Message.objects.get().status == "queued"
    assert Membership.objects.get(pk=elsewhere.pk).is_active
