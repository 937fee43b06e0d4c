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
from icans_evidence.wording import plural

SHOWN = 20
MISQUOTED = "a quotation mark is out of place, or the row is too long"
FIELD = '(?:[^",]*|"(?:[^"]|"")*")'
QUOTED, QUOTED_LINE = '"[^"]*"', f"^{FIELD}(?:,{FIELD})*$"


@dataclass(frozen=True)
class Shape:
    """The column names of a CSV file, the number of its rows below the header, and whether a row is always one line."""

    columns: tuple[str, ...]
    rows: int
    row_is_line: bool = True


def shape_of(path: Path) -> Shape:
    """The shape of a comma-separated file in UTF-8; DataError with row numbers where it has none.

    Rows are counted from 1 below the header. No value of a cell enters a message.
    """
    columns = _header(path)
    counted = _count_lines(path, len(columns))
    if counted is not None:
        return Shape(columns, counted)
    return Shape(columns, _count_rows(path, len(columns)), row_is_line=False)


def _header(path: Path) -> tuple[str, ...]:
    if path.stat().st_size == 0:
        raise DataError([f"{path.name}: the file is empty; its first line must name the columns"])
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
            names = next(csv.reader(text, strict=True), [])
    except csv.Error:
        raise DataError([f"{path.name}: the first line cannot be read; save the file as CSV in UTF-8"]) from None
    faults = [] if any(names) else ["the first line is empty; it must name the columns"]
    faults += [f"column {place} has no name" for place, name in enumerate(names, start=1) if any(names) and not name]
    faults += [f"the column {name} stands twice" for name in dict.fromkeys(names) if name and names.count(name) > 1]
    if faults:
        raise DataError([f"{path.name}: {fault}" for fault in faults])
    return tuple(names)


def _count_lines(path: Path, width: int) -> int | None:
    """The number of rows where every line is a row that fits; None where the file must be read field by field."""
    import polars as pl

    line = pl.col("line")
    quoted = line.str.contains('"', literal=True)
    bare = pl.when(quoted).then(line.str.replace_all(QUOTED, "")).otherwise(line)
    misfit = bare.str.count_matches(",", literal=True) != width - 1
    misfit |= pl.when(quoted).then(~line.str.contains(QUOTED_LINE)).otherwise(False)
    try:
        told = pl.scan_lines(path).select(pl.len(), odd=(misfit | (line == "")).any())
        lines, odd = told.collect(engine="streaming").row(0)
    except pl.exceptions.PolarsError:
        return None
    return None if odd else int(lines) - 1


def _count_rows(path: Path, width: int) -> int:
    faults: list[str] = []
    found = count = 0
    for count, fields in enumerate(_rows(path, faults), start=1):
        if len(fields) != width:
            found += 1
            if found <= SHOWN:
                faults.append(_misfit(path, count, len(fields), width))
    if found > SHOWN:
        faults.append(f"and {found - SHOWN} more like these")
    if faults:
        raise DataError(faults)
    return count


def _misfit(path: Path, row: int, fields: int, width: int) -> str:
    if fields == 0:
        return f"{path.name} row {row}: is empty; remove the line"
    return f"{path.name} row {row}: has {plural(fields, 'field')}, the header {width}"


def _rows(path: Path, faults: list[str]) -> Iterator[list[str]]:
    """The rows below the header; where one cannot be read at all, its number is told and the reading ends."""
    row = 0
    with path.open(encoding="utf-8-sig", newline="") as text:
        lines = _Lines(text)
        reader = csv.reader(lines, strict=True)
        try:
            for row, fields in enumerate(reader):
                if lines.taken() == 1 and not re.match(QUOTED_LINE, lines.last.rstrip("\r\n")):
                    raise csv.Error
                if row:
                    yield fields
        except UnicodeDecodeError:
            place = _not_utf8(path)
            where = f"row {place}" if place else "first line"
            faults.append(f"{path.name} {where}: is not UTF-8; save the file as UTF-8")
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
