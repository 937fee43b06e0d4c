"""A table of rules/*.csv read into rows of a dataclass.

The fields of the dataclass are the columns, in their order; a cell that does not fit its field is a fault,
never a guess.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from icans_evidence.errors import DataError

RULES: Traversable = files("icans_evidence.grading") / "rules"

Row = TypeVar("Row")
CASTS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "int | None": lambda text: int(text) if text else None,
    "float | None": lambda text: float(text) if text else None,
    "bool": lambda text: {"true": True, "false": False}[text],
    "bool | None": lambda text: {"": None, "true": True, "false": False}[text],
}


def read_rows(name: str, kind: type[Row]) -> tuple[Row, ...]:
    """The rows of rules/`name`.csv as `kind`; DataError naming line and column where a cell does not fit."""
    casts = {field.name: CASTS[str(field.type)] for field in fields(kind)}  # type: ignore[arg-type]
    with (RULES / f"{name}.csv").open(encoding="utf-8") as text:
        lines = csv.DictReader(text)
        if lines.fieldnames != list(casts):
            raise DataError([f"{name}.csv:1 columns must be {', '.join(casts)}"])
        faults: list[str] = []
        rows = [_cast(name, number, line, casts, faults) for number, line in enumerate(lines, start=2)]
    if faults:
        raise DataError(faults)
    return tuple(kind(**row) for row in rows)


def _cast(
    name: str, number: int, line: dict[str, str], casts: dict[str, Callable[[str], Any]], faults: list[str]
) -> dict[str, Any]:
    row = {}
    for column, cast in casts.items():
        try:
            row[column] = cast(line[column])
        except (ValueError, KeyError, TypeError):
            faults.append(f'{name}.csv:{number} {column}: "{line[column]}" does not fit')
    return row


def checked_rows(name: str, kind: type[Row], check: Callable[[Any], list[str]]) -> tuple[Row, ...]:
    """The rows of rules/`name`.csv; DataError with every fault that `check` finds in them."""
    rows = read_rows(name, kind)
    if faults := check(rows):
        raise DataError([f"{name}.csv {fault}" for fault in faults])
    return rows
