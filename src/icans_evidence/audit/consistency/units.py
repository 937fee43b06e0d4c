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
OF_TIME = ("days", "weeks", "months", "years")
OF_DOSE = ("mg", "mg/d", "mg/kg", "mg/kg/d", "mg twice daily")
OF_FACTOR = {
    "temperature": ("°C",), "serum IL-6|^interleukin": ("pg/mL",), "MCP-1": ("pg/mL",), "ferritin": ("ng/mL",),
    "C-reactive|CRP": ("mg/dL", "mg/L", "days"), "CAPD score": ("points",), "EASIX before": ("EASIX",),
}  # fmt: skip
OF_OUTCOME = {
    "sample_size": ("patients", "transfusions", "sites"), "age": ("years",), "sex": ("percent", "patients"),
    "diagnosis": ("percent", "patients"), "manufacture_time": ("days", "weeks"), "target_antigen": ("patients", "none"),
    "complete_remission": ("percent", "patients"), "approved_products": ("products",), "product_name": ("none",),
    "age_threshold": ("years",), "score_points": ("points",), "grade_threshold": ("grade", "points"),
    "admission_threshold": ("grade",), "cns_response": ("percent", "patients"), "case_count": ("cases",),
    "chart_review": ("patients",), "cause_of_death": ("percent", "patients"), "pooled_incidence": ("percent",),
    "as_cited_range": ("percent",), "criterion": ("none", "minutes", "points"),
    "agreement_of_scales": ("percent", "none"),
    "crp_peak": ("mg/dL", "mg/L"), "crp_baseline": ("mg/dL", "mg/L"), "ferritin": ("ng/mL",), "il6": ("pg/mL",),
    "csf_white_cells": ("cells/µL",), "csf_protein": ("mg/dL", "mg/L"), "platelets": ("10⁹/L", "per mL"),
}  # fmt: skip


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
    free = pl.col("statistic").is_in(["p_value", "hazard_ratio", "auc", "count"]).fill_null(False)
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
    """A size is counted in patients, an age in years, a temperature in degrees: units outside what an outcome or
    factor is measured in are questioned."""
    rows = ground.rows.select(*PLACE, "outcome", "factor", "statistic", "unit", "threshold_unit", "threshold", "value")
    measured = rows.filter(pl.col("file").is_in(["context", "laboratory_values"]))
    for outcome, units in OF_OUTCOME.items():
        told = measured.filter(pl.col("outcome") == outcome, ~pl.col("unit").is_in(units))
        yield Told("unit", told, lambda r, u=units: f"{r['outcome']} is told in {listing(u, 'or')}, not in {r['unit']}")  # type: ignore[misc]
    doses = rows.filter(pl.col("file") == "treatment_doses", ~pl.col("unit").is_in(OF_DOSE))
    yield Told("unit", doses, lambda r: f"a dose is told in {listing(OF_DOSE, 'or')}, not in {r['unit']}")
    spans = rows.filter(pl.col("outcome").str.contains("survival"), pl.col("statistic") == "median")
    told = spans.filter(~pl.col("unit").is_in(OF_TIME))
    yield Told(
        "unit", told, lambda r: f"a median of {r['outcome']} is told in {listing(OF_TIME, 'or')}, not in {r['unit']}"
    )
    marked = rows.drop_nulls("factor").with_columns(of=pl.when(pl.col("statistic") == "threshold").then("unit"))
    for factor, units in OF_FACTOR.items():
        for column in ("of", "threshold_unit"):
            told = marked.filter(
                pl.col("factor").str.contains(factor), pl.col(column).is_not_null(), ~pl.col(column).is_in(units)
            )
            told = told.filter(~pl.col("factor").str.contains("^temperature and")).with_columns(value=pl.col(column))
            yield Told("unit" if column == "of" else column, told.drop("unit", "threshold_unit"), lambda r, u=units: (
                f"{r['factor']} is measured in {listing(u, 'or')}, not in {r['value']}"))  # type: ignore[misc]  # fmt: skip
