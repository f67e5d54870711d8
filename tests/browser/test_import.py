"""Moving in from a spreadsheet, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_cells_longer_than_a_form_takes_are_read_all_the_same(
    cast: Cast, open_as: Callable[..., Page]
) -> None:
    page = open_as(cast.dana, "/greenlawn/office/clients/import")
    notes = "The gate sticks. " * 100
    rows = [f"Client {n}\tclient{n}@example.org\t{n} Elm Street\t{notes}" for n in range(700)]
    table = "\n".join(["Name\tEmail\tAddress\tAccess notes", *rows])
    assert len(table) > 1_048_576
    page.get_by_label("Paste the cells here").evaluate("(box, text) => { box.value = text }", table)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("button", name="Import 700 rows")).to_be_visible()
