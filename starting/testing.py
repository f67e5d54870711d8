"""All that must hold before a change lands: the linters, then every test on SQLite and on PostgreSQL."""

import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from .browser import see_to_browser
from .steps import ROOT, Command, in_sight

CHECKS = {
    "ruff": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "imports": ["-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"],
    "types": ["-m", "mypy"],
    "templates": ["-m", "djlint", "--lint", "--quiet", "src/sidegate/templates"],
}
INTERRUPTED = 2  # pytest's exit status
EVERYTHING = ["-n", "2", "--dist", "loadgroup"]
DATABASES = {"sqlite": [], "postgres": ["-m", "not browser"]}  # what a browser shows is the same on both


def test(python: Path, arguments: list[str]) -> int:
    """With arguments, pytest alone gets them. Returns 1 where anything failed."""
    see_to_browser(python)
    failed = [] if arguments else failed_checks(python)
    counts: Counter[str] = Counter()
    for database, options in runs(arguments).items():
        print(f"\nTests on {database}", flush=True)
        if not passes(python, options, counts):
            failed.append(f"tests on {database}")
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nAll is well.")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped", flush=True)
    return 1 if failed else 0


def failed_checks(python: Path) -> list[str]:
    """All at once, for most of the time is that of one."""
    began = time.monotonic()
    running = {name: started([python, *command]) for name, command in CHECKS.items()}
    failed = []
    for name, check in running.items():
        said, _ = check.communicate()
        fate = "FAILED" if check.returncode else "passed"
        print(f"{name:12} {fate}  {time.monotonic() - began:.1f} s", flush=True)
        if check.returncode:
            print(said)
            failed.append(name)
    return failed


def started(command: Command) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, cwd=ROOT, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def runs(arguments: list[str]) -> dict[str, list[str]]:
    """pytest's options for each database; where one is asked for, for that alone."""
    if any(argument.startswith("--db") for argument in arguments):
        return {"the database asked for": arguments}
    return {
        database: ["--db", database, *(arguments or [*EVERYTHING, *options])]
        for database, options in DATABASES.items()
    }


def passes(python: Path, options: list[str], counts: Counter[str]) -> bool:
    """Runs pytest, and adds to the counts how many tests ended how."""
    with tempfile.TemporaryDirectory(prefix="sidegate-results-") as folder:
        results = Path(folder) / "results.xml"
        status = in_sight([python, "-m", "pytest", "--junit-xml", results, *options])
        if status == INTERRUPTED:
            raise KeyboardInterrupt
        if results.exists():
            counts += tally(results)
    return status == 0


def tally(results: Path) -> Counter[str]:
    """Of a report in JUnit's format, as pytest writes it."""
    counts: Counter[str] = Counter()
    for suite in ElementTree.parse(results).iter("testsuite"):
        every, *others = (int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped"))
        counts += Counter(passed=every - sum(others), failed=others[0] + others[1], skipped=others[2])
    return counts
