"""Every sentence on a screen has its Spanish: none missing, none with other placeholders, none out of date."""

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import sidegate

PACKAGE = Path(sidegate.__file__).parent
FOLDER = PACKAGE / "locale/es/LC_MESSAGES"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true"}}
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale="es")


@pytest.fixture(scope="module")
def written() -> set[str]:
    """The English sentences as they stand in the code now."""
    found = extract_from_dir(str(PACKAGE), METHODS, OPTIONS, KEYWORDS)
    ids = {message[0] if isinstance(message, tuple) else message for _f, _l, message, _c, _x in found}
    return {sentence for sentence in ids if sentence}


def sentence_of(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)


def translations(message: Message) -> Iterator[tuple[str, str]]:
    """Each English form with its Spanish one."""
    if isinstance(message.id, tuple):
        yield from zip(message.id, message.string, strict=True)
    else:
        yield str(message.id), str(message.string)


def test_every_sentence_is_in_the_catalogue_and_no_other(catalogue: Catalog, written: set[str]) -> None:
    assert {sentence_of(message) for message in catalogue if message.id} == written


def test_every_sentence_is_translated(catalogue: Catalog) -> None:
    missing = [
        sentence_of(m) for m in catalogue if m.id and (m.fuzzy or not all(es for _en, es in translations(m)))
    ]
    assert missing == []


def test_every_translation_has_the_placeholders_of_its_sentence(catalogue: Catalog) -> None:
    differing = [
        english
        for message in catalogue
        if message.id
        for english, spanish in translations(message)
        if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(spanish))
    ]
    assert differing == []


def test_the_compiled_catalogue_says_what_the_written_one_says(catalogue: Catalog) -> None:
    """The program reads the compiled one; no tool for compiling is asked of who runs it."""
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    differing = [
        sentence_of(message)
        for message in catalogue
        if message.id
        for number, (english, spanish) in zip((1, 2), translations(message), strict=False)
        if spanish
        != (
            compiled.ngettext(*message.id, number)
            if isinstance(message.id, tuple)
            else compiled.pgettext(message.context, english)
            if message.context
            else compiled.gettext(english)
        )
    ]
    assert differing == []
