"""What is typed about a line of the catalog, in each language."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.services import ServiceDetails
from ..models import Business, Service
from ..wording import rhythm
from ..wording.languages import LANGUAGES
from .fields import Amount, Choice, Line, Lines, Number, Tick
from .forms import Form
from .in_words import InWords
from .rhythm_fields import FREQUENCIES


class ServiceForm(Form):
    """The name in the business's own language is needed; where another has none, that one is shown."""

    category = Line(
        lazy("Category"), most=60, hint=lazy("Lawn, Pool, Cleaning: to keep a long list in order.")
    )
    price = Amount(lazy("Price"), hint=lazy("For what is agreed from now on. Empty means on request."))
    duration_minutes = Number(lazy("Usual duration, in minutes"), least=5, most=1440)
    frequency = Choice(lazy("Usually"), needed=False)
    is_requestable = Tick(
        lazy("Clients can ask for it"), hint=lazy("It stands in the portal's list of services.")
    )

    def __init__(self, request: HttpRequest, business: Business, service: Service | None = None) -> None:
        super().__init__(request, _values(service, business) if service else NEW)
        self.business = business
        self.fields["price"].for_business(business)  # type: ignore[attr-defined]
        self.offer(
            "frequency", [(value, rhythm.capitalised(rhythm.how_often(value))) for value in FREQUENCIES]
        )
        self._ask_in_each_language()

    def _ask_in_each_language(self) -> None:
        words, main = InWords(self.business), self.business.language_for("")
        ordered = [main, *(code for code in LANGUAGES if code != main)]
        for code in ordered:
            said = {"language": words.language_name(code)}
            self.fields[f"name_{code}"] = Line(
                _("Name in %(language)s") % said, needed=code == main, missing=_("What is it called?")
            )
            self.fields[f"description_{code}"] = Lines(_("Description in %(language)s") % said, most=1000)
        self.order_fields([f"{what}_{code}" for code in ordered for what in ("name", "description")])

    def details(self) -> ServiceDetails:
        typed = self.cleaned_data
        return ServiceDetails(
            names={code: typed[f"name_{code}"] for code in LANGUAGES if typed[f"name_{code}"]},
            descriptions={
                code: typed[f"description_{code}"] for code in LANGUAGES if typed[f"description_{code}"]
            },
            category=typed["category"],
            price_minor=typed["price"],
            duration_minutes=typed["duration_minutes"],
            frequency=typed["frequency"],
            is_requestable=typed["is_requestable"],
        )


NEW = {"duration_minutes": 60, "is_requestable": True}


def _values(service: Service, business: Business) -> dict[str, Any]:
    return {
        "category": service.category,
        "price": InWords(business).typed_amount(service.price_minor),
        "duration_minutes": service.duration_minutes,
        "frequency": service.frequency,
        "is_requestable": service.is_requestable,
        **{f"name_{code}": service.names.get(code, "") for code in LANGUAGES},
        **{f"description_{code}": service.descriptions.get(code, "") for code in LANGUAGES},
    }
