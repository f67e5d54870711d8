"""Deleting a person looks at no table from end to end: an import that is taken back deletes thousands."""

import pytest
from django.db import connection, models

from sidegate.models import User
from tests import factories

SMALL = {"clientimport", "dateproposal"}  # a row for an import, or for dates that were offered


def pointing_to_people() -> list[tuple[str, str]]:
    """(table, column) of every foreign key to a person, of tables that grow with the business."""
    found = []
    for field in User._meta.get_fields(include_hidden=True):
        if isinstance(field, models.ForeignObjectRel) and field.related_model._meta.app_label == "sidegate":
            model = field.related_model
            if model._meta.model_name not in SMALL and field.field.concrete:
                found.append((model._meta.db_table, field.field.column))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "column"), pointing_to_people())
def test_what_points_to_people_is_found_by_an_index(table: str, column: str) -> None:
    person = factories.make_user()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN SELECT 1 FROM {table} WHERE {column} = %s", [person.pk])
            plan = " ".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan" not in plan, plan
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = %s", [person.pk.hex])
            plan = " ".join(row[3] for row in cursor.fetchall())
            assert "SEARCH" in plan, plan
