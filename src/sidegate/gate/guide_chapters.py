"""The guide's chapters: docs/guide/{language}/{audience}/{chapter}.md, which an installed Sidegate carries in itself.

A folder's README.md is its table of contents: a chapter stands in the guide once it is named there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.urls import reverse
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from ..wording.languages import FALLBACK

AUDIENCES = ("owner", "client")
CONTENTS = "README"
LINK = re.compile(r"(?:\.\./(owner|client)/)?([a-z-]+|README)\.md")
PACKAGE = Path(__file__).resolve().parent.parent
INSTALLED = PACKAGE / "guide"
FOLDER = INSTALLED if INSTALLED.is_dir() else PACKAGE.parent.parent / "docs/guide"
PAGES_KEPT = 512


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter, or a table of contents, ready to be shown; `language` is the one it is written in."""

    address: str
    language: str
    title: str
    body: Markup


@lru_cache
def chapters(audience: str) -> tuple[str, ...]:
    """The names of the audience's chapters, in the order of its table of contents."""
    contents = MARKDOWN.parse(_file(FALLBACK, audience, CONTENTS).read_text(encoding="utf-8"))
    inside = [inner for token in contents for inner in token.children or ()]
    links = [_leads_to(token) for token in inside if token.type == "link_open"]
    return tuple(name for elsewhere, name in links if not elsewhere)


@lru_cache(maxsize=PAGES_KEPT)
def read(language: str, audience: str, name: str, *, next_path: str = "") -> Chapter:
    """Rendered once; in English where it is not written in that language. Its links take `next_path` along."""
    file = _file(language, audience, name)
    tokens = MARKDOWN.parse(file.read_text(encoding="utf-8"))
    heading = next(token for token in tokens if token.type == "inline")
    body = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {"audience": audience, "next": next_path})
    return Chapter(
        address=address(audience, name, next_path=next_path),
        language=file.relative_to(FOLDER).parts[0],
        title=heading.content,
        body=Markup(body),  # noqa: S704 (HTML is off in MARKDOWN: every character of a file is escaped)
    )


def address(audience: str, name: str = CONTENTS, *, next_path: str = "") -> str:
    """Where a chapter or the table of contents is read; `next_path` is where the reader goes back to."""
    query = {"next": next_path} if next_path else None
    if name == CONTENTS:
        return reverse("gate:guide_contents", kwargs={"audience": audience}, query=query)
    return reverse("gate:guide_chapter", kwargs={"audience": audience, "chapter": name}, query=query)


def _file(language: str, audience: str, name: str) -> Path:
    own = FOLDER / language / audience / f"{name}.md"
    return own if own.is_file() else FOLDER / FALLBACK / audience / f"{name}.md"


def _leads_to(link: Token) -> tuple[str, str]:
    """The other audience where it is another's, and the chapter."""
    [(audience, name)] = LINK.findall(str(link.attrGet("href")))
    return audience, name


class ChapterMarkdown(MarkdownIt):
    """Headings, lists, notes, bold, and links to other chapters; whatever else stays the text that it is."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.disable(["image", "autolink", "code", "fence", "reference"])
        self.add_render_rule("link_open", _link_open)

    def validateLink(self, url: str) -> bool:
        return LINK.fullmatch(url) is not None


def _link_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: Mapping[str, Any],
    env: Mapping[str, str],
) -> str:
    audience, name = _leads_to(tokens[index])
    href = address(audience or env["audience"], name, next_path=env["next"])
    return f'<a href="{escape(href)}">'


MARKDOWN = ChapterMarkdown()
