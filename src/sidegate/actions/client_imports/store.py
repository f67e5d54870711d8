"""Storing planned rows: inside the one transaction of their batch, a few statements for each table."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import F, Max

from ...models import (
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
from ...models.client_service import rhythm
from ..client_services.replan import replan_quietly
from ..visits import added_events, visits_on
from .plan import FIELDS_OF_CLIENT
from .row_plan import RowPlan


class EmailTaken(Exception):
    """Someone gave one of these emails to another client in this moment: the batch is planned anew."""


class Storing:
    """One batch. `made` holds for each row's number the keys of what was added for it."""

    def __init__(self, client_import: ClientImport, plans: Sequence[RowPlan]) -> None:
        self.client_import, self.business_id = client_import, client_import.business_id
        self.plans = plans
        self.taken = [plan for plan in plans if not plan.problems]
        self.made: dict[int, dict[str, Any]] = {plan.row.number: {} for plan in plans}

    def run(self) -> None:
        """Raises EmailTaken; the transaction is then to be rolled back."""
        self._services()
        self._clients()
        self._properties()
        self._people()
        self._agreements()
        ImportedRow.objects.bulk_create([self._row(plan) for plan in self.plans])

    def _note(self, plan: RowPlan, what: str, key: UUID) -> UUID:
        self.made[plan.row.number][what] = str(key)
        return key

    def _services(self) -> None:
        """New lines of the catalog stand at its end; without a price, which is the owner's to say."""
        new = [(plan, plan.service) for plan in self.taken if plan.adds_service and plan.service]
        if not new:
            return
        last = Service.objects.filter(business=self.business_id).aggregate(last=Max("position"))["last"] or 0
        Service.objects.bulk_create(
            Service(
                pk=self._note(plan, "service", service.id),
                business_id=self.business_id,
                names={self.client_import.language: service.name},
                position=last + place,
            )
            for place, (plan, service) in enumerate(new, 1)
        )

    def _clients(self) -> None:
        Client.objects.bulk_create(
            Client(
                pk=self._note(plan, "client", plan.client_id),
                business_id=self.business_id,
                name=plan.row.name,
                email=plan.row.email,
                phone=plan.row.phone,
                language=plan.row.language,
                tags=list(plan.row.tags),
            )
            for plan in self.taken
            if plan.adds_client
        )
        for plan in self.taken:
            self._change(Client, "client", plan.client_id, plan)

    def _properties(self) -> None:
        Property.objects.bulk_create(
            Property(
                pk=self._note(plan, "property", plan.property_id),
                business_id=self.business_id,
                client_id=plan.client_id,
                address=plan.row.address,
                access_notes=plan.row.access_notes,
            )
            for plan in self.taken
            if plan.adds_property
        )
        for plan in self.taken:
            self._change(Property, "property", plan.property_id, plan)

    def _change(self, model: Any, table: str, key: UUID, plan: RowPlan) -> None:
        if changes := dict(plan.after.get(table, {})):
            bounce = {"email_bounced_at": None} if "email" in changes else {}
            model._default_manager.filter(pk=key, business=self.business_id).update(**changes, **bounce)

    def _people(self) -> None:
        """Who gets an email opens a portal with it, as when a client is added by hand."""
        new = {
            plan.row.email: plan
            for plan in self.taken
            if plan.row.email and (plan.adds_client or "email" in plan.after.get("client", {}))
        }
        if not new:
            return
        users = self._users(new)
        hers = {user.pk: new[email].client_id for email, user in users.items()}
        let_in_before = self._must_be_free(hers)
        PortalUser.objects.bulk_create(
            PortalUser(
                pk=self._note(plan, "portal_user", PortalUser().pk),
                business_id=self.business_id,
                client_id=plan.client_id,
                user=users[email],
            )
            for email, plan in new.items()
            if users[email].pk not in let_in_before
        )

    def _users(self, new: dict[str, RowPlan]) -> dict[str, User]:
        """The one user of each address, made where there is none, and held until the transaction ends."""
        known = set(User.objects.filter(email__in=new).values_list("email", flat=True))
        made = [
            User(
                email=email,
                name=plan.row.name,
                language=plan.row.language,
                password=make_password(None),
            )
            for email, plan in new.items()
            if email not in known
        ]
        User.objects.bulk_create(made, ignore_conflicts=True)
        User.objects.filter(email__in=new).update(email=F("email"))
        users = {user.email: user for user in User.objects.filter(email__in=new)}
        for user in made:
            if users[user.email].pk == user.pk:
                self._note(new[user.email], "user", user.pk)
        return users

    def _must_be_free(self, hers: dict[UUID, UUID]) -> set[UUID]:
        """An email opens one client's portal (actions/clients.py); asked anew now that the users are held. Returns
        those users who open hers already: they were let in before it became her own email."""
        opened = PortalUser.objects.filter(
            business=self.business_id, user__in=hers, client__archived_at=None
        ).values_list("user_id", "client_id")
        by_others = [user for user, client in opened if client != hers[user]]
        emails = User.objects.filter(pk__in=hers).values("email")
        others = Client.objects.active().filter(business=self.business_id, email__in=emails)
        if by_others or others.exclude(pk__in=hers.values()).exists():
            raise EmailTaken
        return {user for user, _client in opened}

    def _agreements(self) -> None:
        new = [
            (plan, self._agreement(plan))
            for plan in self.taken
            if plan.adds_agreement and plan.service and plan.start_date
        ]
        ClientService.objects.bulk_create([agreement for _plan, agreement in new])
        visits: list[Visit] = []
        for plan, agreement in new:
            hers = visits_on(agreement, plan.visits)
            visits += hers
            self.made[plan.row.number]["visits"] = [str(visit.pk) for visit in hers]
        Visit.objects.bulk_create(visits)
        Event.objects.bulk_create(added_events(visits, self.client_import.by))
        for plan in self.taken:
            self._change(ClientService, "agreement", plan.agreement_id, plan)
        replan_quietly(
            [plan.agreement_id for plan in self.taken if "rule" in plan.after.get("agreement", {})]
        )

    def _agreement(self, plan: RowPlan) -> ClientService:
        assert plan.service and plan.start_date and plan.price_minor is not None  # noqa: S101
        return ClientService(
            pk=self._note(plan, "agreement", plan.agreement_id),
            business_id=self.business_id,
            client_id=plan.client_id,
            property_id=plan.property_id,
            service_id=plan.service.id,
            price_minor=plan.price_minor,
            start_date=plan.start_date,
            **rhythm(plan.frequency, plan.start_date),
            **self._goes_on(plan),
        )

    def _goes_on(self, plan: RowPlan) -> dict[str, Any]:
        """Where its next visit is known, those after it are made by themselves, from tomorrow on."""
        if not (plan.frequency and plan.visits):
            return {}
        tomorrow = self.client_import.business.today() + timedelta(days=1)
        return {"makes_visits": True, "extends_on": tomorrow}

    def _row(self, plan: RowPlan) -> ImportedRow:
        return ImportedRow(
            business_id=self.business_id,
            client_import=self.client_import,
            number=plan.row.number,
            fate=plan.fate,
            client_id=None if plan.problems else plan.client_id,
            made=self.made[plan.row.number],
            before=plan.before,
            after=_as_it_stands(plan),
            cells=list(plan.row.cells) if plan.problems else [],
            problems=[problem.stored() for problem in plan.problems],
        )


def _as_it_stands(plan: RowPlan) -> dict[str, dict[str, Any]]:
    """Of each record that the row added or changed its key and the values written, to be compared when undoing."""
    row, written = plan.row, {table: dict(values) for table, values in plan.after.items()}
    if plan.adds_client:
        written["client"] = {name: getattr(row, name) for name in FIELDS_OF_CLIENT} | {"tags": list(row.tags)}
    if plan.adds_property:
        written["property"] = {"address": row.address, "access_notes": row.access_notes}
    if plan.adds_agreement:
        written["agreement"] = {
            "price_minor": plan.price_minor,
            "frequency": plan.frequency,
            "status": "active",
        }
    keys = {"client": plan.client_id, "property": plan.property_id, "agreement": plan.agreement_id}
    return {table: {"id": str(keys[table]), **values} for table, values in written.items()}
