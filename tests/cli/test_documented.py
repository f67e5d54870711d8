"""Every command, option and variable stands in docs/operations.md, every route and message in its own table."""

import argparse
import re
from pathlib import Path

import sidegate
from sidegate.actions.messages import KEYS
from sidegate.cli.commands import COMMANDS

from ..web.routes import every_route

PACKAGE = Path(sidegate.__file__).parent
DOCS = PACKAGE.parent.parent / "docs"
HANDBOOK = (DOCS / "operations.md").read_text(encoding="utf-8")


def test_every_variable_is_documented() -> None:
    read = {
        name
        for file in PACKAGE.rglob("*.py")
        for name in re.findall(
            r"""environ(?:\.get\(|\[)["'](SIDEGATE_[A-Z_]+)""", file.read_text(encoding="utf-8")
        )
    }
    assert "SIDEGATE_BASE_URL" in read
    assert {name for name in read if f"| `{name}` |" not in HANDBOOK} == set()


def test_every_command_and_option_is_documented() -> None:
    missing = set()
    for command in COMMANDS:
        line = re.search(rf"^\| `sidegate {command.name}\b.*$", HANDBOOK, re.MULTILINE)
        parser = argparse.ArgumentParser()
        command.options(parser)
        options = {
            flag for action in parser._actions for flag in action.option_strings if flag.startswith("--")
        }
        for option in options - {"--help"}:
            if line is None or option not in line[0]:
                missing.add(f"{command.name} {option}")
        if line is None:
            missing.add(command.name)
    assert missing == set()


def test_every_message_is_documented() -> None:
    table = (DOCS / "concepts.md").read_text(encoding="utf-8")
    assert {key for key in KEYS if f"`{key}`" not in table} == set()


def test_every_route_is_documented() -> None:
    """A row may name several: "`…/edit`, `…/archive`" share the address before their last word."""
    listed = set()
    for line in (DOCS / "addresses.md").read_text(encoding="utf-8").splitlines():
        whole, *others = re.findall(r"`([/…][^`]*)`", line) or [""]
        stem = whole.rpartition("/")[0]
        listed |= {whole}
        for other in others:
            if other.startswith("…"):
                listed.add((stem if other.count("/") == 1 else stem.rpartition("/")[0]) + other[1:])
            else:
                listed |= {other, whole + other}
    assert {route.address for route in every_route()} - listed == set()
