"""Text against text: one matter of one cohort told with two figures, in one document or in two.

Both readings stay in the data; the register says which is taken. Rows that speak of different groups are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.wording import listing

_MATTERS = ("two_values", "review_against_paper", "arithmetic", "other_source", "abstract_against_text")
_FIGURES = ("n_events", "n_total", "percent", "value", "low", "high", "amount")
_ABOUT = ("file", "cohort_id", "outcome", "factor", "statistic", "drug", "unit", "denominator_kind", "spread",
          "threshold", "population")  # fmt: skip


def _share() -> pl.Expr:
    exact = 100 * pl.col("n_events") / pl.col("n_total")
    return pl.coalesce(pl.when(pl.col("relation") == "=").then(exact), "percent", "value")


@rule(*_MATTERS)
def one_matter_is_told_with_one_figure(ground: Ground) -> Iterator[Told]:
    """Rows of one outcome, population, statistic and document have one figure; where they differ in their note
    they speak of different times or doses and are let pass."""
    keys = [*_ABOUT, "read_in", "note"]
    rows = ground.rows.filter(pl.col("cohort_id").is_not_null(), ground.is_compared)
    rows = rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in _FIGURES))
    rows = rows.with_columns(
        figures=pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in _FIGURES], separator="|")
    )
    groups = rows.group_by(keys).agg(k=pl.col("figures").n_unique(), ids=pl.col("row_id"))
    told = rows.join(groups.filter(pl.col("k") > 1), on=keys, nulls_equal=True)
    told = told.select(*PLACE, "reported", "outcome", "ids")
    yield Told(
        "reported", told, lambda r: f"{listing(r['ids'])} tell {r['outcome']} of one group with different figures"
    )


@rule(*_MATTERS)
def documents_agree_on_a_cohort(ground: Ground) -> Iterator[Told]:
    """Two documents give the same share, by half a percent, for one outcome among the same kind of patients of a
    cohort."""
    keys = ["cohort_id", "outcome", "denominator_kind"]
    rows = ground.rows.with_columns(share=_share()).filter(pl.col("cohort_id").is_not_null(), pl.col("relation") == "=")
    rows = rows.filter(
        pl.col("denominator_kind").is_in(list(ground.vocabulary.counting_treated)), pl.col("factor").is_null()
    )
    rows = rows.filter(ground.is_background.not_()).drop_nulls("share")
    spread = rows.group_by(keys).agg(k=pl.col("read_in").n_unique(), gap=pl.col("share").max() - pl.col("share").min())
    told = rows.join(spread.filter((pl.col("k") > 1) & (pl.col("gap") > 0.5)), on=keys).with_columns(value="share")
    yield Told("percent", told.select(*PLACE, value="share", outcome="outcome", gap="gap"),
               lambda r: f"{r['outcome']} differs by {r['gap']:.3g} points between two documents")  # fmt: skip


@rule(*_MATTERS, "reference")
def the_same_patients_have_the_same_share(ground: Ground) -> Iterator[Told]:
    """Cohorts of the same size and scale that are declared to overlap give the same share for one outcome of those
    treated, in whole percents."""
    scale = ground.draft["cohorts"].select("cohort_id", "scale")
    rows = ground.rows.with_columns(share=_share()).filter(
        pl.col("denominator_kind") == "treated", pl.col("factor").is_null()
    )
    rows = rows.filter(pl.col("relation") == "=", ground.is_of("Proportion"))
    rows = rows.drop_nulls(["share", "n_treated"]).join(scale, on="cohort_id")
    mine = rows.select(*PLACE, "cohort_id", "outcome", "n_treated", "scale", "share",
                       other=pl.col("overlaps_with").str.split(";")).explode("other").drop_nulls("other")  # fmt: skip
    theirs = rows.select("outcome", "n_treated", "scale", other="cohort_id", their_share="share", their_row="row_id")
    told = mine.join(theirs, on=["other", "outcome", "n_treated", "scale"])
    told = told.filter((pl.col("share") - pl.col("their_share")).abs() > 1).select(
        *PLACE, "outcome", "other", "their_share", "their_row", value="share"
    )
    yield Told("percent", told, lambda r: (
        f"{r['value']:.3g}% with {r['outcome']}, but {r['their_share']:.3g}% in {r['other']}, which shares the "
        f"patients ({r['their_row']})"))  # fmt: skip
