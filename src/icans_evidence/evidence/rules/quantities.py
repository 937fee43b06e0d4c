"""Rules of quantity: parts are no greater than wholes, ends stand in order, printed percentages agree with counts.

A row that the register names is a finding already told and is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from icans_evidence.evidence.rules.draft import Draft, Found, rule
from icans_evidence.files.faults import Say
from icans_evidence.printed.columns import prints_as, with_decimals

NESTED = {"outcome": pl.String, "wide": pl.String}
ORDERED = (
    ("low", "value"), ("value", "high"), ("low", "high"), ("percent_low", "percent"), ("percent", "percent_high"),
    ("percent_low", "percent_high"), ("amount", "amount_high"), ("weight_min_kg", "weight_below_kg"),
)  # fmt: skip


def _of(cohort: str | None) -> str:
    return f" (cohort {cohort})" if cohort else ""


def _more(part: str, whole: str) -> Say:
    return lambda row: f'"{row[part]:g}" is more than {whole}, {row[whole]:g}{_of(row["cohort_id"])}'


@rule(excusable=True)
def no_more_events_than_patients(draft: Draft) -> Iterator[Found]:
    """Patients with a finding are no more than the patients who could have had it."""
    rows = draft.of("n_events", "n_total").filter(pl.col("n_events") > pl.col("n_total"))
    yield Found("", "n_events", rows, _more("n_events", "n_total"))


@rule(excusable=True)
def no_more_patients_than_treated(draft: Draft) -> Iterator[Found]:
    """Patients counted in a row, where its denominator counts patients, are no more than the cohort treated."""
    if "cohorts" not in draft:
        return
    treated = draft["cohorts"].select("cohort_id", "n_treated").drop_nulls().unique("cohort_id")
    counted = pl.col("denominator_kind").is_in(draft.vocabulary.counting_treated) & pl.col("n_total").is_not_null()
    rows = draft.of("n_total", "denominator_kind").filter(counted)
    rows = rows.join(treated, on="cohort_id").filter(pl.col("n_total") > pl.col("n_treated"))
    yield Found("", "n_total", rows, _more("n_total", "n_treated"))


@rule(excusable=True)
def ends_stand_in_order(draft: Draft) -> Iterator[Found]:
    """The lower end of a spread is no more than the figure, and the figure no more than the upper end."""
    for low, high in ORDERED:
        wrong = (pl.col(low) > pl.col(high)) & pl.col("spread").ne_missing("sd")
        yield Found("", low, draft.of(low, high, "spread").filter(wrong), _more(low, high))


@rule(excusable=True)
def the_narrower_outcome_is_no_more_frequent(draft: Draft) -> Iterator[Found]:
    """A severe grade is no more frequent than any grade in the same patients and document, and so on."""
    nested = pl.DataFrame(draft.vocabulary.nested, schema=NESTED, orient="row")
    names = pl.concat([nested["outcome"], nested["wide"]]).unique()
    same = ["file", "cohort_id", "read_in", "population", "n_total"]
    kept = draft.of("outcome", "relation", *same, "n_events", "percent")
    kept = kept.filter(pl.col("file").is_in(draft.vocabulary.of_kind("Proportion")), pl.col("relation") == "=",
                       pl.col("cohort_id").is_not_null(), pl.col("outcome").is_in(names.implode()))  # fmt: skip
    parts = kept.join(nested, on="outcome", maintain_order="left")
    for column in ("n_events", "percent"):
        whole = pl.col("row_id").sort_by(column, nulls_last=True).first()
        wholes = kept.group_by(*same, wide="outcome").agg(least=pl.col(column).min(), whole=whole)
        rows = parts.join(wholes, on=[*same, "wide"], nulls_equal=True).filter(pl.col(column) > pl.col("least"))
        yield Found("", column, rows, _exceeds(column))


def _exceeds(column: str) -> Say:
    return lambda row: (
        f'"{row[column]:g}" for {row["outcome"]} is more than {row["least"]:g} for {row["wide"]} '
        f"in the same patients ({row['whole']})"
    )


@rule(excusable=True)
def printed_percentages_agree_with_counts(draft: Draft) -> Iterator[Found]:
    """A printed percentage is its printed counts, rounded or cut at the digits that were printed."""
    full = draft.of("n_events", "n_total", "percent", "reported", "relation").filter(
        (pl.col("relation") == "=") & (pl.col("n_total") > 0) & pl.col("n_events").is_not_null()
        & pl.col("percent").is_not_null()
    )  # fmt: skip
    if full.is_empty():
        return
    rows = with_decimals(full, "percent", "reported", "decimals")
    rows = rows.filter(~prints_as("n_events", "n_total", "percent", "decimals"))
    exact = 100 * pl.col("n_events") / pl.col("n_total")
    yield Found("", "percent", rows.with_columns(exact=exact), _say_percent)


def _say_percent(row: dict[str, Any]) -> str:
    counts = f"{row['n_events']} of {row['n_total']}"
    return f'"{row["percent"]:g}" does not agree with {counts}, which is {row["exact"]:.4g}{_of(row["cohort_id"])}'
