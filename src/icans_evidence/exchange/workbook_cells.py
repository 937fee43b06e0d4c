"""One filled cell of a workbook turned into the text that stands in the data, or refused with the reason.

Nothing is guessed: what a spreadsheet may have changed behind a person's back is refused, not mended.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from decimal import Decimal

from icans_evidence.errors import UserError
from icans_evidence.exchange.form_columns import Asked
from icans_evidence.files.faults import shown
from icans_evidence.files.sheet import Cell
from icans_evidence.files.workbook import Style, Workbook
from icans_evidence.printed.number_hints import explain_number

MOST_DECIMALS = 10
"""Decimals beyond which a number was computed by the spreadsheet, not printed in a paper."""
_AS_TEXT = "format the cell as Text and type it again, as printed"
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_SPACES = " \u00a0\u2007\u2009\u202f\u3000"


class Refused(UserError):
    """A cell that cannot be taken as it is; the message says why and what to write."""


def text_of(cell: Cell, column: Asked, workbook: Workbook) -> str:
    """The text of a filled cell as it would stand in the CSV; Refused for what does not belong in the column."""
    style = workbook.styles[cell.style] if cell.style < len(workbook.styles) else Style()
    if style.marked or cell.kind == "marked":
        raise Refused(f"{shown(cell.text)} has signs struck out, raised or lowered, which plain text does not show; "
                      "write 10⁹ or 10^9, and delete what is struck out")  # fmt: skip
    if cell.kind == "formula":
        raise Refused(f"holds the formula {shown('=' + cell.text)}; write the figure itself as it was printed")
    if cell.kind == "error":
        raise Refused(f"holds the error {cell.text}; write what was printed, or leave it empty")
    if cell.kind == "date" or (cell.kind == "number" and style.kind == "date"):
        return _day(cell, column, workbook)
    if cell.kind == "boolean":
        return _truth(cell, column)
    if cell.kind == "number":
        return _number(cell.text, style, column)
    return _text(cell.text, column)


def _day(cell: Cell, column: Asked, workbook: Workbook) -> str:
    """A cell that a spreadsheet holds as a date: right only in a column of days."""
    if cell.kind == "number" and _is_time(cell.text):
        raise Refused(f"is a time of day, probably made by the spreadsheet from figures; {_AS_TEXT}"
                      if column.type == "string" else "is formatted as a time of day; format the cell as a number "
                      "and type it again")  # fmt: skip
    day = cell.text[:10] if cell.kind == "date" else _day_of(cell.text, workbook.from_1904)
    if column.unit == "ISO date" and day:
        return day
    if column.type == "string":
        raise Refused(f"is a date ({day or cell.text}), probably made by the spreadsheet from figures; {_AS_TEXT}")
    said = explain_number(day, whole=False) if day else f"{shown(cell.text)} is formatted as a date"
    raise Refused(f"{said}; format the cell as a number" if not day else said)


def _is_time(serial: str) -> bool:
    """Whether a count of days is less than one: 5:30 is 0.229."""
    try:
        return 0 <= float(serial) < 1
    except ValueError:
        return False


def _day_of(serial: str, from_1904: bool) -> str:
    """The ISO day of a spreadsheet's count of days (1900 counts a 29 February that never was); empty beyond years."""
    try:
        days = int(float(serial))
        start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30 if days > 59 else 31)
        return (start + timedelta(days=days)).isoformat()
    except (OverflowError, ValueError):
        return ""


def _truth(cell: Cell, column: Asked) -> str:
    value = "true" if cell.text in ("1", "true") else "false"
    if column.type != "boolean":
        raise Refused(f"holds the truth value {value.upper()}; {_wanted(column)}")
    return value


def _number(text: str, style: Style, column: Asked) -> str:
    if style.kind == "percent":
        raise Refused(_percent(text, column))
    if not column.numeric:
        raise Refused(f"{shown(text)} is stored as a number, which may have lost zeros that were printed; {_AS_TEXT}"
                      if column.type == "string" else f"{shown(text)} is a number; {_wanted(column)}")  # fmt: skip
    if not _NUMBER.fullmatch(text):
        raise Refused(f"{shown(text)} is no number, such as 12 or 4.5")
    value = Decimal(repr(float(text)))
    if not value.is_finite() or abs(value) >= Decimal(10) ** 15:
        raise Refused(f"{shown(text)} is too large; a number has at most 15 digits before the point")
    plain = f"{value.normalize():f}"
    digits = len(plain.partition(".")[2])
    if digits > MOST_DECIMALS:
        raise Refused(f"{shown(plain)} has {digits} decimals, so it was computed; write the figure as it was printed")
    return _padded(plain, digits, style.decimals)


def _padded(plain: str, digits: int, decimals: int | None) -> str:
    """The figure with the zeros that its format shows behind it; never a digit less than it has."""
    if decimals is None or not digits < decimals <= 15:
        return plain
    return (plain if digits else f"{plain}.") + "0" * (decimals - digits)


def _percent(text: str, column: Asked) -> str:
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    points = f"{(Decimal(repr(value)) * 100).normalize():f}" if abs(value) < 1e15 else "?"
    if column.numeric:
        return f"is {shown(text)} shown as {points}%; format the cell as a plain number and write {points}"
    return f"is {shown(text)} shown as {points}%; {_AS_TEXT}"


def _text(text: str, column: Asked) -> str:
    if not text.strip(_SPACES):
        raise Refused("holds only spaces; empty the cell")
    if column.numeric:
        bare = text.strip(_SPACES)
        if bare == text and _is_figure(text):
            raise Refused(f"{shown(text)} is stored as text; format the cell as a number and type it again")
        raise Refused(explain_number(text, whole=column.type == "integer"))
    if column.type == "boolean":
        return text.casefold() if text.casefold() in ("true", "false") else text
    if text[0] in _SPACES[1:] or text[-1] in _SPACES[1:]:
        raise Refused(f"{shown(text)} begins or ends with a fixed space; remove it")
    if "\n" in text or "\r" in text:
        raise Refused("holds a line break; a cell is one line")
    return text


def _is_figure(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").replace(".", "", 1).isdigit()


def _wanted(column: Asked) -> str:
    words = {"integer": "a whole number, such as 12, belongs here", "number": "a number, such as 4.5, belongs here",
             "boolean": "true or false belongs here", "string": "a text belongs here"}  # fmt: skip
    return words[column.type]
