"""`sidegate doctor`: every rule of the data, and what the machine should be looked at for."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator

from .findings import BROKEN, HEED, Finding, machine_findings, migrations_finding
from .start import reach_database

WORDS = {"ok": "ok", HEED: "heed", BROKEN: "BROKEN"}


def run(options: Namespace) -> int:
    """Exit code 1 where anything is broken; what only wants heed leaves it at 0."""
    reach_database()
    found = []
    for finding in examine():
        found.append(finding)
        if not options.json:
            print(_line(finding), flush=True)
    is_healthy = all(finding.state != BROKEN for finding in found)
    if options.json:
        json.dump({"healthy": is_healthy, "findings": [f.as_json() for f in found]}, sys.stdout, indent=2)
        print()
    else:
        print(_summary(found))
    return 0 if is_healthy else 1


def examine() -> Iterator[Finding]:
    """Migrations first: rules about tables that are not there cannot be asked."""
    migrations = migrations_finding()
    yield migrations
    if migrations.state == BROKEN:
        return
    yield from machine_findings()
    yield from _rule_findings()


def _rule_findings() -> Iterator[Finding]:
    from ..actions.invariants import check_rules

    _take_the_time_it_needs()
    for rule, found in check_rules():
        state = BROKEN if found.count else "ok"
        yield Finding(rule.number, rule.sentence, state, found.count, found.examples)


def _take_the_time_it_needs() -> None:
    """Pages are cut off after 15 s; a search through a million rows may take longer."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        else:
            cursor.execute("PRAGMA cache_size = -65536")  # 64 MB


def _line(finding: Finding) -> str:
    line = f"{WORDS[finding.state]:<7} {finding.name:<12} {finding.sentence}"
    if finding.count:
        line += f"\n{'':<20} {finding.count}: {', '.join(finding.examples)}"
        line += ", …" if finding.count > len(finding.examples) else ""
    return line


def _summary(found: list[Finding]) -> str:
    broken = sum(finding.state == BROKEN for finding in found)
    heed = sum(finding.state == HEED for finding in found)
    if broken:
        return f"\n{broken} broken, {heed} to heed. docs/operations.md says what to do."
    return f"\nNothing is broken, {heed} to heed." if heed else "\nAll is well."
