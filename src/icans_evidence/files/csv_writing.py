"""Rows written as CSV in the house form: UTF-8, one line end, quotation marks only where they are needed."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV; a carriage return in a cell stands in quotation marks, or it would begin a row of its own."""
    text = StringIO()
    plain = csv.writer(text, lineterminator="\n")
    quoted = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        cells = list(row)
        (quoted if any("\r" in str(cell) for cell in cells) else plain).writerow(cells)
    return text.getvalue()
