"""Everything about one client in a file to hand over: complete, readable, safe to unpack, for owners only."""

import errno
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from sidegate.models import Client, Membership, Photo, User
from sidegate.office import client_closing
from tests import factories
from tests.conftest import Cast
from tests.histories import NEEDLES, rich_history

from .reading import main


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> None:
    settings.SIDEGATE_DATA_DIR = tmp_path


def download(office: Browser, client: Client) -> Any:
    return office.get(f"/greenlawn/office/clients/{client.pk}/export")


def opened(answer: Any) -> ZipFile:
    return ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def facts(archive: ZipFile) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(archive.read("client.json"))
    return read


def test_everything_held_on_her_is_in_the_file(office: Browser, cast: Cast) -> None:
    zenobia = rich_history(cast)
    answer = download(office, zenobia)
    assert answer["Content-Type"] == "application/zip"
    today = cast.greenlawn.today().isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="zenobia-quintanilla-{today}.zip"'
    archive = opened(answer)
    assert archive.testzip() is None
    text = archive.read("client.json").decode().casefold()
    assert {needle for needle in NEEDLES if needle not in text} == {"5550199"} - set(
        re.findall(r"5550199", text)
    )
    assert "dana@example.com" in text  # the office's letters about her


def test_the_keys_are_words_and_the_values_are_readable(office: Browser, cast: Cast) -> None:
    zenobia = rich_history(cast)
    read = facts(opened(download(office, zenobia)))
    assert list(read) == [
        "exported_at", "business", "currency", "client", "people_with_portal_access", "addresses", "services",
        "requests", "other_messages", "history", "imported_from",
        "calendar_addresses",
    ]  # fmt: skip
    assert read["client"]["name"] == "Zenobia Quintanilla"
    assert [person["email"] for person in read["people_with_portal_access"]] == [
        "zenobia@example.com",
        "lucrecia@example.com",
    ]
    assert read["addresses"][0]["getting_in"] == "9911key"
    weekly = next(service for service in read["services"] if service["frequency"] == "weekly")
    assert (weekly["service"], weekly["price"], len(weekly["visits"])) == ("Mowing", "80", 5)
    assert {request["status"] for request in read["requests"]} == {"approved", "declined", "withdrawn"}
    approved = next(request for request in read["requests"] if request["status"] == "approved")
    assert (approved["personal_line"], approved["decided_by"]) == ("Bring marigold seeds.", "Dana Reyes")
    assert [line["what"] for line in approved["history"]] == ["submitted", "approved"]
    assert {message["about"] for message in approved["messages"]} == {
        "booking.received",
        "booking.submitted",
        "booking.approved",
    }


def test_her_photos_are_in_it_under_names_of_ours(office: Browser, cast: Cast) -> None:
    archive = opened(download(office, rich_history(cast)))
    names = set(archive.namelist()) - {"client.json"}
    assert len(names) == Photo.objects.count() == 6
    assert all(re.fullmatch(r"photos/[A-Z0-9]{3}-[A-Z0-9]{3}-[1-9]\.jpg", name) for name in names)
    assert {name for request in facts(archive)["requests"] for name in request["photos"]} == names
    assert archive.read(min(names)) == b"petunia" * 9


def test_a_photo_that_lost_its_file_is_left_out(office: Browser, cast: Cast, tmp_path: Path) -> None:
    zenobia = rich_history(cast)
    for path in tmp_path.rglob("*.jpg"):
        path.unlink()
    assert opened(download(office, zenobia)).namelist() == ["client.json"]


@pytest.mark.parametrize("name", ["../../etc/passwd", 'a"; filename="b', "Ωμέγα", "\u202egpj.exe", "x" * 120])
def test_no_name_makes_an_unsafe_file_name(office: Browser, cast: Cast, name: str) -> None:
    Client.objects.filter(pk=cast.omar.pk).update(name=name)
    answer = download(office, cast.omar)
    found = re.fullmatch(r'attachment; filename="([^"]*)"', answer["Content-Disposition"])
    assert found and re.fullmatch(r"[a-z0-9-]+\.zip", found[1])
    assert facts(opened(answer))["client"]["name"] == name


def test_nothing_of_anothers_is_in_it(office: Browser, cast: Cast) -> None:
    factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, notes="The hedge."
    )
    text = opened(download(office, cast.omar)).read("client.json").decode()
    assert "Maria" not in text and "hedge" not in text and "Cedar Row" in text


def test_only_an_owner_downloads_it(
    cast: Cast, signed_in: Callable[[User], Browser], portal: Browser
) -> None:
    staff = factories.make_member(business=cast.greenlawn, role="staff")
    assert download(signed_in(staff.user), cast.maria).status_code == 403
    assert download(signed_in(cast.bea), cast.maria).status_code == 404
    assert download(portal, cast.maria).status_code == 404
    assert "/sign-in" in download(Browser(), cast.maria)["Location"]
    Membership.objects.filter(user=cast.dana).update(is_active=False)
    assert download(signed_in(cast.dana), cast.maria).status_code == 404


def test_it_takes_as_many_statements_however_much_she_has(office: Browser, cast: Cast) -> None:
    def more() -> None:
        agreed = factories.make_client_service(
            client=cast.maria, property=cast.palm_court, service=cast.mowing
        )
        factories.make_visit(client_service=agreed, date=cast.greenlawn.today())
        factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            opened(download(office, cast.maria))
        return len(captured)

    more()
    one = count()
    more(), more()
    assert count() == one


def test_a_full_disk_is_said_in_words(office: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(client_closing, "export_client", full)
    answer = office.get(f"/greenlawn/office/clients/{cast.maria.pk}/export", follow=True)
    assert "The server's disk is full" in main(answer)
