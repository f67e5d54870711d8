"""How many waiting requests would take each of some days."""

import json
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from .compiled import Given, preparing

LOOKED_AT = 500
# Of each day the windows that end soonest from then on are looked at, no more than so many: flat at any size.
_ASKING = """
SELECT day.value, (
    SELECT COUNT(*) FROM (
        SELECT window_start FROM sidegate_bookingrequest
        WHERE business_id = %s AND status = 'pending' AND window_end >= day.value AND kind <> 'skip_visit'
        ORDER BY window_end LIMIT %s
    ) AS ahead WHERE ahead.window_start <= day.value
) FROM """
_DAYS = {"sqlite": "json_each(%s) AS day", "postgresql": "unnest(%s::date[]) AS day(value)"}


def requests_asking_for(business_id: UUID, days: Collection[date]) -> dict[date, int]:
    """The waiting requests whose window holds the day, those to skip a visit apart. One statement; none without days.

    Django's queries have no table of given days to count for.
    """
    if not days:
        return {}
    database = connections[DEFAULT_DB_ALIAS]
    with preparing(database) as cursor:
        cursor.execute(
            _ASKING + _DAYS[database.vendor],
            [Given("business").prepared(business_id, database), LOOKED_AT, _given(days, database.vendor)],
        )
        return {_date(day): count for day, count in cursor.fetchall()}


def _given(days: Collection[date], vendor: str) -> Any:
    return list(days) if vendor == "postgresql" else json.dumps([day.isoformat() for day in days])


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
