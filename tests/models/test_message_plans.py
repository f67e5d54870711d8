"""At a million messages no page and no act may walk all of a business's: each asks by an index of its own."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from sidegate.actions.inviting import invite_client
from sidegate.actions.team import remove_member
from sidegate.models import User
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def plans_about(captured: CaptureQueriesContext, words: str) -> list[str]:
    """How SQLite goes about those statements in which the words stand."""
    asked = [query["sql"] for query in captured.captured_queries if words in query["sql"]]
    with connection.cursor() as cursor:
        return [_plan(cursor, sql) for sql in asked]


def _plan(cursor: object, sql: str) -> str:
    cursor.execute(f"EXPLAIN QUERY PLAN {sql}")  # type: ignore[attr-defined]
    return " ".join(str(row) for row in cursor.fetchall())  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by counts, and here there are none")


def test_invitations_are_found_among_invitations(cast: Cast, signed_in: Callable[[User], Browser]) -> None:
    invite_client(cast.maria, by=cast.dana)
    browser = signed_in(cast.dana)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get("/greenlawn/office/clients/invite").status_code == 200
    plans = plans_about(captured, 'FROM "sidegate_message" WHERE')
    assert any("message_invitation" in plan for plan in plans), plans
    assert not any("message_by_business" in plan for plan in plans), plans


def test_mail_of_someone_removed_is_found_among_what_has_not_left(cast: Cast) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park")
    with CaptureQueriesContext(connection) as captured:
        remove_member(theo, by=cast.dana)
    (plan,) = plans_about(captured, 'UPDATE "sidegate_message"')
    assert "message_not_sent" in plan
