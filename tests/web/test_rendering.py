"""Addresses and words in templates: resolved and translated once, and as safe as Django's and Jinja's own."""

from uuid import uuid4

import pytest
from django.template import engines
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from markupsafe import Markup

from sidegate.web.rendering import url


def said(template: str, **values: object) -> str:
    return engines["jinja2"].from_string(template).render(values)


@pytest.mark.parametrize("reference", ["K7Q-2MX", "222-222", "stand-in-0"])
def test_an_address_is_the_one_django_resolves(reference: str) -> None:
    parts = {"business": "greenlawn", "reference": reference}
    assert url("office:request", **parts) == reverse("office:request", kwargs=parts)
    key = uuid4()
    for_client = {"business": "stand-in-1", "client_id": key}
    assert url("office:client", **for_client) == reverse("office:client", kwargs=for_client)


def test_what_no_address_has_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        url("office:requests", business="two words")


def test_values_in_words_are_escaped_once_whatever_came_before() -> None:
    template = '{{ _("Decline and tell %(name)s", name=name) }}'
    assert said(template, name="<b>") == "Decline and tell &lt;b&gt;"
    assert said(template, name=Markup("<b>")) == "Decline and tell <b>"
    assert said(template, name="<b>") == "Decline and tell &lt;b&gt;"


def test_words_follow_the_language_of_the_moment() -> None:
    for language in ("en", "es", "en"):
        with translation.override(language):
            assert said('{{ _("Decline") }}') == translation.gettext("Decline")
