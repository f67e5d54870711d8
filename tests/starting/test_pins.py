"""Nothing is installed that is not pinned, with the hash of every file it may come as."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
NEEDED = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["postgres"]
NAMED = {"run": NEEDED + GROUPS["build"], "dev": NEEDED + GROUPS["build"] + GROUPS["dev"]}
PIN = re.compile(
    r"^([a-z0-9-]+)==\S+(?: ; .*)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def pinned(kind: str) -> set[str]:
    return {name for name, _hashes in PIN.findall((ROOT / f"requirements/{kind}.txt").read_text())}


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_every_dependency_is_pinned_with_its_hashes(kind: str) -> None:
    named = {re.split(r"[^\w-]", requirement.lower())[0] for requirement in NAMED[kind]}
    assert named - pinned(kind) == set(), "run: python3 start.py lock"


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_the_pins_name_no_address_and_no_folder(kind: str) -> None:
    pins = PIN.sub("", (ROOT / f"requirements/{kind}.txt").read_text())
    assert set(re.findall(r"^ *([^#\s]\S*)", pins, re.MULTILINE)) == set()
    assert not re.search(r"://|/\w+/", pins)


def test_the_tests_run_on_what_runs() -> None:
    assert pinned("run") < pinned("dev")
