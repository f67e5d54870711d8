"""The HTML of a mail comes from its stored text alone, and says nothing that the text does not."""

import re
from html.parser import HTMLParser

import pytest

from sidegate.delivery.layout import blocks_of, laid_out
from sidegate.models import Business, Message
from sidegate.wording.colours import contrast

GREENLAWN = Business(name="Greenlawn & <Sons>", accent="#1c6a4a")
OUR_TAGS = {"html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "p", "h1"}
OUR_TAGS |= {"br", "blockquote"}
EVIL = """<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>
[press](javascript:alert(1)) {{7*7}} "quoted" 'too' &amp;"""


def html_of(text: str, *, subject: str = "Nos vemos", business: Business = GREENLAWN) -> str:
    message = Message(business=business, language="es", subject=subject)
    return laid_out(message, text=text)


class Reader(HTMLParser):
    """What a person sees, and where the links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_form_of_a_paragraph_says_what_it_is() -> None:
    text = (
        "Hola, Maria:\n\nCuándo: martes\nNotas: uno\n  dos\n\nMotivo:\n> Llueve.\n> Mucho.\n\n"
        "Ver: http://localhost:8000/greenlawn/\n\nK7Q2-MXWP\n\n--\nGreenlawn\n555-0134"
    )
    kinds = [block.kind for block in blocks_of(text)]
    assert kinds == ["words", "facts", "words", "quote", "button", "code", "small_print"]
    assert blocks_of(text)[1].facts == (("Cuándo", ("martes",)), ("Notas", ("uno", "dos")))
    assert blocks_of(text)[3].lines == ("Llueve.", "Mucho.")
    assert blocks_of(text)[6].lines == ("Greenlawn", "555-0134")


def test_one_line_with_a_colon_is_a_sentence() -> None:
    assert [block.kind for block in blocks_of("Aviso: mañana cerramos")] == ["words"]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "http://localhost:8000.evil.example/",
        "http://localhost:8000@evil.example/",
        "javascript:x",
    ],
)
def test_only_addresses_of_ours_become_links(address: str) -> None:
    assert Reader(html_of(f"Entrar: {address}")).links == []
    assert Reader(html_of("Entrar: http://localhost:8000/sign-in/x")).links == [
        "http://localhost:8000/sign-in/x"
    ]


def test_whatever_was_typed_is_shown_as_it_was_typed() -> None:
    page = Reader(
        html_of(f"{EVIL}\n\nA: {EVIL.splitlines()[0]}\nB: b\n\n> {EVIL.splitlines()[1]}", subject=EVIL[:40])
    )
    assert page.tags <= OUR_TAGS
    assert not {name for name in page.attributes if name.startswith("on")}
    assert page.links == []
    assert EVIL.splitlines()[0] in page.words
    assert EVIL.splitlines()[1] in page.words
    assert "Greenlawn & <Sons>" in page.words


def test_styles_stand_in_the_elements_and_the_night_survives() -> None:
    html = html_of("Hola\n\nVer: http://localhost:8000/x")
    assert re.search(r"<a [^>]*style=\"[^\"]*display: ?inline-block", html)
    assert "prefers-color-scheme: dark" in html
    assert 'lang="es"' in html


@pytest.mark.parametrize("accent", ["#1c6a4a", "#ffee00", "#000000", "#ffffff", "#7a2fd0"])
def test_any_colour_of_a_business_can_be_read(accent: str) -> None:
    html = html_of("Ver: http://localhost:8000/x", business=Business(name="Greenlawn", accent=accent))
    cell = re.search(r'<td style="[^"]*background: ?(#\w{6})[^"]*"><a href[^>]*[; "]color: ?(#\w{6})', html)
    assert cell
    assert contrast(cell[1], cell[2]) >= 4.5


def test_the_inbox_shows_the_first_real_sentence() -> None:
    html = html_of("Hola, Maria:\n\nBuenas noticias: su visita ya está en nuestra agenda.\n\n--\nGreenlawn")
    preview = re.search(r'<div class="preview"[^>]*>([^<]*)<', html)
    assert preview
    assert preview[1] == "Buenas noticias: su visita ya está en nuestra agenda."


def test_words_may_lead_to_a_button_in_one_paragraph() -> None:
    blocks = blocks_of("Ask again.\nAsk for other dates: http://localhost:8000/greenlawn/requests/K7Q-2MX")
    assert [(block.kind, block.lines) for block in blocks] == [
        ("words", ("Ask again.",)),
        ("button", ("Ask for other dates",)),
    ]
