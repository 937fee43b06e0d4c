"""The shape of a CSV file before anything is graded from it: encoding, header, and as many fields in every row.

A row that does not fit its header could shift findings into other columns, so it is refused, never padded or cut.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from icans_evidence.errors import DataError
from icans_evidence.files.csv_form import COMMAS, LOOKED_AT, NOT_UTF8, CsvForm, form_of, not_csv
from icans_evidence.wording import plural

SHOWN = 20
MISQUOTED = "a quotation mark is out of place, or the row is too long"
QUOTED = '"[^"]*"'


@dataclass(frozen=True)
class Shape:
    """The column names of a CSV file, the number of its rows below the header, whether a row is always one line, and
    how its cells are separated."""

    columns: tuple[str, ...]
    rows: int
    row_is_line: bool = True
    form: CsvForm = COMMAS


def quoted_line(separator: str) -> str:
    """The pattern of a line whose quotation marks each enclose a whole field."""
    field = f'(?:[^"{separator}]*|"(?:[^"]|"")*")'
    return f"^{field}(?:{separator}{field})*$"


def form_in(path: Path) -> CsvForm:
    """How the cells of a file are separated; DataError for what is no text of cells, or leaves it open."""
    with path.open("rb") as file:
        data = file.read(LOOKED_AT)
    form = not_csv(data) or form_of(data)
    if isinstance(form, str):
        raise DataError([f"{path.name}: {form}"])
    return form


def shape_of(path: Path) -> Shape:
    """The shape of a CSV file in UTF-8, separated by commas, semicolons or tabs; DataError with row numbers for none.

    Rows are counted from 1 below the header. No value of a cell enters a message.
    """
    if path.stat().st_size == 0:
        raise DataError([f"{path.name}: the file is empty; its first line must name the columns"])
    form = form_in(path)
    columns = _header(path, form)
    counted = _count_lines(path, len(columns), form)
    if counted is not None:
        return Shape(columns, counted, form=form)
    return Shape(columns, _count_rows(path, len(columns), form), row_is_line=False, form=form)


def _header(path: Path, form: CsvForm) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
            for _ in range(form.skipped):
                next(text)
            names = next(csv.reader(text, strict=True, delimiter=form.separator), [])
    except csv.Error:
        raise DataError([f"{path.name}: the first line cannot be read; save the file as CSV in UTF-8"]) from None
    faults = [] if any(names) else ["the first line is empty; it must name the columns"]
    faults += [f"column {place} has no name" for place, name in enumerate(names, start=1) if any(names) and not name]
    faults += [f"the column {name} stands twice" for name in dict.fromkeys(names) if name and names.count(name) > 1]
    if faults:
        raise DataError([f"{path.name}: {fault}" for fault in faults])
    return tuple(names)


def _count_lines(path: Path, width: int, form: CsvForm) -> int | None:
    """The number of rows where every line is a row that fits; None where the file must be read field by field."""
    import polars as pl

    line = pl.col("line")
    quoted = line.str.contains('"', literal=True)
    bare = pl.when(quoted).then(line.str.replace_all(QUOTED, "")).otherwise(line)
    misfit = bare.str.count_matches(form.separator, literal=True) != width - 1
    misfit |= pl.when(quoted).then(~line.str.contains(quoted_line(form.separator))).otherwise(False)
    try:
        told = pl.scan_lines(path).slice(form.skipped).select(pl.len(), odd=(misfit | (line == "")).any())
        lines, odd = told.collect(engine="streaming").row(0)
    except pl.exceptions.PolarsError:
        return None
    return None if odd else int(lines) - 1


def _count_rows(path: Path, width: int, form: CsvForm) -> int:
    faults: list[str] = []
    found = count = 0
    for count, fields in enumerate(_rows(path, form, faults), start=1):
        if len(fields) != width:
            found += 1
            if found <= SHOWN:
                faults.append(_misfit(path, count, fields, width))
    if found > SHOWN:
        faults.append(f"and {found - SHOWN} more like these")
    if faults:
        raise DataError(faults)
    return count


def _misfit(path: Path, row: int, fields: list[str], width: int) -> str:
    if not fields:
        return f"{path.name} row {row}: is empty; remove the line"
    return f"{path.name} row {row}: has {plural(len(fields), 'field')}, the header {width}"


def _rows(path: Path, form: CsvForm, faults: list[str]) -> Iterator[list[str]]:
    """The rows below the header; where one cannot be read at all, its number is told and the reading ends."""
    row = 0
    with path.open(encoding="utf-8-sig", newline="") as text:
        for _ in range(form.skipped):
            next(text)
        lines = _Lines(text)
        reader = csv.reader(lines, strict=True, delimiter=form.separator)
        whole = re.compile(quoted_line(form.separator))
        try:
            for row, fields in enumerate(reader):
                if lines.taken() == 1 and not whole.match(lines.last.rstrip("\r\n")):
                    raise csv.Error
                if row:
                    yield fields
        except UnicodeDecodeError:
            place = _not_utf8(path)
            where = f"row {place}" if place else "first line"
            faults.append(f"{path.name} {where}: is not UTF-8; {NOT_UTF8}")
        except csv.Error:
            faults.append(f"{path.name} row {row + (not lines.is_fresh)}: {MISQUOTED}")


class _Lines:
    """The lines of a file, with the last one kept and those counted that a row took."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.last, self.count = text, "", 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.last = next(self.text)
        self.count += 1
        return self.last

    def taken(self) -> int:
        """The lines of the row that was read last."""
        count, self.count = self.count, 0
        return count

    @property
    def is_fresh(self) -> bool:
        """Whether no line was read since `taken`."""
        return self.count == 0


def _not_utf8(path: Path) -> int:
    """The first line below the header that is not UTF-8 (0 is the header itself)."""
    with path.open("rb") as lines:
        for row, line in enumerate(lines):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return row
    return 0
