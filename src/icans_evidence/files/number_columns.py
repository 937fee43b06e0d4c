"""Columns of any CSV file by name, as texts with their lines, then as numbers.

Nothing is guessed: every cell that is not what its column needs is named with its line and column.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from icans_evidence import wording
from icans_evidence.errors import DataError, UsageError
from icans_evidence.files.csv_form import CsvForm, form_of, not_csv, not_utf8, ragged, with_line_ends

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Columns:
    """The columns asked for: `cells` by the name of their use, and the line on which each row begins."""

    file: str
    names: Mapping[str, str]
    cells: Mapping[str, list[str]]
    lines: list[int]
    taken: str = ""
    """What of the file's form is not the usual, such as "cells separated by semicolons"."""

    def fault(self, row: int, use: str, allowed: str) -> str:
        """A fault of one cell in the house form."""
        text = self.cells[use][row]
        said = f'"{text[:40]}"' if text else "the cell is empty;"
        return f"{self.file}:{self.lines[row]} {self.names[use]}: {said} {allowed}"


def read_columns(path: Path, names: Mapping[str, str | None]) -> Columns:
    """The columns of `path` that `names` gives for each use (None: not asked for), blanks around cells removed.

    Commas, semicolons and tabs are taken where the first line leaves no doubt, UTF-16 by its mark; blank rows and blank
    columns at the ends are passed over. UsageError for a file or column that is not there; DataError for no table.
    """
    wanted = {use: name for use, name in names.items() if name is not None}
    text, form, encoding = _text(path)
    rows = list(_rows(path, text, form))
    while rows and not any(map(str.strip, rows[-1][1])):
        rows.pop()
    if not rows:
        raise DataError([f"{path}: the file is empty; its first line must name the columns"])
    (_, header), *body = rows
    header = [cell.strip() for cell in header]
    _check_header(path, header, wanted)
    while header and not header[-1] and not any("".join(cells[len(header) - 1 :]).strip() for _, cells in body):
        header.pop()
    faults = [
        f"{path}:{line}: {ragged(len(cells), len(header), not ''.join(cells).strip(), form.separator)}"
        for line, cells in body
        if len(cells) < len(header) or any(map(str.strip, cells[len(header) :])) or not any(map(str.strip, cells))
    ]
    if faults:
        raise DataError(faults)
    cells = {use: [row[header.index(name)].strip() for _, row in body] for use, name in wanted.items()}
    return Columns(
        str(path), wanted, cells, [line for line, _ in body], ", ".join(filter(None, (encoding, form.words)))
    )


def _text(path: Path) -> tuple[str, CsvForm, str]:
    """The text of a file, the form of its cells, and its encoding where not UTF-8; DataError where it is none."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise UsageError(f"{path}: {(fault.strerror or str(fault)).lower()}") from None
    try:
        encoding = "text in UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        if encoding:
            data = data.decode("utf-16").encode()
        if wrong := not_csv(data):
            raise DataError([f"{path}: {wrong}"])
        data = with_line_ends(data)
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        if fault.encoding != "utf-8":
            raise DataError([f"{path}: is damaged UTF-16; save it as UTF-8"]) from None
        line = data.count(b"\n", 0, fault.start) + 1
        raise DataError([f"{path}:{line}: {not_utf8(data[fault.start])}"]) from None
    form = form_of(data)
    if isinstance(form, str):
        raise DataError([f"{path}:1: {form}"])
    return text, form, encoding


def _rows(path: Path, text: str, form: CsvForm) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not blank."""
    reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=form.separator)
    for _ in range(form.skipped):
        next(reader)
    line = 1 + form.skipped
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            raise DataError([f"{path}:{line}: {fault}"]) from None
        if cells is None:
            return
        if cells:
            yield line, cells
        line = reader.line_num + 1


def _check_header(path: Path, header: list[str], wanted: Mapping[str, str]) -> None:
    twice = [name for name, count in Counter(header).items() if count > 1 and name in wanted.values()]
    if twice:
        raise DataError([f"{path}:1: the column {name} stands here more than once" for name in twice])
    missing = [name for name in wanted.values() if name not in header]
    if missing:
        named = wording.listing(f'"{name}"' for name in dict.fromkeys(missing))
        raise UsageError(f"{path}: no column {named}; there are: {', '.join(header)}")


def number(text: str) -> float | None:
    """A plain number, or None for anything else: no thousands separators, no percent signs, no infinities."""
    return float(text) if _NUMBER.fullmatch(text) and math.isfinite(float(text)) else None


def counts(columns: Columns) -> tuple[list[int], list[int]]:
    """`events` and `total` as whole numbers; DataError naming every cell that is not a count or does not fit."""
    faults: list[str] = []
    read: dict[str, list[float | None]] = {"events": [], "total": []}
    for row in range(len(columns.lines)):
        for use, found in read.items():
            value = number(columns.cells[use][row])
            least = 1 if use == "total" else 0
            fine = value is not None and value >= least and value == int(value)
            found.append(value if fine else None)
            if not fine:
                faults.append(columns.fault(row, use, f"allowed: a whole number, {least} or more"))
        events, total = read["events"][row], read["total"][row]
        if events is not None and total is not None and events > total:
            faults.append(columns.fault(row, "events", f"is more than its total of {total:g}"))
    if faults:
        raise DataError(faults)
    events_read, totals_read = ([int(v) for v in found if v is not None] for found in read.values())
    return events_read, totals_read


def figures(columns: Columns, uses: tuple[str, ...]) -> dict[str, list[float | None]]:
    """The columns of `uses` as numbers, an empty cell as None; DataError naming every cell that is no number of 0 or
    more (`n`: a whole number)."""
    faults: list[tuple[int, str]] = []
    out: dict[str, list[float | None]] = {}
    for use in uses:
        out[use] = []
        for row, text in enumerate(columns.cells[use]):
            value = number(text)
            if text and (value is None or value < 0 or (use == "n" and value != int(value))):
                kind = "a whole number" if use == "n" else "a number"
                faults.append((row, columns.fault(row, use, f"allowed: {kind}, 0 or more, or an empty cell")))
            out[use].append(value)
    if faults:
        raise DataError([said for _, said in sorted(faults, key=lambda fault: fault[0])])
    return out
