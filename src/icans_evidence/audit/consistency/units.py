"""Units: the unit of a row is the one printed, and the one that the other rows of its outcome have.

Dimensions are kept apart, so that a dose in mg and its interval in hours do not contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.files.faults import shown
from icans_evidence.wording import listing

PRINTED = {
    "mass": {
        "mg twice daily": "mg twice daily", "mg/kg/day": "mg/kg/d", "mg/kg/d": "mg/kg/d", "mg/kg": "mg/kg",
        "mg/dL": "mg/dL", "mg/L": "mg/L", "mg/day": "mg/d", "mg/d": "mg/d", "ng/mL": "ng/mL", "pg/mL": "pg/mL",
        "mg dexamethasone": "mg dexamethasone", "mg": "mg", "cells/µL": "cells/µL", "/mL": "per mL",
    },
    "time": {"minutes": "minutes", "min": "minutes", "hours": "hours", "hour": "hours", "days": "days", "day": "days",
             "weeks": "weeks", "months": "months", "month": "months", "years": "years"},
    "percent": {"%": "percent"},
    "temperature": {"°C": "°C"},
}  # fmt: skip
ALIKE = {"mg dexamethasone": "mg", "per mg/d": "mg/d", "day of treatment": "days"}
_USUAL = 3


def _printed(dimension: str) -> pl.Expr:
    """The units of one dimension that `reported` prints, as a list."""
    words = PRINTED[dimension]
    pattern = "|".join(sorted(words, key=len, reverse=True))
    bounded = rf"({pattern})" if dimension == "percent" else rf"({pattern})\b"
    found = (
        pl.col("reported")
        .str.replace_all("95% CI", "", literal=True)
        .str.replace_all("μ", "µ", literal=True)
        .str.extract_all(bounded)
    )
    return found.list.eval(pl.element().replace_strict(words, default=None)).list.drop_nulls()


@rule("unit")
def the_unit_is_the_printed_one(ground: Ground) -> Iterator[Told]:
    """Where `reported` prints units of the kind that the row's unit is of, the row's unit is one of them."""
    rows = ground.rows.select(*PLACE, "reported", "unit", "threshold_unit", "value", "low", "high", "amount")
    figure = pl.any_horizontal(pl.col(name).is_not_null() for name in ("value", "low", "high", "amount"))
    rows = rows.with_columns(unit=pl.when(figure).then("unit"))
    for dimension, words in PRINTED.items():
        seen = rows.with_columns(printed=_printed(dimension)).filter(pl.col("printed").list.len() > 0)
        for column in ("unit", "threshold_unit"):
            plain = pl.col(column).replace(ALIKE)
            of_kind = seen.filter(plain.is_in(list(words.values())), ~pl.col("printed").list.contains(plain))
            told = of_kind.with_columns(printed=pl.col("printed").list.unique().list.sort().list.join(", "))
            yield Told(column, told, lambda r, c=column: (
                f"the unit is {r[c]}, but {shown(r['reported'])} prints {r['printed']}"))  # type: ignore[misc]  # fmt: skip


@rule("unit")
def a_printed_unit_is_held(ground: Ground) -> Iterator[Told]:
    """A row whose `reported` prints one unit alone holds that unit, unless it is a count, a P value or a ratio."""
    rows = ground.rows.select(*PLACE, "reported", "unit", "threshold_unit", "value", "low", "amount", "statistic")
    rows = rows.filter(pl.col("value").is_not_null() | pl.col("low").is_not_null() | pl.col("amount").is_not_null())
    rows = rows.with_columns(_printed(dimension).alias(dimension) for dimension in PRINTED)
    only = pl.concat_list(*PRINTED)
    lone = rows.with_columns(only=only).filter(pl.col("only").list.n_unique() == 1)
    lone = lone.with_columns(value=pl.col("unit"), only=pl.col("only").list.first())
    held = pl.concat_list(pl.col("unit").replace(ALIKE).fill_null(""), pl.col("threshold_unit").fill_null(""))
    free = (
        pl.col("statistic")
        .is_in(["p_value", "hazard_ratio", "odds_ratio", "correlation", "auc", "count"])
        .fill_null(False)
    )
    wrong = lone.filter(~held.list.contains(pl.col("only")), ~free, pl.col("unit").is_not_null())
    yield Told("unit", wrong, lambda r: f"the unit is {r['unit']}, but {shown(r['reported'])} prints {r['only']} alone")


@rule("unit")
def the_unit_is_the_usual_one_of_its_outcome(ground: Ground) -> Iterator[Told]:
    """A row has the unit that the other rows of its outcome and statistic have, where these are three or more
    and agree."""
    same = ["file", "outcome", "statistic", "factor"]
    rows = ground.rows.select(*PLACE, "outcome", "statistic", "factor", "unit").drop_nulls("unit")
    rows = rows.with_columns(rows=pl.len().over(same), mine=pl.len().over([*same, "unit"]))
    rows = rows.with_columns(usual=pl.col("unit").sort_by("mine").last().over(same))
    odd = rows.filter((pl.col("rows") > _USUAL) & (pl.col("mine") == 1) & (pl.col("unit") != pl.col("usual")))
    agreed = odd.join(rows.group_by(same).agg(kinds=pl.col("unit").n_unique()), on=same, nulls_equal=True)
    yield Told("unit", agreed.filter(pl.col("kinds") == 2), lambda r: (
        f"the unit is {r['unit']}; the other {r['rows'] - 1} rows of {r['outcome']} have {r['usual']}"))  # fmt: skip


@rule("unit")
def an_outcome_has_a_unit_that_measures_it(ground: Ground) -> Iterator[Told]:
    """A size is counted in patients, an age in years, a temperature in degrees: units outside what the vocabulary says
    of an outcome or factor are questioned; among associations, where a ratio or a P value may stand, those of a median
    or mean."""
    rows = ground.rows.select(*PLACE, "outcome", "factor", "statistic", "unit", "threshold_unit", "threshold", "value")
    words = ground.vocabulary
    associations = words.of_kind("Association")
    middle = pl.col("statistic").is_in(["median", "mean"])
    for outcome in words.declared:
        if outcome.units:
            mine = rows.filter(pl.col("file") == outcome.table, pl.col("outcome") == outcome.name)
            mine = mine.filter(middle) if outcome.table in associations else mine
            yield _told_in("unit", mine.filter(~pl.col("unit").is_in(outcome.units)), "outcome", outcome.units)
    marked = rows.drop_nulls("factor").with_columns(of=pl.when(pl.col("statistic") == "threshold").then("unit"))
    for factor, units in words.factors.items():
        for column in ("of", "threshold_unit"):
            told = marked.filter(
                pl.col("factor").str.contains(factor), pl.col(column).is_not_null(), ~pl.col(column).is_in(units)
            ).with_columns(unit=pl.col(column))
            yield _told_in("unit" if column == "of" else column, told.drop("threshold_unit"), "factor", units)


def _told_in(column: str, rows: pl.DataFrame, name: str, units: tuple[str, ...]) -> Told:
    return Told(column, rows, lambda r: f"{r[name]} is told in {listing(units, 'or')}, not in {r['unit']}")
