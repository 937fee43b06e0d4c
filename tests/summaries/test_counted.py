"""Counts behind rates: printed, reconstructed only when no other count fits, and never from a bound."""

from __future__ import annotations

import polars as pl
import pytest

from icans_evidence.summaries.proportion_rows import counted, independent


def test_a_bound_has_no_count_and_no_interval(evidence):
    bounds = counted(evidence).filter(pl.col("relation") != "=")
    assert bounds.height > 0
    assert bounds["events"].null_count() == bounds.height == bounds["ci_low"].null_count()


def test_the_review_s_three_of_nine_has_the_interval_that_r_gives(evidence):
    """prop.test(3, 9, correct = FALSE) and binom.test(3, 9) of R 4.2.2: 0.1206 to 0.6458, and 0.0749 to 0.7007."""
    row = counted(evidence).filter((pl.col("n_events") == 3) & (pl.col("n_total") == 9) & (pl.col("outcome") == "ncse"))
    assert row.height == 1
    assert row["denominator_kind"][0] == "severe"
    ends = [row[name][0] for name in ("ci_low", "ci_high", "exact_low", "exact_high")]
    assert ends == pytest.approx([0.1206, 0.6458, 0.0749, 0.7007], abs=5e-5)


def rows_of(*cohorts: tuple[str, str, int, str | None]) -> pl.DataFrame:
    names = ["row_id", "cohort_id", "source_kind", "n_total", "overlaps_with"]
    rows = [(f"INC-{i:03}", *cohort) for i, cohort in enumerate(cohorts)]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(scale_rank=pl.lit(7))


def test_of_overlapping_cohorts_the_larger_is_kept():
    kept = independent(
        rows_of(("a", "paper", 50, "b"), ("b", "paper", 90, "a;c"), ("c", "paper", 40, "b"), ("d", "paper", 9, None))
    )
    assert kept["cohort_id"].to_list() == ["b", "d"]


@pytest.mark.parametrize(
    ("kinds", "kept"),
    [
        (("review", "paper", "secondary"), "paper"),
        (("review", "secondary"), "secondary"),
        (("review", "paper"), "paper"),
        (("secondary", "paper"), "paper"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_several_readings_of_one_cohort_the_one_nearest_to_its_patients_is_kept(kinds, kept, turned):
    """The paper's own before a secondary report before the review, though the farther one counts more patients."""
    sizes = {"review": 99, "secondary": 70, "paper": 50}
    readings = [("a", kind, sizes[kind], None) for kind in kinds]
    chosen = independent(rows_of(*(reversed(readings) if turned else readings)))
    assert chosen["source_kind"].to_list() == [kept]


def test_the_reading_that_is_kept_decides_which_of_two_cohorts_is_the_larger():
    """Cohort a has 50 patients by a secondary report and 99 by the review: the report counts, so b with 60 is kept."""
    kept = independent(rows_of(("a", "review", 99, "b"), ("a", "secondary", 50, "b"), ("b", "paper", 60, "a")))
    assert kept["cohort_id"].to_list() == ["b"]
