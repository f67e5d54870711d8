"""Cells that a spreadsheet would take for a formula are written with an apostrophe before them, and read without
it again (CASES D25)."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\x00", "'")


def guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_STARTS) else text


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_STARTS) else cell
