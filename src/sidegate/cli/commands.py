"""Which commands there are, and what each may be told."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import __version__

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
DEFAULT_PENDING = 0.05


def parser_of_all() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sidegate", description="The entrance for clients a business already has."
    )
    parser.add_argument("--version", action="version", version=f"sidegate {__version__}")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        choice = choices.add_parser(command.name, help=command.help, description=command.help)
        choice.set_defaults(module=command.name.replace("-", "_"))
        command.options(choice)
    return parser


# The names of these three are what argparse says: "invalid port value: '99999'".
def port(typed: str) -> int:
    number = int(typed)
    if not 0 < number < 65536:
        raise ValueError
    return number


def count(typed: str) -> int:
    number = int(typed)
    if number < 1:
        raise ValueError
    return number


def share(typed: str) -> float:
    number = float(typed)
    if not 0 <= number <= 1:
        raise ValueError
    return number


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port, help=f"default: {DEFAULT_PORT}, or a free one where it is taken")
    parser.add_argument("--fresh", action="store_true", help="throw the last demo away and begin anew")


def _new_business(parser: argparse.ArgumentParser) -> None:
    owner = parser.add_argument("--owner", metavar="EMAIL", help="who may open its office")

    class Named(argparse.Action):
        """A business that is made here and now needs its owner; set up on its page, it is told there."""

        def __call__(self, _parser: Any, options: argparse.Namespace, value: Any, _flag: Any = None) -> None:
            options.name, owner.required = value, bool(value)

    parser.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        default="",
        action=Named,
        help="without it: a code for the set-up page",
    )
    parser.add_argument("--owner-name", default="", metavar="NAME")
    parser.add_argument("--address", default="", help="its word in every address; default: made of the name")
    parser.add_argument(
        "--country", default="US", help="two letters, which propose what follows (default: US)"
    )
    parser.add_argument("--time-zone", default="", help="such as America/New_York")
    parser.add_argument("--currency", default="", help="such as USD")
    parser.add_argument("--language", default="", help="en or es")


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=DEFAULT_HOST, help=f"default: {DEFAULT_HOST}")
    parser.add_argument("--port", type=port, default=DEFAULT_PORT, help=f"default: {DEFAULT_PORT}")
    parser.add_argument("--workers", type=count, help="web processes; default: one for each two processors")


def _worker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="deliver what is due, then stop")


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def _seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clients", type=count, required=True, metavar="N")
    parser.add_argument("--requests", type=count, required=True, metavar="M")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same S makes the same rows")
    parser.add_argument("--business", default="", metavar="SLUG", help="default: a new business of its own")
    parser.add_argument(
        "--pending",
        type=share,
        default=DEFAULT_PENDING,
        metavar="SHARE",
        help="of the requests (default: 0.05)",
    )
    parser.add_argument(
        "--today", default="", metavar="DATE", help="what counts as today, such as 2026-03-02"
    )


def _sign_in_link(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="made anew, such as sidegate-2026-03-02.tar")


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="what `sidegate backup` made")


def _copy_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url", metavar="URL", help="an empty database, such as postgres://user:password@host/name"
    )


def _nothing(parser: argparse.ArgumentParser) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Command:
    """One word of the command line; its module of the same name has `run(options)`."""

    name: str
    help: str
    options: Callable[[argparse.ArgumentParser], None]


COMMANDS = (
    Command("demo", "Try it: a believable business, with nothing to set up.", _demo),
    Command(
        "new-business",
        "Make a business, and print its owner's sign-in link; or a code to set one up.",
        _new_business,
    ),
    Command("serve", "Run web and worker together, for one machine.", _serve),
    Command("web", "Run the web pages alone.", _serve),
    Command("worker", "Run the worker alone: it delivers messages.", _worker),
    Command("migrate", "Bring the database's tables up to date.", _nothing),
    Command("backup", "Copy everything into one file, while others work.", _backup),
    Command("restore", "Put a backup into an empty place. Mail is held.", _restore),
    Command(
        "copy-database",
        "Move from SQLite to PostgreSQL, or back: every row, and proof of it.",
        _copy_database,
    ),
    Command("doctor", "Look for anything that is wrong.", _doctor),
    Command("seed", "Fill the database with made-up clients and requests.", _seed),
    Command("sign-in-link", "Print a sign-in link, for someone whom no mail reaches.", _sign_in_link),
)
