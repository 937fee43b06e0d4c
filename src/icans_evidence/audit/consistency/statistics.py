"""Kinds of summary: a statistic has the unit, the figures and the printed words that go with it.

Which units a statistic may have is one table; the words (median, IQR, SD, 95% CI) are read from `reported`.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.files.faults import shown
from icans_evidence.printed.columns import each_distinct
from icans_evidence.printed.figures import prints_percent
from icans_evidence.wording import listing

RATES = ("percent", "none")
COUNTED = ("patients", "studies", "products", "cases", "transfusions", "sites", "none")
MEASURED = (
    "minutes", "hours", "days", "weeks", "months", "years", "day of treatment", "mg", "mg/d", "mg/kg", "mg/kg/d",
    "mg/dL",
    "mg/L", "ng/mL", "pg/mL", "cells/µL", "per mL", "10⁹/L", "°C", "kg", "mg dexamethasone",
    "z-score", "units/L",
)  # fmt: skip
UNITS_OF = {
    "sensitivity": RATES, "specificity": RATES, "accuracy": ("percent",), "probability": ("percent",),
    "proportion": ("percent",), "percent": ("percent",), "auc": RATES, "p_value": ("P value",),
    "hazard_ratio": ("hazard ratio", "per mg/d"), "odds_ratio": ("odds ratio",), "correlation": ("none",),
    "points": ("points",),
    "count": (*COUNTED, "days"), "median": (*MEASURED, "grade"), "mean": MEASURED,
    "threshold": (*MEASURED, "grade", "points", "percent", "EASIX"),
}  # fmt: skip
ONLY = {
    "P value": ("p_value",), "hazard ratio": ("hazard_ratio",), "per mg/d": ("hazard_ratio",),
    "odds ratio": ("odds_ratio",),
}  # fmt: skip
SPREADS = {"iqr": "IQR", "ci95": "95% CI", "range": "range"}


@rule()
def a_statistic_has_its_unit(ground: Ground) -> Iterator[Told]:
    """Shares and sensitivities are percentages, counts are of patients or other things counted, medians and
    thresholds of something measured; P values, hazard and odds ratios are nothing else, and a direction has no unit."""
    rows = ground.rows.filter(~ground.is_of("Claim")).select(*PLACE, "statistic", "unit").drop_nulls()
    way = rows.filter(pl.col("statistic") == "direction")
    yield Told("unit", way, lambda r: f"a direction has no unit, but {r['unit']} is held")
    own = {unit for one in ground.vocabulary.declared for unit in one.units}.difference(*UNITS_OF.values())
    for statistic, known in UNITS_OF.items():
        units = (*known, *sorted(own)) if statistic in ("median", "mean", "threshold") else known
        wrong = rows.filter(pl.col("statistic") == statistic, ~pl.col("unit").is_in(units))
        yield Told("unit", wrong, lambda r, u=units: (
            f"the unit of a {r['statistic']} is {listing(u, 'or')}, not {r['unit']}"))  # type: ignore[misc]  # fmt: skip
    for unit, names in ONLY.items():
        wrong = rows.filter(pl.col("unit") == unit, ~pl.col("statistic").is_in(names))
        yield Told("statistic", wrong, lambda r: f"the unit {r['unit']} does not go with {r['statistic']}")


@rule()
def a_statistic_has_its_figures(ground: Ground) -> Iterator[Told]:
    """A direction has no figure, a P value lies between 0 and 1, a count of patients is the count of the row, and other
    statistics of an association have a figure or say in words what they found."""
    rows = ground.rows.select(*PLACE, "statistic", "value", "unit", "n_events", "reported", "threshold", "direction")
    rows = rows.filter(ground.is_of("Association"))
    with_value = pl.col("value").is_not_null()
    yield Told("statistic", rows.filter((pl.col("statistic") == "direction") & with_value),
               lambda r: f"a direction has no figure, but value is {r['value']:g}")  # fmt: skip
    bare = rows.filter((pl.col("statistic") != "direction") & ~with_value & (pl.col("statistic") != "proportion"))
    yield Told("statistic", bare, lambda r: f"a {r['statistic']} needs a figure, and value is empty")
    way = rows.filter(pl.col("statistic") != "direction", ~with_value, pl.col("direction").is_not_null())
    yield Told("statistic", way, lambda r: f"a direction and no figure are held, but the statistic is {r['statistic']}")
    yield Told("value", rows.filter((pl.col("statistic") == "p_value") & ~pl.col("value").is_between(0, 1)),
               lambda r: f"a P value of {r['value']:g} is outside 0 to 1")  # fmt: skip
    counts = (pl.col("statistic") == "count") & (pl.col("unit") == "patients") & (pl.col("value") != pl.col("n_events"))
    yield Told("value", rows.filter(counts), lambda r: f"value is {r['value']:g}, but n_events is {r['n_events']}")


OF_UNIT = {"patients": ("count",), "transfusions": ("count",), "sites": ("count",), "cases": ("count",),
           "products": ("count",), "grade": ("threshold", "median"), "points": ("points", "threshold"),
           "percent": ("percent", "range")}  # fmt: skip


@rule("gap")
def a_measured_value_has_its_statistic(ground: Ground) -> Iterator[Told]:
    """Among values and context, patients are counted, grades and points are thresholds or points, percentages are
    percentages; a range has two ends and no point, and anything else but a range has its figure."""
    rows = ground.rows.filter(ground.is_of("Measurement"))
    rows = rows.select(*PLACE, "statistic", "unit", "value", "low", "high", "outcome")
    for unit, names in OF_UNIT.items():
        wrong = rows.filter(pl.col("unit") == unit, ~pl.col("statistic").is_in(names))
        yield Told("statistic", wrong, lambda r, n=names: (
            f"{r['outcome']} in {r['unit']} is a {listing(n, 'or')}, not {r['statistic']}"))  # type: ignore[misc]  # fmt: skip
    ends = pl.col("low").is_not_null() & pl.col("high").is_not_null()
    ranges = rows.filter(pl.col("statistic") == "range", ~ends | pl.col("value").is_not_null())
    yield Told("statistic", ranges, lambda r: f"{r['outcome']} is held as a range without two ends alone")
    pointed = ["median", "mean", "percent", "count", "points", "minimum", "maximum"]
    bare = rows.filter(pl.col("statistic").is_in(pointed),
                       pl.col("value").is_null())  # fmt: skip
    yield Told("statistic", bare, lambda r: f"a {r['statistic']} needs a figure, and value is empty")
    idle = rows.filter(pl.col("statistic") == "not_stated", pl.col("value").is_not_null() | ends)
    yield Told("statistic", idle, lambda r: f"{r['outcome']} has a figure, but its statistic is not_stated")


@rule("two_values", "other_source")
def a_statistic_has_its_words(ground: Ground) -> Iterator[Told]:
    """A mean is printed as one or with its SD, a median not with an SD; what is printed as a median or with
    quartiles is held as a median, and what is printed with a percent sign is no count."""
    rows = ground.rows.select(*PLACE, "statistic", "reported", "value").drop_nulls(["statistic", "reported"])
    sd, text = r"\bSD\b|±", pl.col("reported")
    named = text.str.contains(sd + "|mean")
    yield Told("statistic", rows.filter((pl.col("statistic") == "mean") & ~named),
               lambda r: f"held as a mean, but {shown(r['reported'])} prints neither mean nor SD")  # fmt: skip
    other = pl.col("statistic").is_in(["median", "range", "not_stated"])
    yield Told("statistic", rows.filter(other & text.str.contains(sd)),
               lambda r: f"held as {r['statistic']}, but {shown(r['reported'])} prints an SD or ±")  # fmt: skip
    yield Told("statistic", rows.filter((pl.col("statistic") != "median") & text.str.contains(r"\bmedian\b|\bIQR\b")),
               lambda r: f"held as {r['statistic']}, but {shown(r['reported'])} prints a median")  # fmt: skip
    counts = each_distinct(rows.filter(pl.col("statistic") == "count"), prints_percent, ["reported"], "signed")
    signed = counts.filter(pl.col("signed").cast(pl.Boolean) & ~text.str.contains("CI"))
    yield Told("statistic", signed,
               lambda r: f"held as a count, but {shown(r['reported'])} prints a percentage")  # fmt: skip


@rule("two_values", "other_source")
def an_extreme_is_told_as_one(ground: Ground) -> Iterator[Told]:
    """A minimum, maximum or bound with a figure has the relation of a bound, unless one patient is behind it; a
    median or mean has the relation "="."""
    rows = ground.rows.select(*PLACE, "statistic", "relation", "value", "n_total", "reported")
    rows = rows.filter(ground.is_of("Duration"), pl.col("value").is_not_null())
    extreme = pl.col("statistic").is_in(["minimum", "maximum", "bound"])
    point = rows.filter(extreme, pl.col("relation") == "=", pl.col("n_total").ne_missing(1))
    yield Told("statistic", point, lambda r: f"{r['value']:g} is held as a {r['statistic']} with the relation =")
    bound = rows.filter(pl.col("statistic").is_in(["median", "mean"]), pl.col("relation").is_in(["≤", "≥", "<", ">"]))
    yield Told(
        "statistic", bound, lambda r: f"a {r['statistic']} of {r['relation']} {r['value']:g} is a bound, not a point"
    )


@rule("two_values", "other_source")
def a_spread_has_its_words(ground: Ground) -> Iterator[Told]:
    """An interquartile range and a confidence interval are printed as such, and where one of the words IQR, range or
    95% CI is printed the spread is that."""
    rows = ground.rows.select(*PLACE, "spread", "reported", "low", "statistic").drop_nulls("spread")
    for spread, word in SPREADS.items():
        missing = rows.filter(pl.col("spread") == spread, ~pl.col("reported").str.contains(word, literal=True))
        told = missing.filter(pl.lit(spread) != "range")
        yield Told("spread", told, lambda r, w=word: (
            f"the spread is {r['spread']}, but {shown(r['reported'])} does not print {w}"))  # type: ignore[misc]  # fmt: skip
        other = rows.filter(pl.col("spread") != spread, pl.col("reported").str.contains(word, literal=True))
        yield Told("spread", other, lambda r, w=word: (
            f"the spread is {r['spread']}, but {shown(r['reported'])} prints {w}"))  # type: ignore[misc]  # fmt: skip
