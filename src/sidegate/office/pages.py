"""The pages that are alike wherever they stand: a form, a question before an act, and going back."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from ..web.access import OfficeScope
from ..web.pages import office
from ..web.rendering import url
from ..wording.typed import typed_date, typed_key
from .forms import Form, Words

LONGEST_NEXT = 300


def address(scope: OfficeScope, name: str, **parts: Any) -> str:
    """The address of an office page of this business."""
    return url(f"office:{name}", business=scope.business.slug, **parts)


def said(request: HttpRequest, words: Words, to: str) -> HttpResponse:
    """Go to a page that says what was just done."""
    notices.success(request, str(words))
    return redirect(to)


def refused(request: HttpRequest, words: Words, to: str) -> HttpResponse:
    """Go to a page that says why it was not done."""
    notices.error(request, str(words))
    return redirect(to)


def form_page(
    request: HttpRequest,
    scope: OfficeScope,
    form: Form,
    *,
    title: Words,
    room: str,
    back: tuple[str, Words],
    template: str = "office/form.html",
    **more: Any,
) -> HttpResponse:
    """A form on a page of its own; come back with mistakes it answers 422. `back` is (address, words)."""
    context = {"form": form, "title": title, "room": room, "back": back, **more}
    return office(request, scope, template, context, status=422 if form.errors else 200)


def question_page(
    request: HttpRequest,
    scope: OfficeScope,
    *,
    title: Words,
    room: str,
    back: tuple[str, Words],
    lines: list[str],
    button: Words,
    form: Form | None = None,
    obstacle: str = "",
    version: int | None = None,
    links: Sequence[tuple[str, Words]] = (),
    is_final: bool = False,
) -> HttpResponse:
    """What an act means, in words, before it is done; an obstacle stands in place of the button. `links` are what to
    look at first. With `is_final` the button looks as what nobody can take back."""
    context = {
        "title": title,
        "room": room,
        "back": back,
        "lines": lines,
        "button_words": button,
        "form": form,
        "obstacle": obstacle,
        "version": version,
        "links": links,
        "is_final": is_final,
    }
    return office(
        request, scope, "office/question.html", context, status=422 if form and form.errors else 200
    )


def next_page(request: HttpRequest, scope: OfficeScope, otherwise: str) -> str:
    """The page of this office that the form was asked to return to (`next`); else `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_local = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.isprintable()
    is_inside = wanted.startswith(f"/{scope.business.slug}/office/") and len(wanted) <= LONGEST_NEXT
    return wanted if is_local and is_inside and "\\" not in wanted else otherwise


def typed_id(request: HttpRequest, name: str) -> UUID | None:
    """The id in the address's query; None where there is none, or none that could be one."""
    return typed_key(request.GET.get(name, ""))


def typed_day(request: HttpRequest, name: str) -> date | None:
    """The ISO date in the address's query; None where there is none that the calendar has."""
    return typed_date(request.GET.get(name, ""))


def typed_version(request: HttpRequest) -> int:
    """The version that the page showed; -1, which nothing has, where it says none."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1
