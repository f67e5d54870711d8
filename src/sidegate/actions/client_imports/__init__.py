"""Moving in: a table of clients becomes clients, addresses and agreed services, and can be taken back.

The same reading (`rows`) and the same planning (`plan`) stand behind the preview and behind the import.
"""

from .drafts import ImportPlan, begin_import, change_columns, draft_import, drop_draft, plan_import
from .reading import MOST_BYTES, MOST_ROWS, text_of
from .row_plan import RowPlan
from .rows import cells_by_field
from .run import work_on_imports
from .undo import begin_undo, obstacles_to_undo

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "ImportPlan",
    "RowPlan",
    "begin_import",
    "begin_undo",
    "cells_by_field",
    "change_columns",
    "draft_import",
    "drop_draft",
    "obstacles_to_undo",
    "plan_import",
    "text_of",
    "work_on_imports",
]
