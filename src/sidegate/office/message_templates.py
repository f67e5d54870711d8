"""The business's own words for its messages: which there are, and one of them with its preview."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..actions.message_templates import change_words, reset_words
from ..actions.messages import KEYS, BuiltIn, Draft, built_in, own_words, placeholders_of
from ..web.access import OfficeScope, PageRequest
from ..web.pages import office
from ..wording.languages import LANGUAGES
from .clients import asks_and_acts
from .in_words import InWords
from .message_samples import preview
from .message_words import key_words
from .pages import address, form_page, said
from .settings import owner_page
from .settings_forms import WordsForm

OF_BUSINESS = tuple(key for key in KEYS if key != "sign_in")


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A message and, for each language, whether the business has its own words."""

    key: str
    name: str
    languages: list[tuple[str, str, bool]]


@owner_page
@require_safe
def message_words(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """One statement for all of them."""
    words = InWords(scope.business)
    own = own_words(scope.business.pk, OF_BUSINESS).own
    rows = [
        TemplateRow(
            key, key_words(key), [(code, words.language_name(code), (key, code) in own) for code in LANGUAGES]
        )
        for key in OF_BUSINESS
    ]
    return office(request, scope, "office/settings/message_words.html", {"rows": rows})


@owner_page
@asks_and_acts
def template(request: PageRequest, scope: OfficeScope, key: str, language: str) -> HttpResponse:
    """The words of one message in one language; `preview` shows them filled in and stores nothing."""
    if key not in OF_BUSINESS or language not in LANGUAGES:
        raise Http404
    own = own_words(scope.business.pk, (key,)).own.get((key, language))
    form = WordsForm(request, key, own or built_in(key, language))
    to = address(scope, "message_words")
    only_looks = request.POST.get("then") == "preview"
    if not only_looks and form.does(
        lambda: change_words(scope.business, key=key, language=language, **form.cleaned_data)
    ):
        return said(request, _("Saved. Messages from now on read like this."), to)
    return form_page(
        request,
        scope,
        form,
        title=key_words(key),
        room="settings",
        back=(to, _("Words of the messages")),
        template="office/settings/template.html",
        key=key,
        language_code=language,
        language_name=InWords(scope.business).language_name(language),
        placeholders=sorted(placeholders_of(key)),
        is_own=own is not None,
        preview=_preview(scope, key, language, form, own or built_in(key, language)),
    )


def _preview(scope: OfficeScope, key: str, language: str, form: WordsForm, stored: BuiltIn) -> Draft | None:
    """Of what was typed where that is right, else of what is stored; None where it cannot be filled in."""
    words = BuiltIn(**form.cleaned_data) if form.is_bound and form.is_valid() else stored
    return preview(scope.business, key, language, words)


@owner_page
@require_POST
def reset(request: PageRequest, scope: OfficeScope, key: str, language: str) -> HttpResponse:
    if key not in OF_BUSINESS or language not in LANGUAGES:
        raise Http404
    reset_words(scope.business, key=key, language=language)
    return said(request, _("The built-in words are back."), address(scope, "message_words"))
