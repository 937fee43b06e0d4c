"""A table of rules/*.csv read into rows of a dataclass.

The fields of the dataclass are the columns, in their order; a cell that does not fit its field is a fault,
never a guess, and every fault names file, line, column and cell.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from icans_evidence.errors import DataError

RULES = Path(__file__).parent / "rules"


@dataclass(frozen=True)
class Row:
    """A row of a table of rules, with the line of its file."""

    line: int = field(default=0, kw_only=True, compare=False, repr=False)


Kind = TypeVar("Kind", bound=Row)
Fault = tuple[Row, str, str]
"""The row, the column, and what is allowed there or wrong with it."""

WHOLE, NUMBER = "-?[0-9]+", r"-?[0-9]+(\.[0-9]+)?"
WORDS: dict[str, tuple[str, Callable[[str], Any], str]] = {
    # type of the field: the cells allowed, what becomes of them, what is allowed in words
    "str": (r"[^\x00-\x1f]*", str, "must be text on one line"),
    "int": (WHOLE, int, "must be a whole number"),
    "float": (NUMBER, float, "must be a number"),
    "bool": ("true|false", lambda text: text == "true", "must be true or false"),
}


def read_rows(name: str, kind: type[Kind], rules: Path | None = None, may_be_empty: bool = False) -> tuple[Kind, ...]:
    """The rows of `name`.csv in the folder `rules` (ours by default) as `kind`; DataError naming line and column
    where a cell does not fit.
    """
    types = {one.name: str(one.type) for one in fields(kind) if one.name != "line"}
    try:
        with ((rules or RULES) / f"{name}.csv").open(encoding="utf-8-sig", newline="") as text:
            lines = csv.reader(text, strict=True)
            if next(lines, None) != list(types):
                raise DataError([f"{name}.csv:1 columns must be {', '.join(types)}"])
            faults: list[str] = []
            rows = [_cast(name, lines.line_num, cells, types, faults) for cells in lines]
    except FileNotFoundError:
        raise DataError([f"{name}.csv: the folder of rules has no such file"]) from None
    except (UnicodeDecodeError, csv.Error):
        raise DataError([f"{name}.csv: is not comma-separated text in UTF-8"]) from None
    if not rows and not may_be_empty:
        faults.append(f"{name}.csv: has no row")
    if faults:
        raise DataError(faults)
    return tuple(kind(**row) for row in rows)


def _cast(name: str, line: int, cells: list[str], types: dict[str, str], faults: list[str]) -> dict[str, Any]:
    if len(cells) != len(types):
        faults.append(f"{name}.csv:{line} has {len(cells)} fields, the header {len(types)}")
        return {}
    row: dict[str, Any] = {"line": line}
    for (column, kind), cell in zip(types.items(), cells, strict=True):
        pattern, cast, allowed = WORDS[kind.removesuffix(" | None")]
        may_be_empty = kind.endswith("| None")
        if may_be_empty and not cell:
            row[column] = None
        elif re.fullmatch(pattern, cell):
            row[column] = cast(cell)
        else:
            faults.append(f'{name}.csv:{line} {column}: "{cell}" {allowed}{" or empty" if may_be_empty else ""}')
    return row


def refuse(name: str, faults: Iterable[Fault]) -> None:
    """DataError that lists the faults of `name`.csv, each with its line, its column and its cell; none is no error."""
    if lines := [f'{name}.csv:{row.line} {column}: "{_cell(row, column)}" {text}' for row, column, text in faults]:
        raise DataError(lines)


def _cell(row: Row, column: str) -> str:
    value = getattr(row, column)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def checked_rows(
    name: str,
    kind: type[Kind],
    check: Callable[[Sequence[Kind]], Iterable[Fault]],
    rules: Path | None = None,
    may_be_empty: bool = False,
) -> tuple[Kind, ...]:
    """The rows of `name`.csv; DataError with every fault that `check` finds in them."""
    rows = read_rows(name, kind, rules, may_be_empty)
    refuse(name, check(rows))
    return rows
