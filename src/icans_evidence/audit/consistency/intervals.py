"""Intervals and quantiles: an interval lies around its estimate as its kind does, and quartiles lie inside the
range.

A ratio lies in the geometric middle of its confidence interval, a share in the middle on the logit scale, within
rounding.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule

_MATTERS = ("arithmetic", "other_source", "two_values")
_WIDE, _NARROW = 1.6, 0.6


def _logit(column: str) -> pl.Expr:
    return (pl.col(column) / (100 - pl.col(column))).log()


def _intervals(ground: Ground) -> pl.DataFrame:
    """Rows with a confidence interval around a point: Association rows by their words, others by `spread`."""
    said = pl.col("reported").str.contains("95% CI") | (pl.col("spread") == "ci95").fill_null(False)
    rows = ground.rows.filter(said).with_columns(
        point=pl.coalesce("value", "percent"),
        low=pl.coalesce("low", "percent_low"),
        high=pl.coalesce("high", "percent_high"),
    )
    return rows.drop_nulls(["point", "low", "high"]).select(
        *PLACE, "statistic", "unit", "point", "low", "high", "n_total"
    )


@rule(*_MATTERS)
def an_interval_lies_around_its_estimate(ground: Ground) -> Iterator[Told]:
    """A ratio stands near the geometric middle of its confidence interval, a share near the middle on the logit
    scale."""
    rows = _intervals(ground).filter(pl.col("low") > 0, pl.col("point") > 0, pl.col("low") < pl.col("high"))
    ratios = rows.filter(pl.col("statistic").is_in(["hazard_ratio", "odds_ratio"])).with_columns(
        up=(pl.col("high") / pl.col("point")).log(), down=(pl.col("point") / pl.col("low")).log()
    )
    shares = rows.filter(pl.col("unit") == "percent", pl.col("high") < 100, pl.col("point") < 100).with_columns(
        up=_logit("high") - _logit("point"), down=_logit("point") - _logit("low")
    )
    for part, most in ((ratios, 1.35), (shares, 1.8)):
        skew = pl.max_horizontal("up", "down") / pl.min_horizontal("up", "down")
        odd = part.filter((pl.min_horizontal("up", "down") <= 0) | (skew > most)).with_columns(value="point")
        yield Told(
            "value", odd, lambda r: f"{r['point']:g} does not lie in the middle of {r['low']:g} to {r['high']:g}"
        )


@rule(*_MATTERS)
def an_interval_is_as_wide_as_its_patients_make_it(ground: Ground) -> Iterator[Told]:
    """A 95% interval of a share in one cohort is about as wide as the Wilson interval of that many patients."""
    rows = _intervals(ground).filter(
        pl.col("unit") == "percent", pl.col("statistic") != "percent", pl.col("n_total") > 0
    )
    share, n, z = pl.col("point") / 100, pl.col("n_total"), 1.959964
    wilson = 200 * z * ((share * (1 - share) + z * z / (4 * n)) / n).sqrt() / (1 + z * z / n)
    rows = rows.with_columns(width=pl.col("high") - pl.col("low"), wilson=wilson).with_columns(value="width")
    odd = rows.filter(~(pl.col("width") / pl.col("wilson")).is_between(_NARROW, _WIDE))
    yield Told("low", odd.with_columns(low="low"), lambda r: (
        f"the interval {r['low']:g} to {r['high']:g} is {r['width']:g} wide; "
        f"{r['n_total']} patients give about {r['wilson']:.0f}"))  # fmt: skip


@rule(*_MATTERS)
def quartiles_lie_inside_the_range(ground: Ground) -> Iterator[Told]:
    """The quartiles of an outcome lie inside its range in the same cohort and document."""
    keys = ["cohort_id", "read_in", "file", "outcome", "unit"]
    rows = ground.rows.filter(pl.col("spread").is_in(["iqr", "range"])).select(
        *PLACE, *keys[:2], *keys[3:], "spread", "low", "high"
    )
    ranges = (
        rows.filter(pl.col("spread") == "range")
        .group_by(keys)
        .agg(least=pl.col("low").min(), most=pl.col("high").max())
    )
    outside = (pl.col("low") < pl.col("least")) | (pl.col("high") > pl.col("most"))
    told = rows.filter(pl.col("spread") == "iqr").join(ranges, on=keys).filter(outside)
    yield Told(
        "low",
        told,
        lambda r: f"quartiles {r['low']:g} to {r['high']:g} reach outside the range {r['least']:g} to {r['most']:g}",
    )


@rule(*_MATTERS)
def a_whole_lies_between_its_parts(ground: Ground) -> Iterator[Told]:
    """The median of all cases lies between the medians of the parts that add up to them (mild and severe) of the same
    cohort and document."""
    keys = ["cohort_id", "read_in", "file", "unit"]
    durations = ground.vocabulary.of_kind("Duration")
    rows = ground.rows.filter(pl.col("statistic") == "median", pl.col("file").is_in(durations))
    rows = rows.filter(pl.col("cohort_id").is_not_null()).select(*PLACE, *keys[:2], "unit", "outcome", "value")
    rows = rows.drop_nulls("value")
    for parts, whole in ground.vocabulary.sums:
        ends = rows.filter(pl.col("outcome").is_in(parts)).group_by(keys)
        both = ends.agg(least=pl.col("value").min(), most=pl.col("value").max(), k=pl.col("outcome").n_unique())
        told = rows.filter(pl.col("outcome") == whole).join(both.filter(pl.col("k") == len(parts)), on=keys)
        yield Told("value", told.filter(~pl.col("value").is_between(pl.col("least"), pl.col("most"))), lambda r: (
            f"{r['value']:g} in all cases lies outside {r['least']:g} to {r['most']:g} of their parts"))  # fmt: skip
