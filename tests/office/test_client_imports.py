"""Moving in through the office's pages: paste, look, import, mend, undo, and leave with everything again."""

import csv
import io
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sidegate.actions.client_imports import ImportPlan, drafts, plan_import, work_on_imports
from sidegate.models import Client, ClientImport, ClientService, ImportedRow, User
from sidegate.office import client_imports
from tests import factories
from tests.conftest import Cast

from .reading import errors, main

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = "/greenlawn/office/clients"
NEW = f"{CLIENTS}/import"
TABLE = "Name\tE-mail\tRate\tNotes\nAna Ruiz\tana@example.com\t95\t\nBen Ito\tben@\t\t\n"


def drafted(office: Browser, text: str = TABLE) -> str:
    """The address of the draft that pasting made."""
    answer = office.post(NEW, {"pasted": text})
    assert answer.status_code == 302, errors(answer)
    return str(answer["Location"])


def begin(office: Browser, page: str) -> Any:
    shown = re.search(r'name="shown" value="(\w+)"', office.get(page).content.decode())
    assert shown
    return office.post(f"{page}/begin", {"shown": shown[1]})


def imported(office: Browser, text: str) -> str:
    page = drafted(office, text)
    assert begin(office, page).status_code == 302
    while work_on_imports():
        pass
    return page


def test_pasted_cells_are_shown_as_what_they_would_become_and_nothing_is_stored(
    office: Browser, cast: Cast
) -> None:
    before = Client.objects.count()
    page = main(office.get(drafted(office, "Name\tE-mail\nAna Ruiz\tana@example.com\nBen Ito\tben@\n")))
    assert "Ana Ruiz New client, written to in English." in page
    assert "“ben@” isn't a whole email address." in page
    assert "Import 1 row" in page
    assert Client.objects.count() == before


def test_columns_that_were_guessed_wrongly_are_corrected(office: Browser, cast: Cast) -> None:
    page = drafted(office, "Kunde\tE-mail\nAna Ruiz\tana@example.com\n")
    assert "Which column holds the names?" in main(office.get(page))
    office.post(f"{page}/columns", {"column_0": "name", "column_1": "email"})
    assert "Import 1 row" in main(office.get(page))


def test_a_table_without_header_is_read_once_its_columns_are_named(office: Browser, cast: Cast) -> None:
    page = drafted(office, "Ana Ruiz;ana@example.com\nBen Ito;ben@example.com\n")
    shown = main(office.get(page))
    assert "Column A" in shown
    assert "2 rows to look at" in shown
    office.post(f"{page}/columns", {"column_0": "name", "column_1": "email"})
    assert "Import 2 rows" in main(office.get(page))


def test_the_import_runs_in_the_background_and_the_page_follows_it(office: Browser, cast: Cast) -> None:
    page = drafted(office, "Name\tE-mail\nAna Ruiz\tana@example.com\n")
    assert begin(office, page)["Location"] == page
    assert "0 of 1 rows" in main(office.get(page))
    assert "0 of 1 rows" in office.get(f"{page}/progress", {"done": "0", "waited": "3"}).content.decode()
    assert "Is the worker running?" in main_of(office.get(f"{page}/progress", {"done": "0", "waited": "20"}))
    work_on_imports()
    assert office.get(f"{page}/progress", {"done": "0", "waited": "3"})["HX-Redirect"] == page
    assert "Imported" in main(office.get(page))
    assert Client.objects.filter(name="Ana Ruiz").exists()


def test_the_page_that_follows_an_import_does_not_read_the_table_each_time(
    office: Browser, cast: Cast
) -> None:
    page = drafted(office, "Name\tE-mail\nAna Ruiz\tana@example.com\n")
    begin(office, page)
    with CaptureQueriesContext(connection) as asked:
        assert office.get(f"{page}/progress").status_code == 200
    assert not any('"source"' in statement["sql"] for statement in asked)


def main_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_pressed_twice_it_is_imported_once(office: Browser, cast: Cast) -> None:
    page = drafted(office, "Name\tE-mail\nAna Ruiz\tana@example.com\n")
    shown = re.search(r'name="shown" value="(\w+)"', office.get(page).content.decode())
    assert shown
    for _press in range(2):
        assert office.post(f"{page}/begin", {"shown": shown[1]}).status_code == 302
    while work_on_imports():
        pass
    assert Client.objects.filter(name="Ana Ruiz").count() == 1


