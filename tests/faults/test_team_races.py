"""Owners who act on each other in the same instant: a business keeps an owner, whichever database."""

import pytest

from sidegate.actions.errors import Refused
from sidegate.actions.team import change_role, invite_member, leave, remove_member
from sidegate.models import Membership, Message, User
from tests import factories
from tests.conftest import Cast

from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 30


def fresh(membership: Membership) -> Membership:
    return Membership.objects.select_related("business", "user").get(pk=membership.pk)


def owners(cast: Cast) -> int:
    return Membership.objects.filter(business=cast.greenlawn, role="owner", is_active=True).count()


def test_two_owners_who_remove_each_other_at_once_leave_one(cast: Cast) -> None:
    one = Membership.objects.get(user=cast.dana)
    for _round in range(ROUNDS):
        other = factories.make_member(business=cast.greenlawn)
        a, b = fresh(one), fresh(other)
        answers = at_once(
            [lambda a=a, b=b: remove_member(b, by=a.user), lambda a=a, b=b: remove_member(a, by=b.user)]
        )
        assert sum(isinstance(answer, Refused) for answer in answers) == 1
        assert owners(cast) == 1
        one = Membership.objects.get(business=cast.greenlawn, role="owner", is_active=True)


@pytest.mark.parametrize("way", ["leave", "staff"])
def test_two_owners_who_both_go_at_once_leave_one(cast: Cast, way: str) -> None:
    one = Membership.objects.get(user=cast.dana)
    for _round in range(ROUNDS):
        both = [fresh(one), fresh(factories.make_member(business=cast.greenlawn))]
        acts = {
            "leave": [lambda m=m: leave(m) for m in both],
            "staff": [lambda m=m: change_role(m, by=m.user, role="staff") for m in both],
        }
        answers = at_once(acts[way])
        assert sum(isinstance(answer, Refused) for answer in answers) == 1
        assert owners(cast) == 1
        one = Membership.objects.get(business=cast.greenlawn, role="owner", is_active=True)


def test_one_person_invited_twice_at_once_is_invited_once(cast: Cast) -> None:
    for number in range(ROUNDS):
        email = f"theo{number}@example.com"
        answers = at_once(
            [
                lambda e=email: invite_member(
                    cast.greenlawn, by=cast.dana, email=e, name="Theo Park", role="staff"
                )
            ]
            * 2
        )
        assert sum(isinstance(answer, Refused) for answer in answers) == 1
        user = User.objects.get(email=email)
        assert Membership.objects.filter(user=user).count() == 1
        assert Message.objects.filter(recipient=f"user:{user.pk}").count() == 1
