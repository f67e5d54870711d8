"""The Jinja environment that every page is rendered with."""

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    """Jinja2 with our globals: `url`, `static`, `notices`, `language`, `is_demo`, and gettext."""
    options.setdefault("undefined", StrictUndefined)
    options["autoescape"] = True
    made = Environment(**options, extensions=["jinja2.ext.i18n"])  # noqa: S701 (set just above)
    made.install_gettext_translations(translation, newstyle=True)  # type: ignore[attr-defined]
    made.trim_blocks = made.lstrip_blocks = True
    made.globals.update(
        static=static,
        url=url,
        notices=notices,
        language=translation.get_language,
        is_demo=settings.SIDEGATE_DEMO,
    )
    return made


def url(name: str, **parts: Any) -> str:
    """The address of a page: `url("office:requests", business=business.slug)`."""
    return reverse(name, kwargs=parts)


def notices(request: HttpRequest) -> list[Any]:
    """What the last action left to say, such as "Saved."; saying it once forgets it."""
    waiting = get_messages(request)
    return list(waiting) if len(waiting) else []  # reading an empty store would set a cookie on every page
