"""Two people, or two tabs, over one record: nobody writes over what the other saved without having seen it.

A form carries what its fields held when it was shown (`was`). What this person left alone stays as it is by now, and
what both changed is refused once, with both values, before it can be put in the other's place.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

WAS = "was"


def as_sent(value: Any) -> list[str]:
    """A field's value as a browser would send it back untouched; empty where it would send nothing."""
    if isinstance(value, bool):
        return ["on"] if value else []
    several = value if isinstance(value, list | tuple) else [value]
    written = (
        part.isoformat() if isinstance(part, date) else str(part) for part in several if part is not None
    )
    return sorted(filter(None, map(_plain, written)))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def carried(values: Mapping[str, Any]) -> str:
    """What the form carries of the values it shows."""
    return json.dumps({name: as_sent(value) for name, value in values.items()})


def merged(
    posted: QueryDict, now: Mapping[str, Any], names: Iterable[str], ticks: Iterable[str]
) -> tuple[QueryDict, list[str]]:
    """What was sent, with the values of now in the fields that this person left alone; and the fields that
    someone else changed as well. `now` are the values that the record has; `ticks` the fields that are ticked."""
    was = _read(posted.get(WAS, ""))
    whole, both = posted.copy(), list[str]()
    for name in names:
        if name not in now or name not in was:
            continue
        theirs, before = as_sent(now[name]), was[name]
        mine = ["on"] if name in ticks and name in posted else as_sent(posted.getlist(name))
        if theirs in (before, mine):
            continue
        if mine == before:
            _put(whole, name, theirs)
        else:
            both.append(name)
    return whole, both


def _put(whole: "MultiValueDict[str, str]", name: str, values: list[str]) -> None:
    whole.pop(name, None)
    if values:
        whole.setlist(name, values)


def _read(carried: str) -> dict[str, list[str]]:
    """Nothing where it cannot be read: then what was sent counts."""
    try:
        was = json.loads(carried)
    except ValueError:
        return {}
    if not isinstance(was, dict):
        return {}
    return {name: values for name, values in was.items() if isinstance(values, list)}