def test_pressed_in_two_tabs_at_once_nobody_reads_that_nothing_was_imported(
    office: Browser, cast: Cast, signed_in: Callable[[User], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = drafted(office, "Name\tE-mail\nAna Ruiz\tana@example.com\n")
    shown = re.search(r'name="shown" value="(\w+)"', office.get(page).content.decode())
    assert shown
    plan, other = drafts.plan_import, signed_in(cast.dana)

    def pressed_elsewhere(client_import: ClientImport) -> ImportPlan:
        """Between the look at the table and the press that counts."""
        monkeypatch.setattr(drafts, "plan_import", plan)
        assert other.post(f"{page}/begin", {"shown": shown[1]}).status_code == 302
        return plan(client_import)

    monkeypatch.setattr(drafts, "plan_import", pressed_elsewhere)
    answer = office.post(f"{page}/begin", {"shown": shown[1]})
    assert (answer.status_code, answer["Location"]) == (302, page)


def test_what_has_begun_is_not_thrown_away_by_another_tab(office: Browser, cast: Cast) -> None:
    page = drafted(office, "Name\tE-mail\nAna Ruiz\tana@example.com\n")
    begin(office, page)
    said = main(office.post(f"{page}/drop", follow=True))
    assert "It was begun in the meantime, so it is not thrown away." in said
    assert "Nothing was imported" not in said
    assert "0 of 1 rows" in said


def test_undoing_is_asked_only_where_something_is_there_to_undo(office: Browser, cast: Cast) -> None:
    page = drafted(office, "Name\tE-mail\nAna Ruiz\tana@example.com\n")
    assert office.get(f"{page}/undo")["Location"] == page
    begin(office, page)
    assert office.get(f"{page}/undo")["Location"] == page
    while work_on_imports():
        pass
    assert "Undo this import?" in main(office.get(f"{page}/undo"))
    for _tab in range(2):
        assert office.post(f"{page}/undo")["Location"] == page
    assert office.get(f"{page}/undo")["Location"] == page
    while work_on_imports():
        pass
    assert office.get(f"{page}/undo")["Location"] == page
    assert ClientImport.objects.get().status == "undone"


def test_what_another_tab_changed_is_shown_before_anything_is_imported(office: Browser, cast: Cast) -> None:
    page = drafted(office, "Name\tE-mail\tPhone\nAna Ruiz\tana@example.com\t305 555 0199\n")
    shown = re.search(r'name="shown" value="(\w+)"', office.get(page).content.decode())
    office.post(f"{page}/columns", {"column_0": "name", "column_1": "email", "column_2": ""})
    assert shown
    answer = office.post(f"{page}/begin", {"shown": shown[1]})
    assert answer.status_code == 409
    assert "Nothing was imported: look at it again." in main(answer)


def test_a_row_left_out_is_called_by_its_whole_name(office: Browser, cast: Cast) -> None:
    page = imported(office, "First name,Last name,E-mail\nBen,Ito,ben@\nCleo,Ng,cleo@example.com\n")
    assert '<strong dir="auto">Ben Ito</strong>' in office.get(page).content.decode()


def test_rows_that_were_left_out_come_back_to_be_mended(office: Browser, cast: Cast) -> None:
    page = imported(office, "Name,Email,Price\n=Ana,ana@,95\nBen Ito,ben@example.com,\n")
    assert "“ana@” isn't a whole email address." in main(office.get(page))
    table = rows_of(office.get(f"{page}/refused.csv"))
    assert table[0] == ["Name", "Email", "Price", "What is wrong"]
    assert table[1][:2] == ["'=Ana", "ana@"]
    mended = (
        "\n".join(",".join(row) for row in table).replace("ana@,", "ana@example.com,").replace(",95,", ",,")
    )
    imported(office, mended)
    assert Client.objects.get(email="ana@example.com").name == "=Ana"


def rows_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_an_import_is_undone_after_saying_what_that_means(office: Browser, cast: Cast) -> None:
    page = imported(office, "Name\tE-mail\nAna Ruiz\tana@example.com\n")
    assert "Everything this import added goes again" in main(office.get(f"{page}/undo"))
    assert office.post(f"{page}/undo").status_code == 302
    while work_on_imports():
        pass
    assert "Undone" in main(office.get(page))
    assert not Client.objects.filter(name="Ana Ruiz").exists()


def test_who_has_signed_in_since_stands_in_the_way_of_undoing_by_name(office: Browser, cast: Cast) -> None:
    page = imported(office, "Name\tE-mail\nAna Ruiz\tana@example.com\n")
    User.objects.filter(email="ana@example.com").update(last_login=timezone.now())
    assert "Ana Ruiz has signed in." in main(office.get(f"{page}/undo"))
    answer = office.post(f"{page}/undo", follow=True)
    assert "It can't be undone as a whole any more" in main(answer)
    assert Client.objects.filter(name="Ana Ruiz").exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", b"PK\x03\x04rest", "That is a workbook."),
        ("a.csv", b"", "There is nothing in it."),
        ("a.csv", b"\n\n", "There is nothing in it."),
        ("a.csv", b"Name,Email\n", "Under the header there is no client."),
        ("a.csv", b"Name,Email\nAna,\x00\x01\n", "That is no table of text."),
        ("a.csv", b'Name,Email\n"Ana,ana@example.com\n', "a quotation mark is opened and not closed"),
        ("a.csv", (",".join(["x"] * 200) + "\n").encode() * 2, "This table has 200 columns"),
        ("a.csv", b"Name,Email\n" + b"Ana,a@example.com\n" * 20_001, "This table has 20,001 rows"),
        ("a.csv", b"x" * (10 * 1024 * 1024 + 1), "That is more than 10 MB."),
    ],
)
def test_a_file_that_is_no_table_of_clients_is_refused_in_words(
    office: Browser, cast: Cast, name: str, content: bytes, sentence: str
) -> None:
    answer = office.post(NEW, {"pasted": "", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert sentence in errors(answer)["pasted"]
    assert not ClientImport.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        "Name;Email;Address\nJosé Peña;jose@example.com;Calle 8\n".encode("cp1252"),
        "\ufeffName;Email;Address\nJosé Peña;jose@example.com;Calle 8\n".encode(),
        "Name\tEmail\tAddress\r\nJosé Peña\tjose@example.com\tCalle 8\r\n".encode("utf-16"),
        "Name|Email|Address\rJosé Peña|jose@example.com|Calle 8\r".encode(),
    ],
    ids=["Latin-1 with semicolons", "a byte order mark", "UTF-16 with tabs", "old line ends and bars"],
)
def test_a_file_is_read_however_it_was_saved(office: Browser, cast: Cast, content: bytes) -> None:
    answer = office.post(NEW, {"file": SimpleUploadedFile("clientes.csv", content)})
    assert "José Peña" in main(office.get(answer["Location"]))
    assert "Calle 8" in main(office.get(answer["Location"]))


