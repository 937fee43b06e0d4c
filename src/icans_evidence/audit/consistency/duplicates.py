"""Copied rows: the same content under two names, the same counts under two outcomes, figures dragged down a column.

A sentence may truly give one number to two outcomes; then the two rows differ in what `reported` or the note says.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule

_OWN = ("line", "row_id", "note", "extracted_by", "second_reading")
_FIGURES = ("n_events", "n_total", "percent", "value", "low", "high", "amount", "threshold")


@rule()
def no_row_stands_twice(ground: Ground) -> Iterator[Told]:
    """No two rows of a file are the same but for their name and note."""
    for table in ground.vocabulary.located:
        rows = ground.draft[table]
        keys = [name for name in rows.columns if name not in _OWN]
        first = rows.with_columns(other=pl.col("row_id").first().over(keys), file=pl.lit(table))
        twice = first.filter(pl.col("row_id") != pl.col("other")).select(*PLACE, "other", value="row_id")
        yield Told("row_id", twice, lambda r: f"the row is {r['other']} once more, under another name")


@rule("two_values")
def no_finding_stands_twice(ground: Ground) -> Iterator[Told]:
    """One outcome of one cohort with the same figures and print stands once in a document, in whatever words."""
    keys = ["file", "cohort_id", "outcome", "factor", "statistic", "read_in", "reported", "fingerprint", "drug",
            "indication", "direction", "unit", *_FIGURES]  # fmt: skip
    rows = ground.rows.filter(ground.is_compared)
    rows = rows.with_columns(pl.col("factor").fill_null(""))
    rows = rows.filter(pl.col("reported").str.contains(r"\d") | pl.col("factor").ne(""))
    first = [
        pl.col(name).first().over(keys).alias(new) for name, new in (("row_id", "other"), ("population", "theirs"))
    ]
    twice = rows.with_columns(first).filter(pl.col("row_id") != pl.col("other"))
    for same, severity in ((True, "question"), (False, "note")):
        told = twice.filter(pl.col("population").eq_missing(pl.col("theirs")) == same).select(
            *PLACE, "other", "outcome"
        )
        yield Told("row_id", told, lambda r: (
            f"{r['outcome']} of this cohort stands with the same figures in {r['other']}"), severity)  # fmt: skip


@rule()
def copied_rows_keep_no_note(ground: Ground) -> Iterator[Told]:
    """Two rows of one outcome and document for two cohorts graded alike do not share a note and all their figures."""
    keys = ["file", "outcome", "factor", "statistic", "read_in", "note", "population", "locator",
            "fingerprint", "scale", *_FIGURES]  # fmt: skip
    scale = ground.draft["cohorts"].select("cohort_id", "scale")
    rows = ground.rows.join(scale, on="cohort_id", maintain_order="left").filter(pl.col("reported").str.contains(r"\d"))
    rows = rows.with_columns(other=pl.col("row_id").first().over(keys), k=pl.col("cohort_id").n_unique().over(keys))
    told = rows.filter((pl.col("k") > 1) & (pl.col("row_id") != pl.col("other")))
    yield Told(
        "cohort_id", told.select(*PLACE, "other", "cohort_id"), lambda r: f"{r['other']} has the same figures and words"
    )


@rule()
def figures_are_not_dragged_down(ground: Ground) -> Iterator[Told]:
    """No figure rises by one from row to row over three rows of one cohort and outcome, as a spreadsheet's drag
    leaves it."""
    keys = ["file", "cohort_id", "outcome", "read_in"]
    for column in ("n_events", "n_total", "percent", "value"):
        rows = ground.rows.select(*PLACE, *keys[1:], "population", column).drop_nulls([column, "cohort_id"])
        step = (pl.col(column) - pl.col(column).shift(1)).over(keys)
        rows = rows.with_columns(step=step, before=step.shift(1).over(keys))
        told = rows.filter((pl.col("step") == 1) & (pl.col("before") == 1))
        yield Told(column, told, lambda r, c=column: f"{c} rises by one from row to row, to {r[c]:g}")  # type: ignore[misc]
