"""How this works: every chapter in both languages, and nothing in it that does not stand on the screens."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest
from babel.messages.pofile import read_po
from django.test import Client as Browser
from markdown_it.token import Token

from sidegate.gate.guide_chapters import AUDIENCES, CONTENTS, FOLDER, LINK, MARKDOWN, chapters
from sidegate.models import User

from ..conftest import Cast
from ..office.reading import main
from ..wording.test_catalogue import FOLDER as CATALOGUE
from ..wording.test_catalogue import KEYWORDS, METHODS, OPTIONS, PACKAGE, extract_from_dir

LANGUAGES = ("en", "es")
PAGES = [(audience, name) for audience in AUDIENCES for name in (CONTENTS, *chapters(audience))]
EVERY_PAGE = [(language, *page) for language in LANGUAGES for page in PAGES]
NOBODYS_BUTTON = {"English", "Español", "WhatsApp"}  # names that no catalogue translates


def address(audience: str, name: str) -> str:
    return f"/guide/{audience}/" + ("" if name == CONTENTS else name)


def source(language: str, audience: str, name: str) -> str:
    return (FOLDER / language / audience / f"{name}.md").read_text(encoding="utf-8")


def inline(text: str) -> Iterator[Token]:
    return (inner for token in MARKDOWN.parse(text) for inner in token.children or ())


def title(text: str) -> str:
    return text.split("\n", 1)[0].removeprefix("# ")


def headings(text: str) -> list[str]:
    return [token.tag for token in MARKDOWN.parse(text) if token.type == "heading_open"]


def bold(text: str) -> set[str]:
    return set(re.findall(r"\*\*(.+?)\*\*", text))


def reading(language: str) -> Browser:
    browser = Browser()
    browser.post("/language", {"language": language})
    return browser


@pytest.mark.parametrize(("language", "audience", "name"), EVERY_PAGE)
def test_every_chapter_opens_for_everyone_in_her_language(
    db: None, language: str, audience: str, name: str
) -> None:
    answer = reading(language).get(address(audience, name))
    assert answer.status_code == 200
    assert f"<h1>{title(source(language, audience, name))}</h1>" in answer.content.decode()
    assert (
        f'<article class="prose{" contents" * (name == CONTENTS)}" lang="{language}">'
        in answer.content.decode()
    )
    assert "**" not in main(answer) and "](" not in main(answer)


def test_both_languages_have_the_same_chapters_and_each_stands_in_the_contents() -> None:
    for audience in AUDIENCES:
        files = [{file.stem for file in (FOLDER / code / audience).iterdir()} for code in LANGUAGES]
        assert files == [{CONTENTS, *chapters(audience)}] * 2
        links = [LINK.findall(source(code, audience, CONTENTS)) for code in LANGUAGES]
        assert links[0] == links[1]


@pytest.mark.parametrize(("audience", "name"), PAGES)
def test_a_chapter_says_the_same_in_both_languages(audience: str, name: str) -> None:
    english, spanish = (source(code, audience, name) for code in LANGUAGES)
    assert headings(english) == headings(spanish)
    assert headings(english)[0] == "h1" and set(headings(english)[1:]) <= {"h2"}
    for mark in (r"(?m)^- ", r"(?m)^\d\. ", r"(?m)^> ", LINK):
        assert len(re.findall(mark, english)) == len(re.findall(mark, spanish)), mark


@pytest.mark.parametrize(("language", "audience", "name"), EVERY_PAGE)
def test_links_inside_chapters_lead_to_pages_that_exist(language: str, audience: str, name: str) -> None:
    text = source(language, audience, name)
    written = re.findall(r"\]\(([^)]*)\)", text)
    assert len(written) == sum(token.type == "link_open" for token in inline(text))
    for link in written:
        assert (FOLDER / language / audience / link).resolve().is_file(), link


@pytest.mark.parametrize(
    "path",
    [
        "owner/nothing",
        "owner/README",
        "owner/queue.md",
        "nobody/",
        "nobody/queue",
        "en/owner",
        "client/queue",
        "owner/..%2Fclient%2Fasking",
        "..%2f..%2f..%2fREADME",
        "owner/%2e%2e/client/asking",
        "owner/queue%00",
    ],
)
def test_whatever_is_no_chapter_is_the_one_404(cast: Cast, path: str) -> None:
    answer = Browser().get(f"/guide/{path}")
    assert answer.status_code == 404
    assert answer.content == Browser().get("/nothing-here").content


def test_each_is_led_to_the_guide_that_is_theirs(cast: Cast, signed_in: Callable[[User], Browser]) -> None:
    leads_to = [browser.get("/guide/")["Location"] for browser in (Browser(), signed_in(cast.maria_user))]
    assert leads_to == ["/guide/client/"] * 2
    assert signed_in(cast.dana).get("/guide/?next=/greenlawn/office/requests")["Location"] == (
        "/guide/owner/?next=%2Fgreenlawn%2Foffice%2Frequests"
    )


def test_the_way_back_goes_along_from_chapter_to_chapter(cast: Cast) -> None:
    page = Browser().get("/guide/owner/queue?next=/greenlawn/office/requests").content.decode()
    assert '<a class="back" href="/greenlawn/office/requests">' in page
    links = re.findall(r'href="(/guide/[^"]+)"', page)
    assert len(links) > 3
    assert {link.partition("?")[2] for link in links} == {"next=%2Fgreenlawn%2Foffice%2Frequests"}
    assert "/greenlawn/theme.css" in page


@pytest.mark.parametrize(
    "foreign", ["https://evil.test/", "//evil.test", "javascript:alert(1)", '"><script>']
)
def test_t36_a_foreign_way_back_is_forgotten(db: None, foreign: str) -> None:
    page = Browser().get("/guide/client/asking?next=" + quote(foreign)).content.decode()
    assert '<a class="back" href="/">' in page
    assert "evil" not in page.replace(quote(foreign), "") and "<script>" not in page


def test_a_way_back_with_marks_of_html_stays_text(db: None) -> None:
    page = Browser().get("/guide/client/asking?next=" + quote('/x"><b>&y')).content.decode()
    assert "<b>" not in page and '<a class="back" href="/x&#34;&gt;&lt;b&gt;&amp;y">' in page


def test_what_is_no_chapters_markdown_stays_text() -> None:
    hostile = (
        "# A\n\n<script>alert(1)</script> ![x](y.png) [z](javascript:alert(1)) [w](https://evil.test) <b>"
    )
    html = MARKDOWN.render(hostile, {"audience": "owner", "next": ""})
    assert not re.search(r"<(?!/?(h1|p)>)", html)


@pytest.mark.parametrize("file", sorted((PACKAGE / "templates").rglob("*.html")), ids=lambda file: file.name)
def test_what_screens_link_to_is_a_chapter(file: Path) -> None:
    linked = re.findall(r'guide_link\("(\w+)", "([\w-]+)"', file.read_text(encoding="utf-8"))
    assert {(audience, name) for audience, name in linked} <= set(PAGES)


@cache
def on_screens() -> dict[str, set[str]]:
    """Every English sentence of the screens, with its Spanish where it has one."""
    found = extract_from_dir(str(PACKAGE), METHODS, OPTIONS, KEYWORDS)
    ids = {message[0] if isinstance(message, tuple) else message for _f, _l, message, _c, _x in found}
    spanish: dict[str, set[str]] = {sentence: set() for sentence in ids}
    with (CATALOGUE / "django.po").open("rb") as file:
        for message in read_po(file, locale="es"):
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            for form in forms[: len(forms) if forms[0] in ids else 0]:
                spanish.setdefault(form, set()).update(said)
    return spanish


def fits(name: str, sentence: str) -> bool:
    """Whether a name in the guide is that sentence, its placeholders filled in: "Approve at $95"."""
    if "%(" not in sentence:
        return name == sentence
    known = re.split(r"%\(\w+\)s", sentence)
    return bool(known[0]) and bool(re.fullmatch(".{1,20}".join(map(re.escape, known)), name))


def english_of(spanish: str) -> set[str]:
    return {english for english, said in on_screens().items() if any(fits(spanish, one) for one in said)}


def screens_of(english: str) -> set[str]:
    return {sentence for sentence in on_screens() if fits(english, sentence)}


@pytest.mark.parametrize(("audience", "name"), PAGES)
def test_a_name_in_bold_stands_on_a_screen(audience: str, name: str) -> None:
    english, spanish = (bold(source(code, audience, name)) - NOBODYS_BUTTON for code in LANGUAGES)
    assert {said for said in english if not screens_of(said)} == set()
    assert {said for said in spanish if not english_of(said)} == set()
    named = {sentence for said in english for sentence in screens_of(said)}
    assert {said for said in spanish if not english_of(said) & named} == set(), "named in Spanish alone"
    translated = {sentence for said in spanish for sentence in english_of(said)}
    assert {said for said in english if not screens_of(said) & translated} == set(), "named in English alone"