def test_a_cell_of_several_lines_is_one_cell(office: Browser, cast: Cast) -> None:
    imported(
        office,
        'Name,Email,Address,Notes\nAna,ana@example.com,9 Bay,"Gate 4\nTwo dogs, big"\nBen,ben@example.com,,\n',
    )
    ana = Client.objects.get(name="Ana")
    assert ana.properties.get().access_notes == "Gate 4\nTwo dogs, big"


def test_everything_leaves_in_the_columns_in_which_it_came(office: Browser, cast: Cast) -> None:
    soon = cast.greenlawn.today() + timedelta(days=7)
    agreed = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, price_minor=9550
    )
    factories.make_visit(client_service=agreed, date=soon)
    Client.objects.filter(pk=cast.omar.pk).update(name="=cmd()", phone="+13055550142", tags=["a", "b"])
    table = rows_of(office.get(f"{CLIENTS}/export.csv"))
    assert table[0][0:4] == ["Name", "Email", "Phone", "Language"]
    by_name = {row[0]: row for row in table[1:]}
    assert by_name["Maria Álvarez"][4:] == ["12 Palm Court", "", "", "Mowing", "weekly", "95.50", str(soon)]
    assert by_name["'=cmd()"][2] == "'+13055550142"
    assert by_name["'=cmd()"][6] == "a, b"


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_was_exported_is_imported_again_without_a_change(
    office: Browser, cast: Cast, language: str
) -> None:
    User.objects.filter(pk=cast.dana.pk).update(language=language)
    for frequency in ("weekly", "biweekly", "monthly", ""):
        service = factories.make_service(business=cast.greenlawn, names={"en": f"Job {frequency}"})
        factories.make_client_service(
            client=cast.maria,
            property=cast.palm_court,
            service=service,
            frequency=frequency,
            price_minor=9550,
        )
    Client.objects.filter(pk=cast.omar.pk).update(name="-Omar", phone="+13055550142", tags=["x"])
    text = "\n".join(
        ",".join(f'"{cell}"' for cell in row) for row in rows_of(office.get(f"{CLIENTS}/export.csv"))
    )
    page = drafted(office, text)
    draft = ClientImport.objects.get()
    assert draft.columns == [
        "name", "email", "phone", "language", "address", "access_notes", "tags", "service", "frequency", "price",
        "next_visit",
    ]  # fmt: skip
    assert 'name="shown"' in office.get(page).content.decode()
    fates = [plan.fate for plan in plan_import(draft).rows]
    assert fates == ["same"] * 5, [plan.after for plan in plan_import(draft).rows]


