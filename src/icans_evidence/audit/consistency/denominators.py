"""Denominators: one group of patients has one size, and a group inside another is no larger.

`denominators` is the table to read: which number counts whom, in which rows, for every cohort.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.audit.consistency.printed_form import held_numbers
from icans_evidence.evidence import Evidence
from icans_evidence.printed.columns import numbers_of
from icans_evidence.wording import listing

_MATTERS = ("two_values", "arithmetic", "other_source", "review_against_paper", "plausibility", "reference")


def denominators(evidence: Evidence) -> pl.DataFrame:
    """Every denominator of every cohort: `cohort_id`, `denominator_kind`, `population`, `n_total`, `rows` (row ids).

    The same study may count 53 treated, 33 with neurotoxicity, 22 severe and 14 tested: this is the list of which is
    which, in that order of cohort, kind and size.
    """
    return _denominators(Ground(evidence).rows).sort("cohort_id", "denominator_kind", "n_total", "population")


def _denominators(rows: pl.DataFrame) -> pl.DataFrame:
    sized = rows.filter(pl.col("n_total").is_not_null(), pl.col("cohort_id").is_not_null())
    keys = ("cohort_id", "denominator_kind", "population", "n_total")
    return sized.group_by(*keys).agg(rows=pl.col("row_id"))


def _least_common(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Rows of groups with two sizes or more, without those of the one commonest size; `sizes` lists them all."""
    votes = rows.group_by(*keys, "n_total").agg(k=pl.len())
    most = pl.col("k").max().over(keys)
    votes = votes.with_columns(usual=(pl.col("k") == most) & (((pl.col("k") == most).sum()).over(keys) == 1))
    sizes = rows.group_by(keys).agg(sizes=pl.col("n_total").unique().sort())
    return (
        rows.join(votes, on=[*keys, "n_total"])
        .filter(~pl.col("usual"))
        .join(sizes.filter(pl.col("sizes").list.len() > 1), on=keys)
    )


def _two_sizes(ground: Ground, keys: list[str], why: str) -> Told:
    rows = ground.rows.filter(pl.col("n_total").is_not_null(), pl.col("cohort_id").is_not_null())
    rows = rows.select(*PLACE, "n_total", *keys).drop_nulls(keys)
    told = _least_common(rows, keys)
    return Told(
        "n_total", told, lambda r: f"{why} counts {listing([f'{n:,}' for n in r['sizes']])} in rows of one cohort"
    )


@rule(*_MATTERS)
def one_group_has_one_size(ground: Ground) -> Iterator[Told]:
    """One wording of a population has one denominator within a cohort and document; so has one kind of group, except
    among those tested and in other groups."""
    yield _two_sizes(
        ground, ["cohort_id", "read_in", "population", "denominator_kind"], "one wording of the population"
    )
    kinds = ground.rows.filter(pl.col("denominator_kind").is_in(_of_one_size(ground)))
    rows = kinds.filter(pl.col("n_total").is_not_null(), pl.col("cohort_id").is_not_null())
    keys = ["cohort_id", "denominator_kind"]
    told = _least_common(rows.select(*PLACE, "n_total", *keys), keys)
    yield Told(
        "n_total",
        told,
        lambda r: f"the group {r['denominator_kind']} counts {listing([f'{n:,}' for n in r['sizes']])} in one cohort",
    )


@rule(*_MATTERS)
def the_treated_are_the_cohort(ground: Ground) -> Iterator[Told]:
    """A denominator of those treated is the number treated of the cohort."""
    rows = ground.rows.filter(pl.col("denominator_kind") == "treated").select(
        *PLACE, "n_total", "n_treated", "cohort_id"
    )
    wrong = rows.filter(pl.col("n_total") != pl.col("n_treated"))
    yield Told(
        "n_total", wrong, lambda r: f"{r['n_total']:,} treated, but the cohort {r['cohort_id']} has {r['n_treated']:,}"
    )


@rule(*_MATTERS)
def no_count_is_larger_than_the_cohort(ground: Ground) -> Iterator[Told]:
    """No count of patients and no denominator of a row read outside the review is more than the cohort treated."""
    rows = ground.rows.filter(~pl.col("in_review"), pl.col("n_treated").is_not_null())
    for column in ("n_events", "n_total"):
        told = rows.filter(pl.col(column) > pl.col("n_treated")).select(*PLACE, column, "n_treated", "cohort_id")
        yield Told(column, told, lambda r, c=column: (
            f"{r[c]} is more than the {r['n_treated']} treated of {r['cohort_id']}"))  # type: ignore  # fmt: skip


