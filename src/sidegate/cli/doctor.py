"""`sidegate doctor`: every rule of the data, and what the machine should be looked at for."""

import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from .start import reach_database

if TYPE_CHECKING:
    from .examination import Finding


def run(options: Namespace) -> int:
    """Exit code 1 where anything is broken; what only wants heed leaves it at 0."""
    reach_database()
    from .examination import examine

    found = []
    for finding in examine():
        found.append(finding)
        if not options.json:
            print(_line(finding), flush=True)
    is_healthy = not any(finding.is_broken for finding in found)
    print(_as_json(found, is_healthy) if options.json else f"\n{_summary(found)}")
    return 0 if is_healthy else 1


def _line(finding: "Finding") -> str:
    mark = "BROKEN" if finding.is_broken else finding.state
    line = f"{mark:<7} {finding.name:<12} {finding.sentence}"
    if finding.count:
        more = ", …" if finding.count > len(finding.examples) else ""
        line += f"\n{'':<20} {finding.count}: {', '.join(finding.examples)}{more}"
    return line


def _as_json(found: Sequence["Finding"], is_healthy: bool) -> str:
    facts = {"healthy": is_healthy, "findings": [asdict(finding) for finding in found]}
    return json.dumps(facts, indent=2, ensure_ascii=False)


def _summary(found: Sequence["Finding"]) -> str:
    broken = sum(finding.is_broken for finding in found)
    heed = sum(finding.state == "heed" for finding in found)
    if broken:
        return f"{broken} broken, {heed} to heed. docs/operations.md says what each means."
    return f"Nothing is broken, {heed} to heed." if heed else "All is well."
