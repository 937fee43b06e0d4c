"""The rule of the printed form: every figure of a row stands in its `reported`, as digits or as a word.

What is printed is read by `printed`: plain cells by one search for the digits, the rest once a distinct cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from icans_evidence.evidence.rules.draft import Draft, Found, rule
from icans_evidence.files.faults import shown
from icans_evidence.printed.columns import not_printed, with_digits

FIGURES = (
    "n_events", "n_total", "percent", "percent_low", "percent_high", "value", "low", "high", "threshold", "n_studies",
    "amount", "amount_high", "weight_min_kg", "weight_below_kg", "cap", "duration_days",
)  # fmt: skip


@rule()
def reported_holds_the_figures(draft: Draft) -> Iterator[Found]:
    """Every figure of a row stands in its `reported`, as digits or a word; a total may stand where n_locator says."""
    rows = draft.of("reported", "n_locator", *FIGURES).select("file", "line", "reported", "n_locator", *FIGURES)
    there = pl.col("n_locator").is_null()
    rows = rows.with_columns(n_total=pl.when(there).then("n_total"))
    rows = with_digits(rows, "reported", "digits")
    for column in FIGURES:
        whole = pl.col(column) == pl.col("n_total") if column == "n_events" else pl.lit(False)
        left = not_printed(rows, column, "digits", "reported", whole)
        yield Found("", column, left.with_columns(value=pl.col(column).cast(pl.Float64)), _say)


def _say(row: dict[str, Any]) -> str:
    return f'"{row["value"]:g}" does not stand in reported, {shown(row["reported"])}'
