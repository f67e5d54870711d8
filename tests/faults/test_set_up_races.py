"""Two who hold one code, or one who presses twice, at the same instant: one business."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.actions.businesses import Founded
from sidegate.actions.invariants import violations
from sidegate.actions.set_up import ServiceLine, SetUp, find_set_up, new_set_up_code, set_up_business
from sidegate.actions.sign_in import NoWayIn
from sidegate.models import Business, Membership, Service, SetUpCode, User
from sidegate.models.identity import uuid7

from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 20
TYPED = {
    "country": "US", "time_zone": "America/New_York", "currency": "USD", "language": "en", "lines": "1",
    "working_days": ["0"], "reply_promise_days": "1", "accent": "#1c6a4a", "service_1_name": "Mowing",
    "owner_name": "Rita Moss",
}  # fmt: skip


def finishing(name: str, email: str, code: SetUpCode) -> Callable[[], Founded]:
    typed = SetUp(
        name=name, owner_name=name, owner_email=email, country="US", working_days=("0",), reply_promise_days="1",
        services=(ServiceLine("Mowing", "95"),), accent="#1c6a4a",
    )  # fmt: skip
    return lambda: set_up_business(typed, code=find_set_up(str(code.pk)), business_id=uuid7())


def test_two_who_finish_with_one_code_make_one_business() -> None:
    for number in range(ROUNDS):
        new_set_up_code()
        code = SetUpCode.objects.latest("created_at")
        answers = at_once(
            [finishing(who, f"{who}{number}@example.com", code) for who in ("rita", "luz", "ana")]
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["Founded", "NoWayIn", "NoWayIn"]
        assert {answer.code for answer in answers if isinstance(answer, NoWayIn)} == {"used"}
    counts = (Business, Membership, User, Service)
    assert [model._default_manager.count() for model in counts] == [ROUNDS] * 4
    assert violations() == []


def test_two_codes_for_one_name_and_one_person_make_two_businesses_and_one_person() -> None:
    codes = []
    for _ in range(4):
        new_set_up_code()
        codes.append(SetUpCode.objects.latest("created_at"))
    answers = at_once([finishing("Rita", "rita@example.com", code) for code in codes])
    assert sorted(answer.business.slug for answer in answers) == ["rita", "rita-2", "rita-3", "rita-4"]
    assert [answer.is_new_owner for answer in answers].count(True) == 1
    assert User.objects.count() == 1


def test_a_button_pressed_twice_leads_to_the_one_office_both_times() -> None:
    for number in range(ROUNDS):
        opened = Browser()
        opened.post("/set-up", {"code": new_set_up_code()})
        session = opened.cookies["sessionid"].value
        typed = {**TYPED, "name": f"Press {number}", "owner_email": f"rita{number}@example.com"}
        answers = at_once([lambda s=session, t=typed: press(s, t)] * 2)
        assert Business.objects.filter(name=f"Press {number}").count() == 1
        assert answers.count(f"/press-{number}/office/requests") >= 1
        assert set(answers) <= {f"/press-{number}/office/requests", "422"}
    assert violations() == []


def press(session: str, typed: dict[str, Any]) -> str:
    """Where it leads; or the status, where the page comes back."""
    browser = Browser()
    browser.cookies["sessionid"] = session
    answer = browser.post("/set-up/business", typed)
    return str(answer.get("Location", answer.status_code))
