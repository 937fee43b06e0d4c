"""One sheet read as a stream: its filled cells with their kind, what is merged and what is hidden.

Only what is filled is kept, so that a million formatted empty rows cost neither memory nor much time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from icans_evidence.files.workbook import Marked, Workbook, marks, unescaped
from icans_evidence.files.zip_limits import Container

MOST_CELLS = 1_000_000
_LONGEST = 33_000  # a spreadsheet holds 32,767 characters in a cell
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_FILLED = (b"<v", b"<f", b"<is", b"<!", b"</sheetData")


class Cell(NamedTuple):
    """A filled cell: `kind` is number, text, marked, boolean, error, date or formula; `style` the number of its style.

    A marked text has signs that are struck out, raised or lowered.
    """

    kind: str
    text: str
    style: int


@dataclass
class Sheet:
    """The filled cells of a sheet by (row, column), both from 1; ranges that are merged; what is hidden."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


def address(row: int, column: int) -> str:
    """The address of a cell as a spreadsheet writes it: row 7, column 4 is D7."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def position(text: str) -> tuple[int, int] | None:
    """Row and column of an address such as D7; None for what is no address."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def read_sheet(container: Container, workbook: Workbook, name: str, part: str) -> Sheet:
    """The sheet in `part`; Unreadable when it is damaged or holds more than MOST_CELLS filled cells."""
    reading = _Reading(container, workbook, Sheet(name))
    container.tell(part, without_empty_rows(container.chunks(part)), reading.start, reading.end, reading.text)
    return reading.sheet


def without_empty_rows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The XML of a sheet without runs of whole rows that hold nothing; anything unusual is passed on as it is.

    A run is dropped only when every row in it bears its number, so that the numbers of later rows are unmoved.
    """
    held, unusual = b"", False
    for chunk in chunks:
        held += chunk
        unusual = unusual or b"<!" in held
        cut = held.rfind(b"<row ")
        if unusual or cut < 0:
            yield held
            held = b""
            continue
        run, held = held[:cut], held[cut:]
        numbered = run.startswith(b"<row ") and run.count(b"<row") == run.count(b'<row r="')
        if not numbered or any(sign in run for sign in _FILLED):
            yield run
    yield held


class _Reading:
    """The state of reading one sheet: where it is and what the cell at hand has said so far."""

    def __init__(self, container: Container, workbook: Workbook, sheet: Sheet) -> None:
        self.container, self.workbook, self.sheet = container, workbook, sheet
        self.row = self.column = self.size = 0
        self.kind = self.style = self.inside = ""
        self.parts: dict[str, list[str]] = {}
        self.aside = False
        self.row_hidden = False
        self.marked = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "f"):
            self.inside = name
            self.parts[name] = []
        elif name == "t":
            self.inside = "" if self.aside else "t"
            self.parts.setdefault("t", [])
        elif name == "rPh":
            self.aside = True
        elif name == "row":
            self.row = self._number(attributes.get("r"), self.row + 1)
            self.column = 0
            self.row_hidden = _true(attributes.get("hidden")) or attributes.get("ht") == "0"
        elif name == "mergeCell":
            self.sheet.merged.append(attributes.get("ref", ""))
        elif name == "col" and (_true(attributes.get("hidden")) or attributes.get("width") == "0"):
            first = self._number(attributes.get("min"), 1)
            self.sheet.hidden_columns.append((first, self._number(attributes.get("max"), first)))
        elif marks(name, attributes):
            self.marked = True

    def end(self, name: str) -> None:
        if name == "c" and self.parts:
            self._end_cell()
        elif name in ("v", "f", "t"):
            self.inside = ""
        elif name == "rPh":
            self.aside = False

    def text(self, text: str) -> None:
        if self.inside and self.size < _LONGEST:
            self.size += len(text)
            self.parts[self.inside].append(text)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        at = attributes.get("r")
        if at is None:
            self.row, self.column = max(self.row, 1), self.column + 1
        else:
            place = position(at)
            if place is None:
                raise self._damaged()
            self.row, self.column = place
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.parts, self.size, self.marked = {}, 0, False

    def _end_cell(self) -> None:
        cell = self._cell({name: "".join(pieces) for name, pieces in self.parts.items()})
        self.parts = {}
        if cell is None:
            return
        if len(self.sheet.cells) >= MOST_CELLS:
            raise self.container.refuse(f"the sheet {self.sheet.name} holds more than {MOST_CELLS:,} filled cells")
        self.sheet.cells[self.row, self.column] = cell
        if self.row_hidden:
            self.sheet.hidden_rows.add(self.row)

    def _cell(self, said: dict[str, str]) -> Cell | None:
        """The cell that the elements make, None when it is empty."""
        style = self._number(self.style, 0)
        if "f" in said:
            return Cell("formula", said["f"], style)
        value = said.get("v", "")
        if self.kind == "s" and value:
            number = self._number(value, 0)
            if number >= len(self.workbook.texts):
                raise self._damaged()
            value = self.workbook.texts[number]
        elif self.kind in ("inlineStr", "str"):
            value = unescaped(said.get("t", value))
        if self.marked or isinstance(value, Marked):
            return Cell("marked", str(value), style) if value else None
        kinds = {"s": "text", "str": "text", "inlineStr": "text", "b": "boolean", "e": "error", "d": "date"}
        return Cell(kinds.get(self.kind, "number"), value, style) if value else None

    def _number(self, text: str | None, otherwise: int) -> int:
        if text is None:
            return otherwise
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise self._damaged()
        return int(text)

    def _damaged(self) -> Exception:
        return self.container.refuse(f"the sheet {self.sheet.name} is damaged; save it again in a spreadsheet")


def _true(text: str | None) -> bool:
    return text in ("1", "true")
