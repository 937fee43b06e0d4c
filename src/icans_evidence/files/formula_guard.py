"""Cells of a CSV that a spreadsheet would run as a formula, made harmless and read back as they were.

One apostrophe is put before such a cell and only such an apostrophe is taken off again, so every text survives.
"""

from __future__ import annotations

import re

_SIGNS = "(?:[+\\-@\t\r\n＝＋－＠]|=.)"  # the full-width forms run in some spreadsheets; a lone = runs in none
_RUN = re.compile(f"'*{_SIGNS}", re.S)
_MADE_HARMLESS = re.compile(f"'+{_SIGNS}", re.S)


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it without running it: "=1+1" is "'=1+1"; others, a lone "=" too, are left alone.

    A cell that already reads like a harmless one gets its apostrophe too, so that `original` undoes exactly this.
    """
    return f"'{cell}" if _RUN.match(cell) else cell


def original(cell: str) -> str:
    """The cell that `harmless` was given; "'twas" and "−3" were never touched."""
    return cell[1:] if _MADE_HARMLESS.match(cell) else cell
