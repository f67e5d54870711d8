"""The way to the portal, to be handed out: its address, a QR code of it, and a card to print beside an invoice."""

import io
from dataclasses import dataclass

import segno
from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..web.access import OfficeScope, PageRequest, office_page
from ..web.pages import office
from ..web.rendering import url
from ..wording.languages import LANGUAGES, choose_language, language_name
from .in_words import InWords

BOTH = "both"
PIXELS_A_SQUARE = 12  # 300 to 400 pixels in all: sharp at four centimetres


@dataclass(frozen=True, slots=True)
class CardWords:
    """What the card says in one language."""

    language: str
    headline: str
    how: str


def portal_address(scope: OfficeScope) -> str:
    return f"{settings.SIDEGATE_BASE_URL}{url('portal:home', business=scope.business.slug)}"


@office_page
@require_safe
def portal_card(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """`language` is one of ours, or "both"."""
    asked = request.GET.get("language", "")
    chosen = asked if asked == BOTH else choose_language(asked, scope.business.default_language)
    context = {
        "address": portal_address(scope),
        "phone": InWords(scope.business).phone(scope.business.phone),
        "chosen": chosen,
        "choices": _choices(),
        "cards": [_words(code) for code in (LANGUAGES if chosen == BOTH else (chosen,))],
    }
    return office(request, scope, "office/clients/portal_card.html", context)


def _choices() -> list[tuple[str, str]]:
    mine = translation.get_language() or "en"
    return [*((code, language_name(code, read_in=mine)) for code in LANGUAGES), (BOTH, _("Both"))]


def _words(language: str) -> CardWords:
    with translation.override(language):
        return CardWords(
            language,
            _("Need an extra visit?"),
            _("Point your phone's camera here, sign in with your email, and ask in a minute."),
        )


@office_page
@require_safe
def qr_code(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """The portal's address as a QR code, with medium error correction: a fold or a drop of water does no harm."""
    picture = io.BytesIO()
    code = segno.make(portal_address(scope), error="m", micro=False)
    code.save(picture, kind="png", scale=PIXELS_A_SQUARE, border=4)
    return HttpResponse(picture.getvalue(), content_type="image/png")
