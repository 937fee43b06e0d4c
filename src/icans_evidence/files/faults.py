"""Faults found in data files: gathered without limit, shown sorted and up to a limit, counted in full.

A cell that one stage of reading has faulted is not faulted again by a later stage.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from icans_evidence.errors import DataError
from icans_evidence.wording import listing, plural

if TYPE_CHECKING:
    import polars as pl

SHOWN = 200
_LONGEST_SHOWN = 60
_MANY = 12

Say = Callable[[dict[str, Any]], str]


class ManyFaults(DataError):
    """A data error of more faults than are shown: the first ones, how many more there are, and the count."""

    def __init__(self, shown: list[str], total: int) -> None:
        super().__init__(shown)
        self.total = total
        if total > len(shown):
            more = f"… and {total - len(shown):,} more"
            self.args = ("\n".join([*shown, more, plural(total, "fault")]),)


@dataclass(frozen=True, order=True)
class Fault:
    """One fault and where it stands; line 0 is the file as a whole, an empty column the line as a whole."""

    file: str
    line: int
    position: int
    column: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.column}: {self.text}" if self.column else f"{place}: {self.text}"


@dataclass
class Faults:
    """The faults of one reading; `columns` gives each table's columns in order, for sorting within a line."""

    columns: Mapping[str, list[str]]
    files: Mapping[str, str]
    total: int = 0
    _kept: list[Fault] = field(default_factory=list)
    _cells: dict[tuple[str, str], list[pl.Series]] = field(default_factory=dict)
    _new: list[tuple[tuple[str, str], pl.Series]] = field(default_factory=list)
    _whole: set[tuple[str, str]] = field(default_factory=set)

    def about(self, file: str, text: str) -> None:
        """A fault of a file as a whole."""
        self._keep([Fault(file, 0, 0, "", text)], 1)

    def at(self, table: str, line: int, column: str, text: str) -> None:
        """A fault of one line (`column` empty) or one cell."""
        self._keep([Fault(self.files[table], line, self._position(table, column), column, text)], 1)
        if column and line == 1:
            self._whole.add((table, column))

    def among(self, table: str, column: str, rows: pl.DataFrame, say: Say) -> None:
        """A fault for every row of `rows` (with its `line`), said by `say`; cells faulted earlier are passed over."""
        if (table, column) in self._whole:
            return
        import polars as pl

        for lines in self._cells.get((table, column), []):
            rows = rows.filter(~pl.col("line").is_in(lines.implode()))
        if rows.is_empty():
            return
        first = rows.bottom_k(SHOWN, by="line").sort("line", maintain_order=True)
        position = self._position(table, column)
        kept = [Fault(self.files[table], r["line"], position, column, say(r)) for r in first.iter_rows(named=True)]
        self._keep(kept, rows.height)
        self._new.append(((table, column), rows["line"]))

    def close_stage(self) -> None:
        """From here on, cells that have a fault are left alone."""
        for key, lines in self._new:
            self._cells.setdefault(key, []).append(lines)
        self._new.clear()

    def raise_any(self) -> None:
        """Raise a DataError of everything found, sorted by file, line and column; do nothing when all is well."""
        if self.total:
            raise ManyFaults([str(fault) for fault in sorted(self._kept)[:SHOWN]], self.total)

    def _keep(self, faults: list[Fault], count: int) -> None:
        self._kept += faults
        self.total += count

    def _position(self, table: str, column: str) -> int:
        names = self.columns.get(table, [])
        return names.index(column) + 1 if column in names else 0


def shown(value: object) -> str:
    """A value in quotation marks as it may be printed: cut when long, with invisible characters written as U+0000."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    cut = text[:_LONGEST_SHOWN] + "…" if len(text) > _LONGEST_SHOWN else text
    return '"' + "".join(_visible(character) for character in cut) + '"'


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn")
    return f"U+{ord(character):04X}" if hidden else character


def nearest(value: str, words: Iterable[str]) -> str:
    """The words nearest to a value, as a question; empty when none is near."""
    folded = {word.casefold(): word for word in words}
    near = difflib.get_close_matches(value.casefold(), folded, n=2, cutoff=0.72)
    return f"did you mean {listing([folded[word] for word in near], 'or')}?" if near else ""


def allowed(value: str, words: Iterable[str], what: str = "allowed") -> str:
    """What may stand in the place of `value`: the nearest words, or else all of few."""
    words = list(words)
    if len(words) > _MANY:
        return nearest(value, words) or f"{what} are {len(words)} words, see data/README.md"
    return nearest(value, words) or f"{what}: {', '.join(words)}"
