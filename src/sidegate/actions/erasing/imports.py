"""A client's traces in tables that were brought in, or were about to be."""

import json
import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from ...models import Client, ClientImport, ImportedRow, Property
from ...wording.phones import digits_of
from ..errors import Conflict

Status = ClientImport.Status
SHORTEST_PHONE = 7  # digits; fewer are found in any table
BETWEEN_DIGITS = str.maketrans("", "", " ()-./+")


@dataclass(frozen=True, slots=True)
class ImportTraces:
    """Found before the transaction, for a table may be large: tables that name her, and refused rows that do."""

    client: Client
    tables: list[UUID]
    named_after_her: list[UUID]
    refused_rows: list[UUID]

    @classmethod
    def of(cls, client: Client) -> "ImportTraces":
        names = _Names.of(client)
        tables = list(ClientImport.objects.filter(business=client.business_id))
        return cls(
            client,
            [table.pk for table in tables if names.are_in(table.source)],
            [table.pk for table in tables if names.are_touched_by(table.name)],
            [row.pk for row in _refused_rows(client).iterator() if names.are_in(_text_of(row))],
        )

    def wipe(self) -> None:
        """Drafts that name her go whole: of a text that was never read nobody can tell which lines are hers."""
        every = ClientImport.objects.filter(business=self.client.business_id)
        tables = every.filter(pk__in=self.tables)
        if tables.filter(status=Status.RUNNING).exists():
            raise Conflict("import_running")
        tables.filter(status=Status.DRAFT).delete()
        tables.update(source="")
        every.filter(pk__in=self.named_after_her).update(name="")
        rows = ImportedRow.objects.filter(business=self.client.business_id)
        for hers in (rows.filter(client=self.client), rows.filter(pk__in=self.refused_rows)):
            hers.update(before={}, after={}, cells=[], problems=[])


def is_in_a_draft(client: Client) -> bool:
    """Whether a table that was begun and not brought in names her: erasing her drops it."""
    names = _Names.of(client)
    drafts = ClientImport.objects.filter(business=client.business_id, status=Status.DRAFT)
    return any(names.are_in(source) for source in drafts.values_list("source", flat=True))


def _refused_rows(client: Client) -> QuerySet[ImportedRow]:
    tables = ClientImport.objects.filter(business=client.business_id)
    rows = ImportedRow.objects.filter(client_import__in=tables, client=None)
    return rows.only("cells", "before", "after", "problems")


def _text_of(row: ImportedRow) -> str:
    return json.dumps([row.cells, row.before, row.after, row.problems], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Names:
    """What a text about her holds: her name, her email, an address of hers, or her phone as digits."""

    patterns: tuple[re.Pattern[str], ...]
    words: frozenset[str]
    digits: str

    @classmethod
    def of(cls, client: Client) -> "_Names":
        places = Property.objects.filter(business=client.business_id, client=client)
        known = filter(None, (client.name, client.email, *places.values_list("address", flat=True)))
        words = frozenset(word for word in _words(client.name) if len(word) > 2)
        return cls(tuple(map(_pattern, known)), words, digits_of(client.phone))

    def are_in(self, text: str) -> bool:
        found = text.casefold()
        return any(pattern.search(found) for pattern in self.patterns) or self._has_phone(text)

    def are_touched_by(self, file: str) -> bool:
        """Whether a file's name has a word of her name: "zenobia.csv"."""
        return bool(self.words & set(_words(file.replace("_", " "))))

    def _has_phone(self, text: str) -> bool:
        """Without the country's code, as most tables have it."""
        ending = self.digits[-10:]
        return len(ending) >= SHORTEST_PHONE and ending in text.translate(BETWEEN_DIGITS)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _pattern(known: str) -> re.Pattern[str]:
    """Its words in a line, in this order or last name first, whatever stands between; a single word fills a cell."""
    words = [re.escape(word) for word in _words(known)] or [re.escape(known)]
    if len(words) == 1:
        return re.compile(rf'(?:^|[,;|\t"\n])[ ]*{words[0]}[ ]*(?:$|[,;|\t"\r\n])')
    orders = (words, [words[-1], *words[:-1]])
    return re.compile("|".join(rf"(?<!\w){_BETWEEN.join(order)}(?!\w)" for order in orders))


_BETWEEN = r"[^\w\n]+"