@rule(*_MATTERS)
def the_size_of_a_cohort_is_the_number_treated(ground: Ground) -> Iterator[Told]:
    """Of the sizes that a document gives for a cohort, one is the number treated, or they add up to it, or the largest
    less the others is."""
    keys = ["cohort_id", "read_in"]
    sizes = ground.vocabulary.counting("cohort")
    rows = ground.rows.filter(pl.col("outcome").is_in(sizes), pl.col("unit") == "patients", ~pl.col("in_review"))
    rows = rows.select(*PLACE, *keys, "value", "n_treated").drop_nulls()
    size, treated = pl.col("value"), pl.col("n_treated").first()
    meets = (size == treated).any() | (size.sum() == treated) | (2 * size.max() - size.sum() == treated)
    groups = rows.group_by(keys).agg(meets=meets)
    told = rows.join(groups.filter(~pl.col("meets")), on=keys)
    yield Told(
        "value", told, lambda r: f"{r['value']:g} is not the number treated of {r['cohort_id']}, {r['n_treated']}"
    )


@rule(*_MATTERS)
def the_number_treated_stands_in_a_row(ground: Ground) -> Iterator[Told]:
    """The number treated of a cohort that has rows stands in one of them, or in the words that describe the cohort."""
    cohorts = ground.named("cohorts", "cohort_id").filter(pl.col("n_treated").is_not_null())
    number = pl.col("n_treated").cast(pl.Float64)
    cohorts = cohorts.select(*PLACE, "n_treated", "study_id", "population", "note", "label", number=number)
    held = ground.rows.select("row_id", "cohort_id").join(held_numbers(ground.rows), on="row_id")
    known = held.select(row_id="cohort_id", number="number").drop_nulls()
    whole = ground.draft["cohorts"].select("cohort_id", "study_id")
    family = known.join(whole, left_on="row_id", right_on="cohort_id").select("study_id", "number")
    lone = cohorts.join(known, on=["row_id", "number"], how="anti").join(family, on=["study_id", "number"], how="anti")
    notes = numbers_of(ground.rows.filter(pl.col("cohort_id").is_not_null()), ["note", "population"], ["cohort_id"])
    lone = lone.join(notes.rename({"cohort_id": "row_id"}), on=["row_id", "number"], how="anti")
    texts = numbers_of(cohorts, ["population", "note", "label"], ["row_id"])
    lone = lone.join(texts, on=["row_id", "number"], how="anti")
    with_rows = lone.filter(pl.col("row_id").is_in(known["row_id"].unique().implode()))
    yield Told("n_treated", with_rows, lambda r: f"{r['n_treated']:,} treated stands in no row of the cohort")


@rule(*_MATTERS)
def a_group_is_no_larger_than_the_one_around_it(ground: Ground) -> Iterator[Told]:
    """Severe cases are no more than those with neurotoxicity, and these and the tested no more than those treated."""
    rows = ground.rows.filter(pl.col("n_total").is_not_null(), pl.col("cohort_id").is_not_null())
    rows = rows.select(*PLACE, "cohort_id", "denominator_kind", "n_total")
    for part, whole in ground.vocabulary.inside:
        wholes = (
            rows.filter(pl.col("denominator_kind") == whole).group_by("cohort_id").agg(most=pl.col("n_total").max())
        )
        told = rows.filter(pl.col("denominator_kind") == part).join(wholes, on="cohort_id")
        yield Told(
            "n_total",
            told.filter(pl.col("n_total") > pl.col("most")),
            lambda r, w=whole: f"{r['n_total']} ({r['denominator_kind']}) is more than {r['most']} ({w})",  # type: ignore
        )


@rule(*_MATTERS)
def those_counted_in_one_row_are_the_group_of_another(ground: Ground) -> Iterator[Told]:
    """Where a document counts the patients of a cohort with the outcome that makes a group, denominators of that kind
    are that count."""
    keys = ["cohort_id", "read_in"]
    rows = ground.rows.filter(pl.col("cohort_id").is_not_null(), pl.col("relation") == "=")
    for name, kind in ground.vocabulary.denominators.items():
        if kind.counted_by:
            cases = rows.filter(pl.col("outcome").is_in(list(kind.counted_by)), pl.col("denominator_kind") == "treated")
            counts = cases.drop_nulls("n_events").group_by(keys).agg(cases=pl.col("n_events").first(), k=pl.len())
            groups = rows.filter(pl.col("denominator_kind") == name, pl.col("n_total").is_not_null())
            told = groups.select(*PLACE, *keys, "n_total").join(counts.filter(pl.col("k") == 1), on=keys)
            told = told.filter(pl.col("n_total") != pl.col("cases"))
            yield Told("n_total", told, lambda r, w=kind.words: (
                f"{r['n_total']} {w}, but another row counts {r['cases']}"))  # type: ignore[misc]  # fmt: skip


def _of_one_size(ground: Ground) -> list[str]:
    """Kinds of denominator of which a cohort has one: those treated, and those whom an outcome counts."""
    return ["treated", *(name for name, kind in ground.vocabulary.denominators.items() if kind.counted_by)]
