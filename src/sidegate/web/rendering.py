"""The Jinja environment that every page is rendered with."""

import re
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

PLAIN = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
A_KEY = UUID("01234567-89ab-7def-8123-456789abcdef")


def environment(**options: Any) -> Environment:
    """Jinja2 with our globals: `url`, `static`, `notices`, `language`, `is_demo`, and gettext."""
    options.setdefault("undefined", StrictUndefined)
    options["autoescape"] = True
    made = Environment(**options, extensions=["jinja2.ext.i18n"])  # noqa: S701 (set just above)
    made.install_gettext_translations(translation, newstyle=True)  # type: ignore[attr-defined]
    made.trim_blocks = made.lstrip_blocks = True
    made.globals.update(
        _=_translated,
        static=lru_cache(maxsize=512)(static),  # names of files do not change while we run
        url=url,
        notices=notices,
        language=translation.get_language,
        is_demo=settings.SIDEGATE_DEMO,
    )
    return made


def _translated(message: str, **values: Any) -> Markup:
    """As Jinja's own newstyle gettext; a page of cards says the same words hundreds of times."""
    return _said(translation.get_language(), message, **values)


@lru_cache(maxsize=4096, typed=True)  # typed: what is Markup is not escaped, its equal that is plain text is
def _said(language: str | None, message: str, /, **values: Any) -> Markup:
    text = Markup(translation.gettext(message))  # noqa: S704 (words of ours; values are escaped below)
    return text % values if values or "%" in message else text


def url(name: str, **parts: Any) -> str:
    """The address of a page: `url("office:requests", business=business.slug)`."""
    texts = {part: str(value) for part, value in parts.items()}
    if not all(map(PLAIN.fullmatch, texts.values())):
        return reverse(name, kwargs=parts)
    keys = frozenset(part for part, value in parts.items() if isinstance(value, UUID))
    return _route(name, tuple(parts), keys).format_map(texts)


@lru_cache(maxsize=512)
def _route(name: str, parts: tuple[str, ...], keys: frozenset[str]) -> str:
    """The address with places in braces: resolved once, for a page may have hundreds of them."""
    stand_ins = {part: A_KEY if part in keys else f"stand-in-{n}" for n, part in enumerate(parts)}
    address = reverse(name, kwargs=stand_ins)
    for part, stand_in in stand_ins.items():
        address = address.replace(str(stand_in), f"{{{part}}}", 1)
    return address


def notices(request: HttpRequest) -> list[Any]:
    """What the last action left to say, such as "Saved."; saying it once forgets it."""
    waiting = get_messages(request)
    return list(waiting) if len(waiting) else []  # reading an empty store would set a cookie on every page
