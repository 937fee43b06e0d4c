"""The first sheet of a form, which says how it is filled, and how every sheet of it is printed.

A project of another topic is told what its own sheets are about, and how it gets a further one.
"""

from __future__ import annotations

from typing import Any

from icans_evidence import wording
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.exchange.example_rows import EXAMPLE
from icans_evidence.exchange.form_columns import about

HOW = (
    "Each sheet is one table. A row is one figure, as it is printed in the document you read; compute nothing.",
    "The dark-orange columns must be filled; the others stay empty where the source says nothing.",
    "Click a cell: a message says what belongs there. Cells with an arrow offer the words that are allowed.",
    f"Row 2 of each sheet is an invented example. It is named {EXAMPLE} and is never imported; you may delete it.",
    "Leave row_id (and discrepancy_id) empty in a new row: the next free name is given on import. "
    "Keep it in a row that you correct.",
    "reported repeats the figures exactly as printed, trailing zeros too. Text cells are formatted as Text for that.",
    "Percentages are plain numbers: 12.5 for 12.5%. A bound (at most, more than) belongs in relation.",
    "No formulas, merged cells, hidden rows, columns or sheets: they are refused, because a reader would not see them.",
    "Deleting a row here deletes nothing in the data.",
    "Then run: icans-evidence import FILLED.xlsx. It names every fault with its cell, or imports all of it.",
)

MORE = "A further sheet comes with the first outcome that data/vocabulary/outcomes.csv declares; then write it anew."


def how_to(sheet: Any, looks: dict[Any, Any], tables: list[str], vocabulary: Vocabulary, *, example: bool) -> None:
    """Write the steps and what each sheet is about; `example`: whether the sheets hold one.

    `looks` are the formats of the form by name.
    """
    sheet.set_column(0, 0, 24, looks["words"])
    sheet.set_column(1, 1, 90, looks["words"])
    sheet.hide_gridlines(2)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, "Extraction form", looks["title"])
    sheet.write_string(1, 0, wording.EDUCATIONAL, looks["notice"])
    steps = [step for step in HOW if example or EXAMPLE not in step]
    if any(table.located and not table.outcomes for table in vocabulary.tables.values()):
        steps.insert(-1, MORE)
    lines = [(f"Step {number}", step) for number, step in enumerate(steps, start=1)]
    lines += [("Sheet", "What a row is about"), *((table, about(vocabulary, table)) for table in tables)]
    for row, (left, right) in enumerate(lines, start=3):
        look = looks["head" if left == "Sheet" else "words"]
        sheet.write_string(row, 0, left, look)
        sheet.write_string(row, 1, right, look)
    print_setup(sheet, wide=1)
    sheet.fit_to_pages(1, 1)


def print_setup(sheet: Any, *, wide: int) -> None:
    """Landscape A4, the header on every page, the notice in the footer; `wide` pages across (0: as needed)."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(wide, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L&8{wording.EDUCATIONAL}&C&8&A&R&8&P / &N")
