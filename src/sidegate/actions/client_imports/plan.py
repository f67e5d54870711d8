"""What importing a table would do, worked out before anyone presses; the import itself works it out the same way."""

from collections.abc import Iterable
from datetime import date

from .agreeing import plan_agreement
from .columns import plain
from .known import Known, KnownAgreement, KnownClient, KnownProperty
from .row_plan import CannotImport, RowPlan, change
from .rows import ParsedRow, Problem

FIELDS_OF_CLIENT = ("name", "email", "phone", "language", "tags")


class Planner:
    """Plans rows in their order: each sees what those before it will have added."""

    def __init__(self, known: Known, today: date) -> None:
        self.known, self.today = known, today

    def plan(self, row: ParsedRow) -> RowPlan:
        if row.problems:
            return RowPlan(row, row.problems)
        try:
            return self._plan(row)
        except CannotImport as refused:
            return RowPlan(row, (refused.problem,))

    def plans(self, rows: Iterable[ParsedRow]) -> list[RowPlan]:
        return [self.plan(row) for row in rows]

    def _plan(self, row: ParsedRow) -> RowPlan:
        """Everything that can refuse the row is asked before anything is noted as known."""
        plan, client = RowPlan(row), self._client(row)
        self._must_be_free(row, client)
        place = self._property(row, client)
        plan_agreement(plan, place, self.known.services.get(plain(row.service)), self.today)
        hers = self._named(plan, client)
        self._name_property(plan, row, place)
        self._remember(plan, hers, place)
        return plan

    def _client(self, row: ParsedRow) -> KnownClient | None:
        """By email; else by phone, where one client has it, or one of its clients has the row's name too."""
        if found := self.known.by_email.get(row.email) if row.email else None:
            return _unless_archived(found)
        same = [c for c in self.known.by_phone.get(row.phone, ()) if not (row.email and c.email)]
        named = [client for client in same if plain(client.name) == plain(row.name)]
        if len(named or same) > 1:
            raise CannotImport(Problem("phone_of_several", "phone", row.phone, same[0].name))
        return next(iter(named or same), None)

    def _must_be_free(self, row: ParsedRow, client: KnownClient | None) -> None:
        opens = self.known.email_opens.get(row.email) if row.email else None
        if opens and (client is None or opens.id != client.id):
            raise CannotImport(Problem("email_opens_other", "email", row.email, opens.name))

    def _property(self, row: ParsedRow, client: KnownClient | None) -> KnownProperty | None:
        """The address of the row; where it names none, the only one she has."""
        places = client.properties if client else {}
        if row.address:
            return places.get(plain(row.address))
        if row.service and len(places) != 1:
            raise CannotImport(Problem("address_missing", "address"))
        return next(iter(places.values())) if len(places) == 1 else None

    def _named(self, plan: RowPlan, client: KnownClient | None) -> KnownClient:
        """The client of the row: a new one, or the one that is there with what the row says of her."""
        row = plan.row
        plan.client_name = row.name
        if client is None:
            client = KnownClient(plan.client_id, row.name, row.email, row.phone, row.language, row.tags)
            plan.adds_client = True
            return client
        plan.client_id = client.id
        for name in FIELDS_OF_CLIENT:
            said = getattr(row, name)
            if name == "tags":
                said = tuple(dict.fromkeys((*client.tags, *row.tags)))
            if said:
                change(plan, "client", name, getattr(client, name), said)
        return client

    def _name_property(self, plan: RowPlan, row: ParsedRow, place: KnownProperty | None) -> None:
        plan.address = place.address if place else row.address
        if place:
            plan.property_id = place.id
            if row.access_notes:
                change(plan, "property", "access_notes", place.access_notes, row.access_notes)
        elif row.address:
            plan.adds_property = True

    def _remember(self, plan: RowPlan, client: KnownClient, place: KnownProperty | None) -> None:
        """What later rows of the table will find."""
        row = plan.row
        self._apply(plan, client)
        if row.email:
            self.known.email_opens[row.email] = client
        if plan.adds_property:
            place = KnownProperty(plan.property_id, row.address, row.access_notes)
            client.properties[plain(row.address)] = place
        if place and "property" in plan.after:
            place.access_notes = row.access_notes
        if plan.service:
            self.known.services.setdefault(plain(row.service), plan.service)
        if plan.service and place and plan.price_minor is not None:
            agreed = KnownAgreement(
                plan.agreement_id, plan.price_minor, plan.frequency, rule_start=plan.start_date
            )
            place.agreements[plan.service.id, bool(plan.frequency)] = agreed

    def _apply(self, plan: RowPlan, client: KnownClient) -> None:
        changed = plan.after.get("client", {})
        for name, said in changed.items():
            setattr(client, name, tuple(said) if name == "tags" else said)
        if plan.adds_client or {"email", "phone"} & changed.keys():
            self.known.add_client(client)


def _unless_archived(client: KnownClient) -> KnownClient:
    if client.is_archived:
        raise CannotImport(Problem("client_archived", "email", client.email, client.name))
    return client
