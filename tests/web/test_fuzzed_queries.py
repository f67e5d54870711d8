"""Whatever stands in an address's query, a page answers: never a fault, never words of the database (T38)."""

import re

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..conftest import Cast
from .routes import every_route, real_parts

NAMES = (
    "show",
    "after",
    "before",
    "q",
    "date",
    "service",
    "property",
    "next",
    "answered",
    "kind",
    "preview",
    "v",
)
ODD = st.sampled_from(
    ["'", '"', "%", "%s", "\\", "\x00", "1 OR 1=1", "--", "../..", "[]", "{}", "None", "-1", "9" * 40, "2026-02-30",
     "0001-01-01", "9999-12-31", "2026-03-03T00:00:00Z_", "\u202e", "é" * 500, "status__in", "due"]
)  # fmt: skip
QUERIES = st.dictionaries(
    st.sampled_from(NAMES), st.one_of(ODD, st.text(max_size=40)), min_size=1, max_size=4
)
BETRAYS = re.compile(r"Traceback|SELECT \"|syntax error|psycopg|sqlite3|FieldError|DataError")


@pytest.mark.parametrize("actor", ["dana", "maria_user"])
def test_t38_no_query_makes_a_fault(actor: str, cast: Cast) -> None:
    browser = Browser()
    browser.force_login(getattr(cast, actor), backend="sidegate.web.sessions.People")
    browser.raise_request_exception = False
    parts = real_parts(cast)
    access = {"dana": "office", "maria_user": "portal"}[actor]
    addresses = [route.path(parts) for route in every_route(access, "everyone")]

    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(query=QUERIES)
    def no_fault(query: dict[str, str]) -> None:
        for address in addresses:
            answer = browser.get(address, query)
            assert answer.status_code < 500, (address, query)
            if answer["Content-Type"].startswith("text/html") and not answer.streaming:
                assert not BETRAYS.search(answer.content.decode()), (address, query)

    no_fault()