def test_only_owners_import_and_export(
    cast: Cast, signed_in: Callable[[User], Browser], office: Browser
) -> None:
    page = drafted(office)
    luis = factories.make_member(business=cast.greenlawn, role="staff", name="Luis").user
    staff = signed_in(luis)
    for address in (NEW, page, f"{CLIENTS}/export.csv"):
        answer = staff.get(address)
        assert answer.status_code == 403
        assert "This is for the owners of Greenlawn" in main(answer)


def test_an_import_of_another_business_is_not_there(
    cast: Cast, signed_in: Callable[[User], Browser], office: Browser
) -> None:
    page = drafted(office).replace("/greenlawn/", "/bluepool/")
    assert signed_in(cast.bea).get(page).status_code == 404


@pytest.mark.parametrize("day", ["3 Mar ²", "²", "²/3", "T" * 5000, " T" * 2500])
def test_a_day_that_is_none_is_said_at_once(office: Browser, cast: Cast, day: str) -> None:
    began = time.monotonic()
    rows = "".join(f"Ana {n},ana{n}@example.com,9 Bay,Mowing,95,{day}\n" for n in range(50))
    page = drafted(office, f"Name,Email,Address,Service,Price,Next visit\n{rows}")
    shown = main(office.get(page))
    assert "is no day of the calendar" in shown
    assert "50 left out" in shown
    assert time.monotonic() - began < 10  # a minute, where each cell is looked through again and again


def test_more_cells_than_can_be_pasted_are_to_come_as_a_file(office: Browser, cast: Cast) -> None:
    table = "Name,Email\n" + "".join(f"Ana {n},ana{n}@example.com\n" for n in range(19_999))
    many = table + "\n" * (1024 * 1024)
    answer = office.post(NEW, {"pasted": many})
    assert answer.status_code == 413
    assert "Up to 1 MB of cells can be pasted. Save your table as a CSV file" in main(answer)
    assert "photos" not in main(answer)
    assert office.post(NEW, {"file": SimpleUploadedFile("a.csv", many.encode())}).status_code == 302


def test_other_pages_still_speak_of_less_text(office: Browser, cast: Cast) -> None:
    answer = office.post(f"{CLIENTS}/new", {"notes": "x" * (1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert "Send less text or fewer photos." in main(answer)


def test_what_is_pasted_with_nul_in_it_is_read_without(office: Browser, cast: Cast) -> None:
    imported(office, "Name\tE-mail\nAna\x00 Ruiz\tana@example.com\n")
    assert Client.objects.get(email="ana@example.com").name == "Ana Ruiz"


def test_the_most_rows_are_said_as_they_are(
    office: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_imports, "MOST_ROWS", 1234)
    assert "Up to 1,234 rows." in main(office.get(NEW))


def test_signed_out_meanwhile_the_file_is_to_be_chosen_again(cast: Cast) -> None:
    file = SimpleUploadedFile("a.csv", TABLE.encode())
    answer = Browser().post(NEW, {"pasted": "", "file": file}, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert "Only the file has to be chosen again." in main(answer)


def test_a_draft_is_thrown_away(office: Browser, cast: Cast) -> None:
    page = drafted(office)
    assert "Nothing was imported" in main(office.post(f"{page}/drop", follow=True))
    again = office.post(f"{page}/drop", follow=True)
    assert again.redirect_chain == [(NEW, 302)]
    assert "That import was thrown away already." in main(again)
    assert office.get(page).status_code == 404
    assert not ImportedRow.objects.exists()
    assert not ClientService.objects.exists()
