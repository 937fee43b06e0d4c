"""Incoming rows merged with those of the data: new rows appended with the next free name, changed rows in their place.

A row is the same when every cell says the same, so that a form taken in twice adds nothing the second time; a row that
does not come in stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.exchange.form_columns import Asked, asked, names_of_rows
from icans_evidence.exchange.incoming_rows import Faults, Row

Said = tuple[str | Decimal, ...]
_NUMBERED = re.compile(r"(D|[A-Z]{3}-)([0-9]+)")


@dataclass(frozen=True)
class Change:
    """One cell that comes in with another value than the data hold."""

    table: str
    row: str
    column: str
    old: str
    new: str


@dataclass
class Merged:
    """A table after the merge: all rows as texts, what is new, changed or the same, and which row came from where.

    `origin` maps the line of the merged file (2 is the first row) to the incoming row that stands there.
    """

    table: str
    rows: list[list[str]]
    new: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: int = 0
    origin: dict[int, Row] = field(default_factory=dict)

    @property
    def changed(self) -> list[str]:
        """The names of the changed rows, each once."""
        return list(dict.fromkeys(change.row for change in self.changes))

    @property
    def touched(self) -> bool:
        """Whether the file has to be written."""
        return bool(self.new or self.changes)


def merge(vocabulary: Vocabulary, table: str, old: list[list[str]], incoming: Iterable[Row], faults: Faults) -> Merged:
    """The rows of a table with the incoming ones; a name that comes in twice is told to `faults`."""
    columns, names = asked(vocabulary, table), names_of_rows(vocabulary, table)
    at = [[column.name for column in columns].index(name) for name in names]
    places = {tuple(cells[place] for place in at): number for number, cells in enumerate(old)}
    merged = Merged(table, [list(cells) for cells in old])
    rows = list(incoming)
    free = _next_free(vocabulary, table, [*(cells[0] for cells in old), *(row.texts[columns[0].name] for row in rows)])
    alike = {_said(cells[1:], columns[1:]): cells[0] for cells in reversed(old)} if free else {}
    seen: dict[tuple[str, ...], Row] = {}
    for number, row in enumerate(rows):
        nameless = free is not None and _name(row, columns, free, alike)
        key = tuple(row.texts[name] for name in names)
        if all(key) and key in seen:
            told = "says the same as" if nameless else f'"{" ".join(key)}" stands already in'
            said = f"{told} {seen[key].where if nameless else seen[key].cell(names[0])}; a row comes in once"
            place = row.where if nameless else row.place(names[0])
            faults.at((list(vocabulary.tables).index(table), row.line, number), place, said)
            continue
        seen[key] = row
        if key in places:
            held = dict(zip((column.name for column in columns), old[places[key]], strict=True))
            row.texts |= {name: held[name] for name in row.lacks if name in held}
        if key in places and not row.sheet:
            _told_of_lost_zeros(
                row, old[places[key]], columns, (list(vocabulary.tables).index(table), row.line, number), faults
            )
        _put(merged, row, columns, places.get(key), " ".join(filter(None, key)) or row.where)
    return merged


def _name(row: Row, columns: tuple[Asked, ...], free: _Free, alike: dict[Said, str]) -> bool:
    """Give a row without a name that of the row that says the same, else the next free one; whether it had none."""
    first = columns[0].name
    if row.texts[first]:
        return False
    said = _said([row.texts[column.name] for column in columns[1:]], columns[1:])
    if said not in alike:
        alike[said] = free.take()
    row.texts[first] = alike[said]
    return True


def _said(cells: list[str], columns: tuple[Asked, ...]) -> Said:
    """What a row says; two rows that say the same are equal."""
    return tuple(_value(cell, column) for cell, column in zip(cells, columns, strict=True))


def _value(cell: str, column: Asked) -> str | Decimal:
    """The number in a cell of a column of numbers, any other cell as it stands."""
    try:
        value = Decimal(cell) if column.numeric else None
    except InvalidOperation:
        return cell
    return cell if value is None or not value.is_finite() else value


def _told_of_lost_zeros(
    row: Row, old: list[str], columns: tuple[Asked, ...], order: tuple[int, int, int], faults: Faults
) -> None:
    """Tell texts of a CSV file that a spreadsheet has written anew as numbers, 95.2 for the 95.20 that was printed."""
    for before, column in zip(old, columns, strict=True):
        after = row.texts[column.name]
        as_number = column._replace(type="number")
        if column.numeric or before == after or not _same_number(before, after, as_number):
            continue
        said = f'"{after}" stands in the data as "{before}"; a spreadsheet has probably changed it: '
        faults.at(order, row.place(column.name), f"{said}write it as printed, or correct it in a workbook (.xlsx)")


def _put(merged: Merged, row: Row, columns: tuple[Asked, ...], place: int | None, name: str) -> None:
    cells = [row.texts[column.name] for column in columns]
    if place is None:
        merged.rows.append(cells)
        merged.origin[len(merged.rows) + 1] = row
        merged.new.append(name)
        return
    merged.origin[place + 2] = row
    old = merged.rows[place]
    differing = [n for n, column in enumerate(columns) if not same_value(old[n], cells[n], column)]
    merged.changes += [Change(merged.table, name, columns[n].name, old[n], cells[n]) for n in differing]
    merged.same += not differing
    for n in differing:
        old[n] = cells[n]


def same_value(old: str, new: str, column: Asked) -> bool:
    """Whether two cells say the same: equal texts, or in a column of numbers the same number ("5.0" and "5")."""
    return old == new or _value(old, column) == _value(new, column)


def _same_number(old: str, new: str, column: Asked) -> bool:
    """Whether two texts are one number, the new one as a spreadsheet writes it."""
    value = _value(new, column)
    written = isinstance(value, Decimal) and abs(value) < 10**15 and ("E" in new or f"{value.normalize():f}" == new)
    return written and _value(old, column) == value


class _Free:
    """Names with a running number, from the highest that is taken on."""

    def __init__(self, prefix: str, last: int, width: int) -> None:
        self.prefix, self.last, self.width = prefix, last, width

    def take(self) -> str:
        self.last += 1
        return f"{self.prefix}{self.last:0{self.width}d}"


def _next_free(vocabulary: Vocabulary, table: str, names: Iterable[str]) -> _Free | None:
    """The next free name of a table; None where rows are named by a person."""
    declared = vocabulary.tables[table]
    prefix = (
        f"{declared.prefix}-"
        if declared.prefix
        else "D"
        if names_of_rows(vocabulary, table) == ("discrepancy_id",)
        else ""
    )
    if not prefix:
        return None
    taken = [int(match[2]) for name in names if (match := _NUMBERED.fullmatch(name)) and match[1] == prefix]
    return _Free(prefix, max(taken, default=0), 3 if declared.prefix else 2)
