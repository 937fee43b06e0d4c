"""Doses against their own arithmetic: what is printed together as one dose is one dose, and its interval is the
printed one.

Amounts by weight are compared at 70 kg, stated in the reason; nothing is converted in the data.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.files.faults import shown

WEIGHT_KG = 70
_TWICE = 2.0
_DAILY = {"mg twice daily": 2.0, "mg/d": 1.0, "mg/kg/d": float(WEIGHT_KG)}
_EVERY = {"mg twice daily": 12.0, "mg/d": 24.0, "mg/kg/d": 24.0}
_EACH = {"mg": 1.0, "mg/kg": float(WEIGHT_KG)}


def _doses(ground: Ground) -> pl.DataFrame:
    """The rows of doses with `per_day`, mg in a day at WEIGHT_KG; null where the interval is not given."""
    rows = ground.rows.filter(ground.is_of("Dose"))
    daily = pl.col("unit").replace_strict(_DAILY, default=None, return_dtype=pl.Float64)
    each = pl.col("unit").replace_strict(_EACH, default=None, return_dtype=pl.Float64) * 24 / pl.col("interval_hours")
    return rows.with_columns(per_day=pl.col("amount") * pl.coalesce(daily, each))


@rule("dose", "unit", "two_values")
def one_dose_is_one_amount(ground: Ground) -> Iterator[Told]:
    """Two statements of one drug for one indication in one sentence are the same amount a day, within a factor
    of two at 70 kg (100 mg twice daily is not 12 mg/kg a day)."""
    keys = ["drug", "indication", "fingerprint"]
    rows = _doses(ground).drop_nulls(["per_day", "fingerprint"])
    ends = rows.group_by(keys).agg(least=pl.col("per_day").min(), most=pl.col("per_day").max())
    told = rows.join(ends.filter(pl.col("most") > _TWICE * pl.col("least")), on=keys)
    yield Told("amount", told.select(*PLACE, "amount", "unit", "least", "most"), lambda r: (
        f"{r['amount']:g} {r['unit']} stands with another statement of one dose: {r['least']:,.0f} against "
        f"{r['most']:,.0f} mg a day at {WEIGHT_KG} kg"))  # fmt: skip


@rule("dose", "unit", "two_values")
def a_later_step_is_no_smaller(ground: Ground) -> Iterator[Told]:
    """A dose for a higher grade or for no response is no smaller than the dose of the same drug before it in the
    section."""
    keys = ["drug", "section"]
    rows = _doses(ground).drop_nulls(["per_day", "section"])
    later = rows.filter(pl.col("indication").str.contains("high-grade|no response|grade 4"))
    first = (
        rows.join(later.select("row_id"), on="row_id", how="anti").group_by(keys).agg(before=pl.col("per_day").max())
    )
    told = later.join(first, on=keys).filter(pl.col("per_day") < pl.col("before"))
    yield Told("amount", told.select(*PLACE, "amount", "unit", "per_day", "before"), lambda r: (
        f"{r['amount']:g} {r['unit']} is {r['per_day']:,.0f} mg a day at {WEIGHT_KG} kg, "
        f"less than the {r['before']:,.0f} before"))  # fmt: skip


@rule("dose")
def the_interval_is_the_printed_one(ground: Ground) -> Iterator[Told]:
    """ "Every 8 hours" is an interval of 8, "daily" of 24; an amount by day or twice daily has no
    other interval."""
    rows = ground.rows.filter(ground.is_of("Dose")).select(*PLACE, "reported", "interval_hours", "unit", "amount")
    text = pl.col("reported")
    hours = text.str.extract(r"; (\d+(?:\.\d+)?) (?:hours?|h)\b").cast(pl.Float64)
    said = (
        pl.when(text.str.contains(r"mg (?:once )?daily"))
        .then(24.0)
        .when(pl.col("unit").is_in(["mg", "mg/kg"]))
        .then(hours)
    )
    rows = rows.with_columns(said=said)
    told = rows.filter(pl.col("said").is_not_null() & pl.col("interval_hours").ne_missing(pl.col("said")))
    yield Told("interval_hours", told.filter(~text.str.contains("–")), lambda r: (
        f"the interval is {r['interval_hours']}, but {shown(r['reported'])} prints {r['said']:g} hours"))  # fmt: skip
    implied = pl.col("unit").replace_strict(_EVERY, default=None, return_dtype=pl.Float64)
    both = rows.filter(pl.col("interval_hours") != implied)
    yield Told("interval_hours", both, lambda r: (
        f"{r['unit']} does not go with an interval of {r['interval_hours']:g} hours"))  # fmt: skip


@rule("dose", "gap")
def a_cap_is_above_one_dose(ground: Ground) -> Iterator[Told]:
    """The most that one dose by weight may be is reached between 20 and 150 kg."""
    rows = ground.rows.filter(ground.is_of("Dose"), pl.col("unit") == "mg/kg", pl.col("cap_unit") == "mg")
    rows = rows.select(*PLACE, "cap", "amount", weight=pl.col("cap") / pl.col("amount"))
    odd = rows.filter(~pl.col("weight").is_between(20, 150))
    yield Told(
        "cap", odd, lambda r: f"a cap of {r['cap']:g} mg at {r['amount']:g} mg/kg is reached at {r['weight']:.0f} kg"
    )
