"""A table of clients moves in: every row added, changed, left alone or refused in words, and never twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DataError

from sidegate.actions.client_imports import begin_import, begin_undo, plan_import, work_on_imports
from sidegate.actions.client_imports.store import EmailTaken, Storing
from sidegate.actions.clients import let_in
from sidegate.actions.errors import Conflict
from sidegate.actions.invariants import violations
from sidegate.models import (
    Client,
    ClientImport,
    ClientService,
    Event,
    ImportedRow,
    PortalUser,
    Property,
    Service,
    User,
    Visit,
)
from tests import factories
from tests.conftest import Cast

from .tables import HEADER, drafted, fates, imported, planned, problems

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_row_becomes_a_client_with_an_address_and_a_locked_service(cast: Cast) -> None:
    soon = cast.greenlawn.today() + timedelta(days=7)
    row = f'Ana Ruiz,ana@example.com,(305) 555-0199,Spanish,9 Bay Road,Gate 4,"north, pool",Mowing,weekly,$85,{soon}'
    made = imported(cast, f"{HEADER}\n{row}\n")
    assert (made.status, fates(made)) == ("done", {2: "added"})
    ana = Client.objects.get(name="Ana Ruiz")
    assert (ana.email, ana.phone, ana.language) == ("ana@example.com", "+13055550199", "es")
    assert ana.tags == ["north", "pool"]
    place = Property.objects.get(client=ana)
    assert (place.address, place.access_notes) == ("9 Bay Road", "Gate 4")
    agreed = ClientService.objects.get(client=ana)
    assert (agreed.service, agreed.price_minor, agreed.frequency) == (cast.mowing, 8500, "weekly")
    dates = list(Visit.objects.filter(client_service=agreed).order_by("date").values_list("date", flat=True))
    assert dates == [soon + timedelta(weeks=week) for week in range(4)]
    assert Event.objects.filter(visit__client_service=agreed, actor=cast.dana).count() == 4
    assert PortalUser.objects.get(client=ana).user.email == "ana@example.com"
    assert violations() == []


def test_the_same_table_again_adds_nothing(cast: Cast) -> None:
    soon = cast.greenlawn.today() + timedelta(days=7)
    text = (
        f"{HEADER}\n"
        f"Ana Ruiz,ana@example.com,,es,9 Bay Road,,,Mowing,weekly,85,{soon}\n"
        f"Ben Ito,,305 555 0188,,4 Low Street,,,Mowing,once,60,{soon}\n"
        f"Cleo Ng,,305 555 0177,,,,,,,,\n"
    )
    imported(cast, text)
    tables = (Client, Property, ClientService, Visit, User, PortalUser, Service, Event)
    before = [model._default_manager.count() for model in tables]
    assert planned(cast, text) == {2: "same", 3: "same", 4: "same"}
    assert plan_import(drafted(cast, text)).obstacle == "nothing"
    with_one_more = imported(cast, f"{text}Dee Fox,dee@example.com,,,,,,,,,\n")
    assert fates(with_one_more) == {2: "same", 3: "same", 4: "same", 5: "added"}
    before = [
        count + (model in (Client, User, PortalUser)) for count, model in zip(before, tables, strict=True)
    ]
    assert [model._default_manager.count() for model in tables] == before


def test_running_it_again_changes_what_the_table_says_now_and_leaves_alone_what_it_does_not_say(
    cast: Cast,
) -> None:
    imported(cast, f"{HEADER}\nAna Ruiz,ana@example.com,,es,9 Bay Road,Gate 4,north,Mowing,weekly,85,\n")
    again = imported(cast, f"{HEADER}\nAna Ruiz,ana@example.com,3055550199,,9 Bay Road,,,Mowing,weekly,90,\n")
    assert fates(again) == {2: "changed"}
    ana = Client.objects.get(name="Ana Ruiz")
    assert (ana.phone, ana.language, ana.tags) == ("+13055550199", "es", ["north"])
    assert Property.objects.get(client=ana).access_notes == "Gate 4"
    assert ClientService.objects.get(client=ana).price_minor == 9000


def test_one_email_in_two_rows_is_one_client_with_two_services(cast: Cast) -> None:
    made = imported(
        cast,
        f"{HEADER}\n"
        "Ana Ruiz,ana@example.com,,,9 Bay Road,,,Mowing,weekly,85,\n"
        "Ana Ruiz,ANA@example.com,,,9 bay road,,,Pool check,monthly,40,\n",
    )
    assert fates(made) == {2: "added", 3: "changed"}
    ana = Client.objects.get(name="Ana Ruiz")
    assert Property.objects.filter(client=ana).count() == 1
    assert sorted(map(str, Service.objects.filter(client_services__client=ana))) == ["Mowing", "Pool check"]


def test_two_clients_of_one_name_stay_two(cast: Cast) -> None:
    imported(cast, "Name,Email\nAna Ruiz,ana@example.com\nAna Ruiz,ruiz@example.com\n")
    assert Client.objects.filter(name="Ana Ruiz").count() == 2


def test_one_email_under_two_names_is_refused_at_the_second_row_and_the_rest_moves_in(cast: Cast) -> None:
    made = imported(
        cast, "Name,Email\nAna Ruiz,ana@example.com\nBen Ito,ana@example.com\nCleo Ng,cleo@example.com\n"
    )
    assert problems(made) == {3: ["email_of_other_row"]}
    assert set(Client.objects.values_list("name", flat=True)) >= {"Ana Ruiz", "Cleo Ng"}
    assert not Client.objects.filter(name="Ben Ito").exists()


def test_a_refused_row_leaves_nothing_at_all(cast: Cast) -> None:
    tables = (Client, Property, ClientService, Visit, User, PortalUser, Service)
    before = [model._default_manager.count() for model in tables]
    row = "Ana Ruiz,ana@example.com,,,9 Bay Road,,,Window cleaning,weekly,95 or 96,"
    draft = drafted(cast, f"{HEADER}\n{row}\n")
    assert plan_import(draft).obstacle == "nothing"
    made = imported(cast, f"{HEADER}\n{row}\nBen Ito,ben@example.com,,,,,,,,,\n")
    assert problems(made) == {2: ["no_amount"]}
    after = [model._default_manager.count() for model in tables]
    assert after == [before[0] + 1, *before[1:4], before[4] + 1, before[5] + 1, before[6]]


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (",ana@example.com,,,,,,,,,", ["name_missing"]),
        ("Ana Ruiz,,,,,,,,,,", ["unreachable"]),
        ("Ana Ruiz,ana@,,,,,,,,,", ["no_email"]),
        ("Ana Ruiz,a@example.com; b@example.com,,,,,,,,,", ["several_emails"]),
        ("Ana Ruiz,,12,,,,,,,,", ["no_phone"]),
        ("Ana Ruiz,a@example.com,,Klingon,,,,,,,", ["no_language"]),
        ('Ana Ruiz,a@example.com,,,9 Bay,,,Mowing,weekly,"95,00 €",', ["other_currency"]),
        ("Ana Ruiz,a@example.com,,,9 Bay,,,Mowing,now and then,95,", ["no_frequency"]),
        ("Ana Ruiz,a@example.com,,,9 Bay,,,Mowing,weekly,95,soon", ["no_date"]),
        ("Ana Ruiz,a@example.com,,,9 Bay,,,Mowing,weekly,95,2031-01-01", ["too_far"]),
        ("Ana Ruiz,a@example.com,,,9 Bay,,,Mowing,weekly,95,0001-01-01", ["too_long_ago"]),
        (f"Ana Ruiz,{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.com,,,,,,,,,", ["no_email"]),
        (f"Ana Ruiz,a@example.com,305 555 0142 ext. 7{' ' * 1}{'x' * 40},,,,,,,,", ["no_phone"]),
        ("Ana Ruiz,a@example.com,,,,,,Mowing,weekly,95,", ["address_missing"]),
        ("Ana Ruiz,a@example.com,,,9 Bay,,,Roofing,weekly,,", ["price_missing"]),
        ("Ana Ruiz,a@example.com,,,9 Bay,,,,,95,", ["service_missing"]),
        (f"{'x' * 121},a@example.com,,,,,,,,,", ["too_long"]),
        ("=1+1,,12,Klingon,,,,,,free,", ["no_phone", "no_language", "no_amount"]),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_row(cast: Cast, row: str, codes: list[str]) -> None:
    made = imported(cast, f"{HEADER}\n{row}\nBen Ito,ben@example.com,,,,,,,,,\n")
    assert problems(made) == {2: codes}
    assert fates(made)[3] == "added"
    assert violations() == []


def test_who_is_archived_or_opens_anothers_portal_is_named(cast: Cast) -> None:
    factories.make_client(
        business=cast.greenlawn,
        name="Old Hand",
        email="old@example.com",
        archived_at=cast.greenlawn.created_at,
    )
    second = factories.make_user(email="second@example.com", name="Second")
    PortalUser.objects.create(business=cast.greenlawn, client=cast.maria, user=second)
    made = imported(
        cast, "Name,Email\nOld Hand,old@example.com\nSomeone,second@example.com\nNew,new@example.com\n"
    )
    assert problems(made) == {2: ["client_archived"], 3: ["email_opens_other"]}


def test_a_phone_finds_the_client_who_has_no_email_yet(cast: Cast) -> None:
    olga = factories.make_client(business=cast.greenlawn, name="Olga", email="", phone="+13055550111")
    made = imported(cast, "Name,Email,Phone\nOlga Petrova,olga@example.com,(305) 555-0111\n")
    olga.refresh_from_db()
    assert (fates(made), olga.name, olga.email) == ({2: "changed"}, "Olga Petrova", "olga@example.com")
    assert PortalUser.objects.get(client=olga).user.email == "olga@example.com"


def test_an_email_that_opens_her_portal_already_becomes_her_own(cast: Cast) -> None:
    olga = factories.make_client(business=cast.greenlawn, name="Olga", email="", phone="+13055550111")
    let_in(olga, email="olga@example.com")
    text = f"{HEADER}\nOlga,olga@example.com,(305) 555-0111,,,,,,,,\nBen Ito,ben@example.com,,,,,,,,,\n"
    draft = drafted(cast, text)
    begin_import(draft, shown=plan_import(draft).fingerprint)
    worked_through(draft)
    olga.refresh_from_db()
    assert (fates(draft), olga.email) == ({2: "changed", 3: "added"}, "olga@example.com")
    assert PortalUser.objects.get(client=olga).user.email == "olga@example.com"
    begin_undo(draft)
    worked_through(draft)
    olga.refresh_from_db()
    assert (fates(draft), olga.email) == ({2: "undone", 3: "undone"}, "")
    assert PortalUser.objects.get(client=olga).user.email == "olga@example.com"
    assert violations() == []


def worked_through(client_import: ClientImport) -> None:
    """In a few turns, or never."""
    for _turn in range(20):
        work_on_imports(seconds=0.1)
    client_import.refresh_from_db()
    assert client_import.status in ("done", "undone")


def test_an_email_that_is_taken_at_every_try_is_one_row_left_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_free = Storing._must_be_free

    def never_hers(storing: Storing, hers: dict[UUID, UUID]) -> set[UUID]:
        if User.objects.filter(pk__in=hers, email="ana@example.com").exists():
            raise EmailTaken
        return is_free(storing, hers)

    monkeypatch.setattr(Storing, "_must_be_free", never_hers)
    draft = drafted(
        cast, "Name,Email\nBen Ito,ben@example.com\nAna Ruiz,ana@example.com\nDee,dee@example.com\n"
    )
    begin_import(draft, shown=plan_import(draft).fingerprint)
    worked_through(draft)
    assert fates(draft) == {2: "added", 3: "refused", 4: "added"}
    assert problems(draft) == {3: ["not_stored"]}
    assert violations() == []


def test_another_business_with_the_same_people_is_not_looked_at(cast: Cast) -> None:
    made = imported(cast, "Name,Email\nSam Waters,sam@example.com\n")
    assert fates(made) == {2: "added"}
    assert Client.objects.filter(email="sam@example.com").count() == 2
    assert User.objects.filter(email="sam@example.com").count() == 1


def test_a_service_that_was_ended_is_not_begun_anew(cast: Cast) -> None:
    text = f"{HEADER}\nAna Ruiz,ana@example.com,,,9 Bay Road,,,Mowing,weekly,85,\n"
    imported(cast, text)
    ClientService.objects.filter(client__name="Ana Ruiz").update(status="cancelled")
    assert planned(cast, text) == {2: "same"}
    imported(cast, f"{text}Dee Fox,dee@example.com,,,,,,,,,\n")
    assert ClientService.objects.filter(client__name="Ana Ruiz").count() == 1


def test_a_one_time_visit_of_the_past_makes_nothing(cast: Cast) -> None:
    yesterday = cast.greenlawn.today() - timedelta(days=1)
    made = imported(cast, f"{HEADER}\nAna Ruiz,ana@example.com,,,9 Bay Road,,,Mowing,once,85,{yesterday}\n")
    assert fates(made) == {2: "added"}
    assert not ClientService.objects.filter(client__name="Ana Ruiz").exists()


def test_a_date_of_two_meanings_is_asked_about_and_never_guessed(cast: Cast) -> None:
    text = f"{HEADER}\nAna Ruiz,ana@example.com,,,9 Bay Road,,,Mowing,once,85,3/4/2027\n"
    draft = drafted(cast, text)
    plan = plan_import(draft)
    assert (plan.obstacle, plan.asks_date_order) == ("date_order", True)
    with pytest.raises(Conflict):
        begin_import(draft, shown=plan.fingerprint)
    imported(cast, text, date_order="dmy")
    assert str(Visit.objects.get(client_service__client__name="Ana Ruiz").date) == "2027-04-03"


def test_another_date_of_the_table_proves_the_order(cast: Cast) -> None:
    rows = "Ana,ana@example.com,3/4/2027\nBen,ben@example.com,3/25/2027\n"
    draft = drafted(cast, f"Name,Email,Next visit\n{rows}")
    assert (draft.date_order, plan_import(draft).obstacle) == ("mdy", "nothing")  # no service is named


def test_the_plan_is_what_is_done(cast: Cast) -> None:
    soon = cast.greenlawn.today() + timedelta(days=7)
    text = (
        f"{HEADER}\n"
        f"Ana Ruiz,ana@example.com,,,9 Bay Road,,,Mowing,weekly,85,{soon}\n"
        "Ana Ruiz,ana@example.com,,,11 Bay Road,,,Hedges,monthly,40,\n"
        "Maria,maria@example.com,,,,,,,,,\n"
        "Omar Brooks,omar@example.com,,,8 Cedar Row,,,Mowing,weekly,nothing,\n"
    )
    would_be = planned(cast, text)
    assert would_be == {2: "added", 3: "changed", 4: "changed", 5: "refused"}
    assert fates(imported(cast, text)) == would_be


def test_what_was_shown_is_what_is_begun_and_only_once(cast: Cast) -> None:
    draft = drafted(cast, "Name,Email\nAna,ana@example.com\n")
    with pytest.raises(Conflict):
        begin_import(draft, shown="another")
    shown = plan_import(draft).fingerprint
    other_tab = ClientImport.objects.get(pk=draft.pk)
    begin_import(draft, shown=shown)
    with pytest.raises(Conflict):
        begin_import(other_tab, shown=shown)


def test_an_import_goes_on_where_a_worker_that_died_left_it(cast: Cast) -> None:
    text = "Name,Email\n" + "".join(f"Client {n},c{n}@example.com\n" for n in range(200))
    draft = drafted(cast, text)
    begin_import(draft, shown=plan_import(draft).fingerprint)
    work_on_imports(seconds=0.0001)
    draft.refresh_from_db()
    assert 0 < draft.done_count < 200
    while work_on_imports():
        pass
    draft.refresh_from_db()
    assert (draft.status, draft.source) == ("done", "")
    assert ImportedRow.objects.filter(client_import=draft, fate="added").count() == 200
    assert Client.objects.filter(name__startswith="Client ").count() == 200


def test_a_row_that_the_database_refuses_does_not_hold_up_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Storing.run

    def run(storing: Storing) -> None:
        if any(plan.row.name == "Poison" and not plan.problems for plan in storing.plans):
            raise DataError("value too long")
        real(storing)

    monkeypatch.setattr(Storing, "run", run)
    made = imported(cast, "Name,Email\nAna,ana@example.com\nPoison,poison@example.com\nBen,ben@example.com\n")
    assert (made.status, fates(made)) == ("done", {2: "added", 3: "refused", 4: "added"})
    assert problems(made) == {3: ["not_stored"]}


def test_an_address_in_arabic_and_a_name_in_emoji_are_kept_as_they_are(cast: Cast) -> None:
    imported(cast, "Name,Email,Address\nليلى 🌿,layla@example.com,شارع النخيل ١٢\n")
    layla = Client.objects.get(email="layla@example.com")
    assert (layla.name, Property.objects.get(client=layla).address) == ("ليلى 🌿", "شارع النخيل ١٢")
