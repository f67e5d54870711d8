"""Forms of the office: what is typed is cleaned in one place, and each mistake is a sentence at its field."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.errors import InvalidInput
from .meanwhile import as_sent, carried, merged

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# A text, or one that is translated when it is shown.
Words: TypeAlias = "str | _StrPromise"


class Form(forms.Form):
    """Made from a request it is filled in by a POST, from `initial` else.

    Ids are names, so that an error can lead to its field. `saying` is what its button reads. `is_new` where it
    makes a record: then `initial` only proposes, and what is sent counts.
    """

    saying: Words = lazy("Save")
    is_new = False

    def __init__(self, request: HttpRequest, initial: Mapping[str, Any] | None = None) -> None:
        posted = request.POST if request.method == "POST" else None
        super().__init__(posted, initial=dict(initial or {}), auto_id="%s")
        self.changed_by_both: list[str] = []
        if posted is not None:
            self._refuse_repeated(posted)
        if posted is not None and not self.is_new:
            ticks = set(filter(self._is_tick, self.fields))
            self.data, self.changed_by_both = merged(posted, self.initial, self.fields, ticks)

    def _refuse_repeated(self, posted: QueryDict) -> None:
        """A field of one value came twice: no form of ours sends that (CASES D19)."""
        single = (n for n, field in self.fields.items() if not isinstance(field, forms.MultipleChoiceField))
        if any(len(posted.getlist(name)) > 1 for name in single):
            raise BadRequest("repeated field")

    def offer(self, name: str, choices: Iterable[tuple[str, Words]]) -> None:
        """What may be chosen in a field, where it depends on the business or the client."""
        cast(forms.ChoiceField, self.fields[name]).choices = list(choices)

    def does(self, act: Callable[[], object]) -> bool:
        """Whether it was sent, is right, and the act took it; what the act refuses is said at its field."""
        if not self.is_valid():
            return False
        try:
            act()
        except InvalidInput as refused:
            self.refuse(refused)
            return False
        return True

    def was(self) -> str:
        """What the fields hold now, for the page to carry (office/meanwhile.py)."""
        return carried(self.initial)

    def full_clean(self) -> None:
        """What someone else changed as well is said beside every other mistake: the page that says it carries what
        stands there now, so that it is said once."""
        super().full_clean()
        for name in self.changed_by_both:
            values = [self._shown(name, value) for value in as_sent(self.initial[name])]
            now = " · ".join(values) or (_("no") if self._is_tick(name) else _("nothing"))
            sentence = _(
                "Someone changed this meanwhile to “%(now)s”. What you typed is here: save again to keep it."
            )
            self.add_error(name, sentence % {"now": now})

    def _shown(self, name: str, value: str) -> str:
        """A value as its field shows it."""
        if self._is_tick(name):
            return _("yes")
        choices = {str(key): str(words) for key, words in getattr(self.fields[name], "choices", ())}
        return choices.get(value, value)

    def _is_tick(self, name: str) -> bool:
        return isinstance(self.fields[name], forms.BooleanField)

    def refuse(self, refused: InvalidInput) -> None:
        for name, sentence in refused.errors.items():
            self.add_error(name if name in self.fields else None, str(sentence))

    def sentences(self) -> dict[str, str]:
        """The first mistake of each field, for the summary above the form."""
        fields = ((name, found) for name, found in self.errors.items() if name in self.fields)
        return {name: str(found[0]) for name, found in fields if found}

    def attributes_of(self, name: str) -> dict[str, Any]:
        """A field's own attributes; the only mistake of a form has the cursor."""
        field, mistakes = self.fields[name], self.sentences()
        own: dict[str, Any] = dict(getattr(field, "attributes", {}))
        if field.disabled:
            own["disabled"] = True
        if set(mistakes) == {name}:
            own["autofocus"] = True
        return own
