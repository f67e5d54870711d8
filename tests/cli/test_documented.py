"""Every command, option and variable stands in docs/operations.md."""

import argparse
import re
from pathlib import Path

import sidegate
from sidegate.cli.commands import COMMANDS

PACKAGE = Path(sidegate.__file__).parent
HANDBOOK = (PACKAGE.parent.parent / "docs" / "operations.md").read_text(encoding="utf-8")


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
