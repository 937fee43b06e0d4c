"""What changed between two states of the data, row by row: which rows came, went, changed or took another name.

Files are read as texts, so that a state of long ago with other columns can be compared too; nothing is judged here.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from icans_evidence.audit.signatures.signed_content import Book, canonical
from icans_evidence.evidence.vocabulary import FOLDER
from icans_evidence.evidence.vocabulary_files import FIRST, KEYS, LAST

CAME, WENT, CHANGED, RENAMED = "came", "went", "changed", "renamed"

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Texts:
    """The files of one state as texts: columns and rows by their key for each table, and what could not be read.

    A table that one state cannot read is compared with nothing: none of its rows came or went.
    """

    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, dict[str, Cells]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    order: list[str] = field(default_factory=list)

    def unreadable(self, path: Path, why: str) -> None:
        """Tell that a file cannot be read."""
        self.unread.add(path.stem)
        self.troubles.append(f"{path.name} cannot be read: {why}; none of its rows is compared")

    @property
    def book(self) -> Book:
        """Rows, cohorts and studies, as signatures are held against them."""
        located = {
            key: (table, row)
            for table, rows in self.rows.items()
            if "row_id" in self.columns[table]
            for key, row in rows.items()
        }
        return Book(located, self.rows.get("cohorts", {}), self.rows.get("studies", {}))

    @property
    def figures(self) -> int:
        """How many rows carry a figure, a direction or a claim: all but those of documents, cohorts and registers."""
        return sum(len(rows) for table, rows in self.rows.items() if "row_id" in self.columns[table])


@dataclass(frozen=True)
class RowChange:
    """One row that came, went, changed or took another name; `cells` gives column, before and after."""

    table: str
    key: str
    kind: str
    before: Cells
    after: Cells
    cells: tuple[tuple[str, str, str], ...] = ()
    new_key: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether the row is data, and not a document, a cohort or a register entry."""
        return "row_id" in (self.after or self.before)


@dataclass(frozen=True)
class ColumnChange:
    """A column that only one state has, and in how many rows it is filled there."""

    table: str
    column: str
    kind: str
    filled: int


@dataclass(frozen=True)
class Changes:
    """All changes between two states, in the order of tables and keys."""

    rows: list[RowChange]
    columns: list[ColumnChange]

    def of_kind(self, kind: str, figures: bool = True) -> list[RowChange]:
        """The changes of one kind, of figures or of everything else."""
        return [change for change in self.rows if change.kind == kind and change.is_figure == figures]

    def by_key(self) -> dict[str, RowChange]:
        """Each change of a figure by the name of its row, before and after."""
        return {key: change for change in self.rows if change.is_figure for key in (change.key, change.new_key) if key}


def read_texts_of(data: Path) -> Texts:
    """Every CSV file of `data/extracted/` as texts, whatever its columns; what cannot be read is told, not raised."""
    texts = Texts(order=_declared_order(data))
    for path in sorted((data / "extracted").glob("*.csv")):
        try:
            content = io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")
            header, *lines = list(csv.reader(content)) or [[]]
        except UnicodeDecodeError:
            texts.unreadable(path, "it is not UTF-8")
            continue
        except (OSError, csv.Error) as fault:
            texts.unreadable(path, str(fault))
            continue
        texts.columns[path.stem] = header
        texts.rows[path.stem] = _by_key(path.stem, header, lines)
    return texts


def _by_key(table: str, header: list[str], lines: list[list[str]]) -> dict[str, Cells]:
    """Rows by their name; a name that occurs again is numbered, so that no row is lost."""
    names = [name for name in KEYS.get(table, ("row_id",)) if name in header] or header[:1]
    rows: dict[str, Cells] = {}
    seen: Counter[str] = Counter()
    for line in lines:
        row = dict(zip(header, line, strict=False))
        key = " ".join(row.get(name, "") for name in names)
        seen[key] += 1
        rows[key if seen[key] == 1 else f"{key} ({seen[key]})"] = row
    return rows


def changes(old: Texts, new: Texts) -> Changes:
    """What came, went and changed from one state to another.

    A column that only one state has is a change of its own and no change of its rows. A number written otherwise (20.0
    for 20) is no change in a column of numbers. A row that went and one that came with its cells took another name.
    """
    rows: list[RowChange] = []
    columns: list[ColumnChange] = []
    for table in _in_order({*old.rows, *new.rows} - old.unread - new.unread, new.order):
        before, after = old.rows.get(table, {}), new.rows.get(table, {})
        shared = [name for name in old.columns.get(table, []) if name in new.columns.get(table, [])]
        rows += _renamed(_row_changes(table, before, after, shared), shared)
        if table in old.rows and table in new.rows:
            columns += _column_changes(table, old, new)
    return Changes(rows, columns)


def _declared_order(data: Path) -> list[str]:
    """The tables in the order of the project: documents, cohorts, the files of figures as declared, then the rest."""
    path = data / FOLDER / "tables.csv"
    try:
        lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))[1:]
    except (OSError, UnicodeDecodeError, csv.Error):
        lines = []
    return [*FIRST, *(line[0] for line in lines if line), *LAST]


def _in_order(tables: set[str], order: list[str]) -> list[str]:
    return [*(name for name in order if name in tables), *sorted(tables - set(order))]


def _row_changes(table: str, before: dict[str, Cells], after: dict[str, Cells], shared: list[str]) -> list[RowChange]:
    numeric = _numeric()
    found = []
    for key in sorted({*before, *after}):
        if key not in after:
            found.append(RowChange(table, key, WENT, before[key], {}))
        elif key not in before:
            found.append(RowChange(table, key, CAME, {}, after[key]))
        else:
            pairs = [(name, before[key].get(name, ""), after[key].get(name, "")) for name in shared]
            cells = tuple(cell for cell in pairs if _differs(*cell, numeric))
            if cells:
                found.append(RowChange(table, key, CHANGED, before[key], after[key], cells))
    return found


def _numeric() -> frozenset[str]:
    from icans_evidence.evidence.schemas import numeric_columns

    return numeric_columns()


def _differs(column: str, before: str, after: str, numeric: frozenset[str]) -> bool:
    return canonical(before, column in numeric) != canonical(after, column in numeric)


def _renamed(found: list[RowChange], shared: list[str]) -> list[RowChange]:
    """Rows that went and came with the same cells, under one name each, told as one change."""

    def content(row: Cells) -> tuple[str, ...]:
        return tuple(row.get(name, "") for name in shared if name != "row_id")

    came: dict[tuple[str, ...], list[RowChange]] = {}
    for change in found:
        if change.kind == CAME and change.is_figure:
            came.setdefault(content(change.after), []).append(change)
    kept: list[RowChange] = []
    gone: set[str] = set()
    for change in found:
        twins = came.get(content(change.before), []) if change.kind == WENT and change.is_figure else []
        if twins:
            twin = twins.pop(0)
            gone.add(twin.key)
            kept.append(RowChange(change.table, change.key, RENAMED, change.before, twin.after, (), twin.key))
        else:
            kept.append(change)
    return [change for change in kept if not (change.kind == CAME and change.key in gone)]


def _column_changes(table: str, old: Texts, new: Texts) -> list[ColumnChange]:
    found = []
    for kind, here, other in ((WENT, old, new), (CAME, new, old)):
        for column in here.columns[table]:
            if column not in other.columns[table]:
                filled = sum(bool(row.get(column)) for row in here.rows[table].values())
                found.append(ColumnChange(table, column, kind, filled))
    return found
