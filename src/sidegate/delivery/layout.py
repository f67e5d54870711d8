"""The HTML of a mail, laid out from its stored text alone (DESIGN rule 18).

The text's own form says what each paragraph is: a last line `Label: address of ours` a button, lines of `Label: value`
a list of facts, lines after `>` someone's own words, a code alone something to type, and what follows `--`
the small print. Everything is escaped, and only addresses of ours become links.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import css_inline
from django.conf import settings
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..models import Message
from ..wording.colours import dark_shades, light_shades

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "mail"
SMALL_PRINT = "--"
SHORTEST_PREVIEW = 35  # characters
_BUTTON = re.compile(r"([^:\n]{1,60}): (https?://\S+)")
_FACT = re.compile(r"([^:\n>]{1,30}): (.+)")
_CODE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the mail. `kind` is "words", "quote", "facts", "button", "code" or "small_print"."""

    kind: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    address: str = ""


def laid_out(message: Message, *, text: str) -> str:
    """The whole HTML document, its styles written into each element for mail programs that need that."""
    business = message.business
    blocks = blocks_of(text)
    html = (
        _environment()
        .get_template("layout.html")
        .render(
            language=message.language,
            business=business.name,
            subject=message.subject,
            preview=_preview(blocks),
            blocks=blocks,
            light=light_shades(business.accent),
            dark=dark_shades(business.accent),
        )
    )
    return _inliner().inline(html)


def _preview(blocks: list[Block]) -> str:
    """What an inbox shows beside the subject: the first real sentence, not the greeting."""
    words = [" ".join(block.lines) for block in blocks if block.kind == "words"]
    return next((text for text in words if len(text) >= SHORTEST_PREVIEW), "")


def blocks_of(text: str) -> list[Block]:
    words, _mark, small_print = f"\n{text}\n".partition(f"\n{SMALL_PRINT}\n")
    blocks = [block for paragraph in words.strip().split("\n\n") for block in _blocks_of_one(paragraph)]
    if small_print.strip():
        blocks.append(Block("small_print", tuple(small_print.strip().split("\n"))))
    return blocks


def _blocks_of_one(paragraph: str) -> list[Block]:
    before, _newline, last = paragraph.rpartition("\n")
    button = _BUTTON.fullmatch(last)
    if button and button[2].startswith(f"{settings.SIDEGATE_BASE_URL}/"):
        words = _blocks_of_one(before) if before else []
        return [*words, Block("button", (button[1],), address=button[2])]
    if _CODE.fullmatch(paragraph):
        return [Block("code", (paragraph,))]
    lines = paragraph.split("\n")
    facts = _facts(lines)
    return [Block("facts", facts=facts)] if len(facts) > 1 else _words_and_quotes(lines)


def _facts(lines: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Label and value of each line, a value's further lines being indented; empty where one is no fact."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for line in lines:
        if line.startswith("  ") and found:
            label, values = found[-1]
            found[-1] = (label, (*values, line.strip()))
        elif fact := _FACT.fullmatch(line):
            found.append((fact[1], (fact[2],)))
        else:
            return ()
    return tuple(found)


def _words_and_quotes(lines: list[str]) -> list[Block]:
    quoted = tuple(line[1:].strip() for line in lines if line.startswith(">"))
    plain = tuple(line.strip() for line in lines if not line.startswith(">"))
    blocks = [Block("words", plain)] if any(plain) else []
    return [*blocks, Block("quote", quoted)] if any(quoted) else blocks


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
