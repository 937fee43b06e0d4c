"""The workbook that people fill: one sheet a table, with drop-downs, input messages and limits from the declarations.

The same form is written empty with an example (`template`) or with all rows (`export`), equal bytes each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from typing import Any

from icans_evidence import wording
from icans_evidence.errors import needing
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.exchange.example_rows import example_row
from icans_evidence.exchange.form_columns import NOT_TYPED, Asked, asked, link_of
from icans_evidence.exchange.form_guide import how_to, print_setup
from icans_evidence.exchange.form_reading import COLUMNS, HOW_TO, LISTS

Columns = Mapping[str, tuple[Asked, ...]]
Places = dict[tuple[str, ...], str]
SPARE_ROWS = 1_000
"""Empty rows below the last filled one that carry formats, drop-downs and limits."""
_DAY = datetime(2000, 1, 1)  # fixed, so that the same form has the same bytes
_FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_size": 16, "bold": True},
    "notice": {"bold": True, "font_color": "#8A1C1C"},
    "words": {"text_wrap": True},
    "head": {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "num_format": "@"},
    "needed": {"bold": True, "bg_color": "#7A3E00", "font_color": "#FFFFFF", "num_format": "@"},
    "example": {"italic": True, "font_color": "#595959", "bg_color": "#F2F2F2", "num_format": "@"},
    "text": {"num_format": "@"},
    "number": {"num_format": "General"},
}
_WIDE = {"title", "population", "note", "reported", "statement", "why", "against", "printed", "reading", "indication"}


def form(vocabulary: Vocabulary, rows: Mapping[str, list[list[str]]] | None = None) -> bytes:
    """The workbook as bytes: with `rows` (table → rows of texts in the order of the columns), or empty with examples.

    A cell of a number column is written as a number that shows its printed decimals, every other cell as text, so that
    a spreadsheet runs none of them.
    """
    with needing("xlsx", "writing a workbook"):
        import xlsxwriter
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": "Extraction form of icans-evidence", "comments": wording.EDUCATIONAL, "created": _DAY}
    )
    looks = _looks(book)
    tables = [table for table in vocabulary.tables if _stands(vocabulary, table, rows)]
    by_name = {name: book.add_worksheet(name) for name in (HOW_TO, *tables, COLUMNS, LISTS)}
    how_to(by_name[HOW_TO], looks, tables, vocabulary, example=rows is None)
    columns = {table: asked(vocabulary, table) for table in tables}
    places = _lists(by_name[LISTS], looks, columns)
    _columns(by_name[COLUMNS], looks, columns)
    for table in tables:
        example = list(example_row(vocabulary, table).values())
        sheet = _Sheet(by_name[table], looks, table, columns[table], places)
        sheet.fill([example] if rows is None else rows[table], example=rows is None)
    book.close()
    return target.getvalue()


def _stands(vocabulary: Vocabulary, table: str, rows: Mapping[str, list[list[str]]] | None) -> bool:
    """Whether a table gets a sheet: an empty form asks for what a person types, an export for what has rows; a file of
    figures for which no outcome is declared yet has none."""
    declared = vocabulary.tables[table]
    asks = bool(declared.outcomes) or not declared.located
    return asks and table not in NOT_TYPED if rows is None else bool(rows[table]) or asks


def _looks(book: Any) -> dict[Any, Any]:
    """The formats by name, and by (name, decimals) those of numbers printed with zeros at their end.

    Such a format shows the zeros that were printed and any further digit, so that no figure is shown rounded.
    """
    looks: dict[Any, Any] = {name: book.add_format({**_FONT, **look}) for name, look in _LOOKS.items()}
    for name in ("example", "number"):
        for decimals in range(1, 16):
            shape = {"num_format": f"0.{'0' * decimals}{'#' * (15 - decimals)}"}
            looks[name, decimals] = book.add_format({**_FONT, **_LOOKS[name], **shape})
        looks[name, 0] = book.add_format({**_FONT, **_LOOKS[name], "num_format": "General"})
    return looks


def _columns(sheet: Any, looks: dict[Any, Any], columns: Columns) -> None:
    """The data dictionary, for reading on."""
    heads = ("table", "column", "meaning", "unit", "allowed", "required")
    for column, (head, width) in enumerate(zip(heads, (22, 18, 60, 14, 60, 9), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, looks["head"])
    lines = [
        (t, c.name, c.meaning, c.unit, c.allowed, "yes" if c.required else "") for t in columns for c in columns[t]
    ]
    for row, line in enumerate(lines, start=1):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text, looks["words"])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(lines), len(heads) - 1)
    print_setup(sheet, wide=1)


def _lists(sheet: Any, looks: dict[Any, Any], columns: Columns) -> Places:
    """Write each list of words once, with its meanings; the range of each list for the drop-downs."""
    places: Places = {}
    for table, wanted in columns.items():
        for column in wanted:
            words = _words_of(column)
            if not words or tuple(words) in places:
                continue
            at = 2 * len(places)
            head = f"{table}.{column.name}" if column.name == "outcome" else column.name
            sheet.set_column(at, at + 1, 26)
            sheet.write_string(0, at, head, looks["head"])
            for row, (word, meaning) in enumerate(words.items(), start=1):
                sheet.write_string(row, at, word, looks["text"])
                sheet.write_string(row, at + 1, meaning, looks["words"])
            places[tuple(words)] = _range(LISTS, at, 1, len(words))
    sheet.freeze_panes(1, 0)
    print_setup(sheet, wide=0)
    return places


def _words_of(column: Asked) -> dict[str, str]:
    return {"true": "", "false": ""} if column.type == "boolean" else column.choices


def _range(sheet: str, column: int, first: int, last: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    letters = xl_col_to_name(column, col_abs=True)
    return f"={sheet}!{letters}${first + 1}:{letters}${last + 1}"


class _Sheet:
    """The sheet of one table: header, example or rows, and what each cell may hold."""

    def __init__(
        self, sheet: Any, looks: dict[Any, Any], table: str, columns: tuple[Asked, ...], places: Places
    ) -> None:
        self.sheet, self.looks, self.table, self.columns, self.places = sheet, looks, table, columns, places

    def fill(self, rows: list[list[str]], *, example: bool) -> None:
        """Write the sheet with `rows`, which are an `example` or those of the data."""
        last = len(rows) + SPARE_ROWS
        for number, column in enumerate(self.columns):
            self.sheet.set_column(
                number, number, self._width(column), self.looks["number" if column.numeric else "text"]
            )
            self.sheet.write_string(0, number, column.name, self.looks["needed" if column.required else "head"])
            self.sheet.data_validation(1, number, last, number, self._rule(column))
        for row, cells in enumerate(rows, start=1):
            for number, (column, text) in enumerate(zip(self.columns, cells, strict=True)):
                if text:
                    self._write(row, number, column, text, "example" if example else "text")
                elif example:
                    self.sheet.write_blank(row, number, None, self.looks["example"])
        self.sheet.freeze_panes(1, 1)
        self.sheet.repeat_columns(0)
        print_setup(self.sheet, wide=3)

    def _write(self, row: int, number: int, column: Asked, text: str, look: str) -> None:
        if not column.numeric:
            self.sheet.write_string(row, number, text, self.looks[look])
            return
        decimals = text.partition(".")[2] if text.endswith("0") else ""
        look = "number" if look == "text" else look
        self.sheet.write_number(row, number, float(text), self.looks[look, len(decimals)])

    def _width(self, column: Asked) -> int:
        longest = max((len(word) for word in _words_of(column)), default=0)
        return 44 if column.name in _WIDE else min(max(len(column.name) + 3, longest + 3, 10), 34)

    def _rule(self, column: Asked) -> dict[str, Any]:
        """What xlsxwriter needs to check a cell as it is typed, and to say what belongs there."""
        meaning = f"{column.meaning}." if not column.unit else f"{column.meaning} ({column.unit})."
        limits = "" if len(column.allowed) > 110 else column.allowed
        told = {
            "input_title": column.name[:32],
            "input_message": _cut(f"{meaning}\n{wording.capital(limits)}".strip()),
            "error_title": "Not allowed here",
            "error_message": _cut(f"Allowed: {limits or 'the words of the list'}"),
        }
        words = tuple(_words_of(column))
        if words:
            return {"validate": "list", "source": self.places[words], **told}
        if column.numeric:
            return {"validate": "integer" if column.type == "integer" else "decimal", **_limits(column), **told}
        linked = link_of(self.table, column.name)
        if linked:  # a name that is not in this workbook may stand in the data
            return {"validate": "list", "source": _range(linked, 0, 1, SPARE_ROWS * 2), "show_error": False, **told}
        return {"validate": "any", **told}


def _limits(column: Asked) -> dict[str, Any]:
    """The limits of a number as xlsxwriter says them; where none is declared, any number of at most 15 digits."""
    low = column.low if column.above is None else column.above
    if column.above is not None and column.high is None:
        return {"criteria": ">", "value": column.above}
    if low is not None and column.high is None:
        return {"criteria": ">=", "value": low}
    ends = (-(10.0**15) if low is None else low, 10.0**15 if column.high is None else column.high)
    return {"criteria": "between", "minimum": ends[0], "maximum": ends[1]}


def _cut(text: str, longest: int = 254) -> str:
    """A message as long as a spreadsheet takes."""
    if len(text) <= longest:
        return text
    words = text[:longest].split(" ")
    return " ".join(before for before, _ in pairwise(words)) + "…"
