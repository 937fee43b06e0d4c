"""Parts and wholes: grades add up to any grade, groups of a cohort to the cohort, and no part is larger than its whole.

Rows are compared within one cohort and one document, over all tables.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.wording import listing

NESTED = {"outcome": pl.String, "wide": pl.String}
_MATTERS = ("arithmetic", "other_source", "two_values", "review_against_paper")
_SAME = ["cohort_id", "read_in"]


def _proportions(ground: Ground) -> pl.DataFrame:
    kept = (
        *PLACE,
        "cohort_id",
        "read_in",
        "outcome",
        "n_events",
        "n_total",
        "percent",
        "denominator_kind",
        "population",
    )
    rows = ground.rows.filter(pl.col("relation") == "=", pl.col("cohort_id").is_not_null())
    return rows.select(*kept, "note").filter(pl.col("n_events").is_not_null() | pl.col("percent").is_not_null())


@rule(*_MATTERS)
def grades_add_up(ground: Ground) -> Iterator[Told]:
    """Where a document gives all parts of a whole for one cohort (mild and severe, grades 1 to 4), they add up
    to it."""
    rows = _proportions(ground).filter(
        ~pl.col("outcome").str.contains("_or_higher$") | pl.col("n_events").is_not_null()
    )
    for parts, whole in ground.vocabulary.sums:
        for column, slack in (("n_events", 0.0), ("percent", 1.0)):
            kept = rows.filter(pl.col("outcome").is_in([*parts, whole])).drop_nulls(column)
            same = [*_SAME, "denominator_kind"] if column == "percent" else _SAME
            groups = kept.group_by(same).agg(
                sum=pl.col(column).filter(pl.col("outcome") != whole).sum(),
                whole=pl.col(column).filter(pl.col("outcome") == whole).first(),
                kinds=pl.col("outcome").filter(pl.col("outcome") != whole).n_unique(),
                parts=pl.col("outcome").filter(pl.col("outcome") != whole).len(),
                ones=(pl.col("outcome") == whole).sum(),
            )  # fmt: skip
            off = (pl.col("sum") - pl.col("whole")).abs() > slack + 1e-9
            full = (pl.col("kinds") == len(parts)) & (pl.col("parts") == len(parts)) & (pl.col("ones") == 1)
            told = kept.join(groups.filter(full & off), on=same)
            yield Told(column, told, lambda r, p=parts, w=whole: (
                f"{listing(p)} add up to {r['sum']:g}, but {w} is {r['whole']:g} in the same cohort"))  # type: ignore[misc]  # fmt: skip


@rule(*_MATTERS)
def the_parts_of_those_counted_are_everybody(ground: Ground) -> Iterator[Told]:
    """Among those with an outcome, the cases of its parts (mild and severe) add up to all of them."""
    words = ground.vocabulary
    around = {whole: name for name, kind in words.denominators.items() for whole in kind.counted_by}
    rows = _proportions(ground).filter(~pl.col("population").str.contains("transfusion"))
    for parts, whole in words.sums:
        if whole in around:
            outer = words.denominators[around[whole]].part_of
            among = rows.filter(pl.col("outcome").is_in(parts), ~pl.col("denominator_kind").is_in(outer))
            yield from _not_everybody(among, len(parts))


def _not_everybody(rows: pl.DataFrame, parts: int) -> Iterator[Told]:
    for column, whole in (("n_events", "n_total"), ("percent", None)):
        target = pl.col(whole).cast(pl.Float64) if whole else pl.lit(100.0)
        kept = rows.with_columns(of=target).drop_nulls([column, "of"])
        groups = kept.group_by(*_SAME).agg(
            sum=pl.col(column).sum(), kinds=pl.col("outcome").n_unique(), rows=pl.len(),
            names=pl.col("outcome").unique().sort(), whole=pl.col("of").max(),
        )  # fmt: skip
        off = (pl.col("sum") - pl.col("whole")).abs() > (1.0 if whole is None else 0)
        told = kept.join(groups.filter(pl.col("kinds") == parts, pl.col("rows") == parts, off), on=_SAME)
        yield Told(column, told, lambda r: f"{listing(r['names'])} add up to {r['sum']:g}, not to {r['whole']:g}")


@rule(*_MATTERS)
def no_part_is_larger_than_its_whole(ground: Ground) -> Iterator[Told]:
    """In one cohort and document, no outcome is more frequent than one that holds it: severe than any, a finding on
    imaging than imaging; counts with counts, and percentages of those treated with each other."""
    rows = _proportions(ground)
    nested = pl.DataFrame(ground.vocabulary.nested, schema=NESTED, orient="row")
    parts = rows.join(nested, on="outcome", maintain_order="left")
    for column in ("n_events", "percent"):
        kept = rows.filter(pl.col("denominator_kind") == "treated") if column == "percent" else rows
        wholes = kept.group_by(*_SAME, wide="outcome").agg(most=pl.col(column).max(), other=pl.col("row_id").first())
        own = parts.filter(pl.col("denominator_kind") == "treated") if column == "percent" else parts
        told = own.join(wholes, on=[*_SAME, "wide"]).filter(pl.col(column) > pl.col("most"))
        yield Told(column, told, lambda r, c=column: (
            f"{r[c]:g} with {r['outcome']} is more than {r['most']:g} with {r['wide']} ({r['other']})"))  # type: ignore[misc]  # fmt: skip


@rule(*_MATTERS)
def groups_add_up_to_the_cohort(ground: Ground) -> Iterator[Told]:
    """Where a document gives the sizes of two or more groups of a cohort, or its diagnoses, they add up to the number
    treated, to the size of the cohort or to 100 percent."""
    words = ground.vocabulary
    rows = ground.rows.filter(
        pl.col("outcome").is_in(words.counting("cohort", "groups")), pl.col("unit").is_in(["patients", "percent"])
    )
    rows = rows.filter(pl.col("cohort_id").is_not_null(), pl.col("in_review").not_())
    keys = ["cohort_id", "read_in", "outcome", "unit"]
    rows = rows.select(*PLACE, *keys, "value", "n_total", "n_treated", "population").drop_nulls("value")
    target = pl.coalesce(pl.when(pl.col("unit") == "percent").then(100.0), pl.col("n_total").cast(pl.Float64),
                         pl.col("n_treated").cast(pl.Float64))  # fmt: skip
    whole = ground.rows.filter(pl.col("outcome").is_in(words.counting("cohort")))
    sizes = whole.group_by("cohort_id").agg(largest=pl.col("value").max())
    rows = rows.join(sizes, on="cohort_id", how="left").with_columns(of=pl.coalesce(target, "largest"))
    parts = rows.filter(pl.col("value") < pl.col("of"))
    groups = parts.group_by(keys).agg(sum=pl.col("value").sum(), groups=pl.len())
    told = parts.join(groups.filter(pl.col("groups") >= 2), on=keys).filter(pl.col("sum") != pl.col("of"))
    yield Told("value", told, lambda r: f"the {r['groups']} groups add up to {r['sum']:g}, not to {r['of']:g}")
