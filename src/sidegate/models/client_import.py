"""A table of clients on its way in: what was pasted or uploaded, how it is read, and what became of each row."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .base import BusinessRow
from .client import Client
from .user import User


class ClientImport(BusinessRow):
    """One table. `source` is its text, kept until every row has its fate; `columns` names for each of its
    columns what it holds (actions/client_imports/columns.py), empty where it is passed over.

    While it is running or being undone, a worker holds it by `lease_until`.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    class DateOrder(models.TextChoices):
        UNKNOWN = ""
        MONTH_FIRST = "mdy"
        DAY_FIRST = "dmy"

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=120, blank=True)  # the file's, empty where it was pasted
    source = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    date_order = models.CharField(max_length=3, blank=True, choices=DateOrder, default=DateOrder.UNKNOWN)
    language = models.CharField(max_length=8)  # in which amounts and words in the table are read
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    row_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(
        default=0
    )  # rows that have their fate; while undoing, undone ones
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("business", "id"), name="client_import_by_business"),
            # For the worker, which serves every business.
            models.Index(
                fields=("created_at",),
                name="client_import_at_work",
                condition=Q(status__in=("running", "undoing")),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("draft", "running", "done", "undoing", "undone")),
                name="client_import_status_known",
            ),
        )


class ImportedRow(BusinessRow):
    """What became of one row. `number` counts as the spreadsheet does: the first row under the header is 2.

    `made` are the keys of the rows it added, by table; `before` and `after` what it changed. A refused one
    keeps its cells and its problems, each a code with what was typed.
    """

    class Fate(models.TextChoices):
        ADDED = "added"
        CHANGED = "changed"
        SAME = "same"
        REFUSED = "refused"
        UNDONE = "undone"
        KEPT = "kept"  # undoing left it: something else had come to refer to it

    client_import = models.ForeignKey(
        ClientImport, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    number = models.PositiveIntegerField()
    fate = models.CharField(max_length=12, choices=Fate)
    client = models.ForeignKey(Client, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made = models.JSONField(default=dict, blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    cells = models.JSONField(default=list, blank=True)
    problems = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("client_import", "number"), name="imported_row_once"),
            models.CheckConstraint(
                condition=Q(fate__in=("added", "changed", "same", "refused", "undone", "kept")),
                name="imported_row_fate_known",
            ),
        )
