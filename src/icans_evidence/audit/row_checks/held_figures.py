"""What a row holds that its sentence must print: each figure with its column, its role and its unit.

A column is read from one table of roles; a further column of figures is a further line there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from icans_evidence.printed.figures import Figure, find_figures
from icans_evidence.printed.sentence import fold
from icans_evidence.wording import number

Row = Mapping[str, Any]

_SINGLE: tuple[tuple[str, str, str], ...] = (
    ("n_events", "patients", ""), ("n_total", "patients", ""), ("percent", "percent", ""), ("value", "", "unit"),
    ("threshold", "", "threshold_unit"), ("cap", "", "cap_unit"), ("weight_min_kg", "kg", ""),
    ("weight_below_kg", "kg", ""), ("duration_days", "days", ""), ("interval_hours", "hours", ""),
    ("n_studies", "studies", ""),
)  # fmt: skip
_RANGES: tuple[tuple[str, str, str, str], ...] = (
    ("percent_low", "percent_high", "percent", ""), ("low", "high", "", "unit"), ("amount", "amount_high", "", "unit"),
)  # fmt: skip
_TEXTS = ("outcome", "factor", "population", "note", "indication", "repeats", "cut_off", "statement", "threshold_unit",
          "specimen", "drug", "direction", "locator")  # fmt: skip
"""Columns of words that may account for a figure in `reported` that no column of figures holds."""
PRINTED_TEXTS = ("factor", "cut_off", "indication", "repeats")
"""Columns of words whose figures the sentence itself must print."""


@dataclass(frozen=True)
class Held:
    """One figure, or the two ends of a range, as a row holds it; `high` is None for a single figure."""

    column: str
    low: Decimal
    high: Decimal | None
    unit: str

    @property
    def text(self) -> str:
        """The figure as it is told: "4 to 9", "19"."""
        return plain_figure(self.low) if self.high is None else f"{plain_figure(self.low)} to {plain_figure(self.high)}"

    def matches(self, figure: Figure) -> bool:
        """Whether a printed figure is this one; a percentage is printed with its sign."""
        return (figure.low, figure.high) == (self.low, self.high) and figure.is_percent == (self.unit == "percent")


def plain_figure(value: Decimal) -> str:
    """A figure without trailing zeros: "2,000", "38.9"."""
    return number(value, 9)


def held_by(row: Row) -> list[Held]:
    """The figures of a row in the order of their roles."""
    return [*_singles(row), *_ranges(row)]


def _singles(row: Row) -> Iterator[Held]:
    for column, unit, unit_column in _SINGLE:
        if row.get(column) is not None:
            yield Held(column, _decimal(row[column]), None, unit or row.get(unit_column) or "")


def _ranges(row: Row) -> Iterator[Held]:
    for low, high, unit, unit_column in _RANGES:
        ends = [(name, row[name]) for name in (low, high) if row.get(name) is not None]
        said = unit or row.get(unit_column) or ""
        if len(ends) == 2 and ends[0][1] != ends[1][1]:
            yield Held(low, _decimal(ends[0][1]), _decimal(ends[1][1]), said)
        else:
            yield from (Held(name, _decimal(value), None, said) for name, value in ends[:1])


def _decimal(value: Any) -> Decimal:
    return Decimal(repr(value)).normalize() + 0


def figures_in_words(row: Row) -> set[Decimal]:
    """Every number in the row's columns of words."""
    text = " ; ".join(str(row[name]) for name in _TEXTS if row.get(name))
    found = {value for figure in find_figures(fold(text)) for value in figure.values}
    return found | {Decimal(10)} if re.search(r"\btens\b", text) else found
