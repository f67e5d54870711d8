"""The form that takes a table: a file, or cells pasted from a spreadsheet."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.client_imports import MOST_BYTES, text_of
from ..actions.errors import InvalidInput
from .fields import Line
from .forms import Form


class Pasted(Line):
    """The cells as the spreadsheet gives them: tabs and line ends are what divides them. NUL goes, as everywhere."""

    widget = forms.Textarea

    def cleaned(self, typed: str) -> str:
        return typed.replace("\x00", "")


class TableForm(Form):
    """One of the two. What was pasted stays on the page; a file has to be chosen again, as browsers have it."""

    saying = lazy("Look at it")
    is_new = True

    pasted = Pasted(
        lazy("Paste the cells here"),
        most=MOST_BYTES,
        hint=lazy("In your spreadsheet select everything, header row included, copy, and paste."),
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.file = request.FILES.get("file") if request.method == "POST" else None

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.file and not found.get("pasted", "").strip() and "pasted" not in self.errors:
            self.add_error("pasted", _("Paste the cells of your spreadsheet, or choose a CSV file."))
        return found

    def text(self) -> str:
        """Raises InvalidInput for a file that is no table of text."""
        if not self.file:
            return str(self.cleaned_data["pasted"])
        if self.file.size is not None and self.file.size > MOST_BYTES:
            return text_of(b" " * (MOST_BYTES + 1))
        return text_of(self.file.read())

    def name(self) -> str:
        return str(self.file.name or "") if self.file else ""

    def refuse(self, refused: InvalidInput) -> None:
        """What is wrong with the file is said where the cells could be pasted instead."""
        super().refuse(InvalidInput({"pasted": next(iter(refused.errors.values()))}))
