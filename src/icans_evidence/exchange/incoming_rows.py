"""Rows on their way in, as texts with the place of each cell, and the faults found on the way.

A fault names its place as the person sees it, "incidence!D7 percent" or "incidence.csv:7 percent"; all are told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from icans_evidence.files.faults import SHOWN, ManyFaults


@dataclass
class Row:
    """One row of a table: its cells as texts (empty where nothing stands) and how to say where each stands.

    `line` orders rows within their table and `where` is the place of the row; in a workbook `sheet` names the sheet and
    `letters` the column of it in which each column of the table stands. What an older form has no column for, `lacks`,
    stays as the data hold it.
    """

    line: int
    where: str
    texts: dict[str, str]
    sheet: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    lacks: Collection[str] = ()

    def cell(self, column: str) -> str:
        """The place of a cell of this row; of the row when the cell stands nowhere."""
        return f"{self.sheet}!{self.letters[column]}{self.line}" if column in self.letters else self.where

    def place(self, column: str) -> str:
        """The place of a cell with its column's name, as faults are told."""
        return f"{self.cell(column)} {column}".strip()


@dataclass
class Faults:
    """Faults in the order of sheets, rows and columns; a cell is blamed once, by what was found first.

    `incomplete`: a whole sheet was left out, so that its absence would cause further faults.
    """

    found: list[tuple[tuple[int, int, int], str]] = field(default_factory=list)
    blamed: set[str] = field(default_factory=set)
    incomplete: bool = False

    def at(self, order: tuple[int, int, int], place: str, text: str) -> None:
        """A fault of one place; a second fault of the same place is passed over."""
        if place not in self.blamed:
            self.blamed.add(place)
            self.found.append((order, f"{place}: {text}"))

    def whole(self, order: tuple[int, int, int], place: str, text: str) -> None:
        """A fault for which a whole sheet or file is left out."""
        self.incomplete = True
        self.at(order, place, text)

    def raise_any(self) -> None:
        """Raise all faults, when there are any."""
        if self.found:
            self.raise_all()

    def raise_all(self, more: int = 0) -> NoReturn:
        """Raise all faults, and `more` that are not shown."""
        lines = [text for _, text in sorted(self.found, key=lambda one: one[0])]
        raise ManyFaults(lines[:SHOWN], len(lines) + more)


@dataclass
class Incoming:
    """The rows of each table that a file brings, and the example rows that were passed over."""

    file: str
    tables: dict[str, list[Row]]
    examples: list[str] = field(default_factory=list)
