"""Cells of a table of the data, written by a test."""

from __future__ import annotations

import csv
from pathlib import Path


def edit(data: Path, table: str, row: str, **cells: str) -> None:
    """Write cells of the row that begins with `row`; its name may be one of them."""
    path = data / "extracted" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for line in rows:
        if line[0] == row:
            for column, text in cells.items():
                line[rows[0].index(column)] = text
    write(path, rows)


def write(path: Path, rows: list[list[str]]) -> None:
    """Write the rows as a CSV with plain line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
