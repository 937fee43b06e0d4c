"""The course of ICANS over days, from graded assessments and the infusions that came before them.

A day's grade is its worst; a day without an assessment is unknown and is never filled from its neighbours.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from icans_evidence.errors import DataError
from icans_evidence.grading.episodes import Course, Day, courses_of
from icans_evidence.grading.survival import median

SHOWN = 20
TIMES = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
COURSE = {
    "patient_id": pl.String,
    "course": pl.Int64,
    "product": pl.String,
    "infused_on": pl.Date,
    "any": pl.String,
    "severe": pl.String,
    "onset_day": pl.Int64,
    "severe_day": pl.Int64,
    "peak_day": pl.Int64,
    "peak_minimum": pl.Int64,
    "peak_maximum": pl.Int64,
    "duration_days": pl.Int64,
    "ended": pl.Boolean,
    "last_day": pl.Int64,
    "days_assessed": pl.Int64,
    "days_unknown": pl.Int64,
}
MEASURES: dict[str, tuple[str, str, str]] = {
    # name: start (a column, or "" for day 0), end, and the severe column that a course must have ("" for either)
    "onset": ("", "onset_day", ""),
    "onset_severe": ("", "severe_day", "yes"),
    "onset_to_peak": ("onset_day", "peak_day", ""),
    "duration": ("", "duration_days", ""),
    "duration_mild": ("", "duration_days", "no"),
    "duration_severe": ("", "duration_days", "yes"),
}


def course(graded: Any, infusions: Any) -> pl.DataFrame:
    """One row per patient and course of ICANS, in days counted from the last infusion before its onset (day
    0).

    `graded` is a table of `grade_frame` on polars with patient_id and assessed_at; rows with a problem
    grade no day. `infusions` has patient_id, infused_at and product. Dates may be dates, times or ISO text;
    an assessment without a time of day (midnight in a column of times) counts as after the infusions of its day. Of two
    columns with time zones, that of the assessments holds; one with and one without a zone are refused. `any` and
    `severe` are "yes" (minimum at least 1 or 3), "possible" (only the maximum reaches it), "no", or "unknown" (never
    assessed after an infusion). The peak is the highest minimum, first reached on `peak_day`.
    `duration_days` runs from onset to the first final grade 0 with no later grade before a further infusion
    (`ended`), otherwise to the last assessment, and is then right-censored. A second course begins only
    after such an end and a further infusion. `days_unknown` counts the days from day 0 to the last
    assessment that have none. Every infused patient has at least one row. DataError names rows, never
    values.
    """
    found, given = _in_one_zone(_frame(graded), _frame(infusions))
    assessed, infused = _dated(found, "assessed_at", "assessments"), _dated(given, "infused_at", "infusions")
    _refuse_strangers(assessed, infused)
    days = _days(assessed, infused)
    rows = []
    for (patient,), those in infused.sort("patient_id", "infused_at").group_by("patient_id", maintain_order=True):
        dates = those["infused_at"].dt.date().to_list()
        products = dict(zip(dates, those["product"].to_list(), strict=True))
        for number, one in enumerate(courses_of(days.get(str(patient), []), dates), start=1):
            rows.append(_row(str(patient), number, products[one.day_0], one))
    return pl.DataFrame(rows, schema=COURSE, orient="row")


def summary(courses: pl.DataFrame) -> pl.DataFrame:
    """Medians over the first course of each patient: onset, onset of severe ICANS, onset to peak,
    durations, in days.

    Columns: measure, n, observed, median, lowest, highest, highest_is_censored. Medians are by Kaplan–Meier
    (null if not reached); without censoring that is the ordinary median. duration_mild is of courses
    certainly never severe.
    """
    first = courses.filter(pl.col("course") == 1, pl.col("any") == "yes")
    return pl.DataFrame(
        [_measured(first, name) for name in MEASURES],
        schema={
            "measure": pl.String,
            "n": pl.Int64,
            "observed": pl.Int64,
            "median": pl.Float64,
            "lowest": pl.Int64,
            "highest": pl.Int64,
            "highest_is_censored": pl.Boolean,
        },
        orient="row",
    )


def _measured(first: pl.DataFrame, name: str) -> tuple[Any, ...]:
    start, end, severe = MEASURES[name]
    of = first.filter(pl.col(end).is_not_null(), *([pl.col("severe") == severe] if severe else []))
    days = (of[end] - of[start] if start else of[end]).to_list()
    ended = of["ended"].to_list() if end == "duration_days" else [True] * len(days)
    if not days:
        return (name, 0, 0, None, None, None, None)
    last_ended = any(seen for day, seen in zip(days, ended, strict=True) if day == max(days))
    return (name, len(days), sum(ended), median(days, ended), min(days), max(days), not last_ended)


def _row(patient: str, number: int, product: str | None, one: Course) -> tuple[Any, ...]:
    told = (one.any_grade, one.severe, one.onset_day, one.severe_day, one.peak_day, one.peak_minimum, one.peak_maximum)
    followed = (one.duration_days, one.ended, one.last_day, one.days_assessed, one.days_unknown)
    return (patient, number, product, one.day_0, *told, *followed)


def _frame(table: Any) -> pl.DataFrame:
    return table.collect() if isinstance(table, pl.LazyFrame) else table


def _in_one_zone(graded: pl.DataFrame, infusions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both tables by the clock of the assessments; DataError where only one of the two columns names a time zone."""
    zones = [
        getattr(frame.schema.get(name), "time_zone", None)
        for frame, name in ((graded, "assessed_at"), (infusions, "infused_at"))
    ]
    if (zones[0] is None) != (zones[1] is None) and infusions.schema.get("infused_at") != pl.Date:
        raise DataError(["assessed_at and infused_at: one has a time zone and the other has none"])
    if zones[0] and zones[1]:
        infusions = infusions.with_columns(pl.col("infused_at").dt.convert_time_zone(zones[0]))
    return graded, infusions


def _dated(frame: pl.DataFrame, when: str, table: str) -> pl.DataFrame:
    """The table with patient_id as text and `when` as a time, and its row numbers; DataError where either
    is missing.
    """
    needed = ["patient_id", when, *(["product"] if when == "infused_at" else ["minimum", "maximum"])]
    if absent := [name for name in needed if name not in frame.columns]:
        raise DataError([f"{table}: the column {name} is missing" for name in absent])
    read = frame.select(needed).with_row_index("row", offset=1)
    read = read.with_columns(pl.col("patient_id").cast(pl.String), _time(read.schema[when], when))
    faults = []
    for column, allowed in (("patient_id", "must not be empty"), (when, "must be a date or a time, as 2026-01-31")):
        bad = read.filter(pl.col(column).is_null() | (pl.col(column).cast(pl.String) == ""))["row"].to_list()
        faults += [f"{table} row {row} {column}: {allowed}" for row in bad]
    if faults:
        raise DataError(_shortened(faults))
    return read


def _time(kind: pl.DataType, when: str) -> pl.Expr:
    if kind == pl.String:
        whole = [pl.col(when).str.to_datetime(form, strict=False, time_unit="us") for form in TIMES]
        dates = pl.col(when).str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
        return pl.coalesce(*whole, dates).alias(when)
    if isinstance(kind, pl.Datetime):
        return pl.col(when).dt.replace_time_zone(None).dt.cast_time_unit("us")
    if kind == pl.Date:
        return pl.col(when).cast(pl.Datetime("us"))
    return pl.lit(None, pl.Datetime("us")).alias(when)


def _refuse_strangers(assessed: pl.DataFrame, infused: pl.DataFrame) -> None:
    strangers = assessed.join(infused, on="patient_id", how="anti").sort("row")["row"].to_list()
    if strangers:
        raise DataError(_shortened([f"assessments row {row} patient_id: has no infusion" for row in strangers]))


def _shortened(faults: list[str]) -> list[str]:
    more = len(faults) - SHOWN
    return [*faults[:SHOWN], f"and {more} more like these"] if more > 0 else faults


def _days(assessed: pl.DataFrame, infused: pl.DataFrame) -> dict[str, list[Day]]:
    """For each patient the assessed days after an infusion, each with its worst grade and its last infusion
    before.
    """
    order = infused.select("patient_id", "infused_at").sort("infused_at")
    day = pl.col("assessed_at").dt.truncate("1d")
    until = pl.when(pl.col("assessed_at") == day).then(day.dt.offset_by("1d") - pl.duration(microseconds=1))
    usable = assessed.filter(pl.col("minimum").is_not_null()).with_columns(until=until.otherwise("assessed_at"))
    after = (
        usable.sort("until")
        .join_asof(
            order.with_columns(infused=pl.col("infused_at")),
            left_on="until",
            right_on="infused_at",
            by="patient_id",
            check_sortedness=False,
        )
        .filter(pl.col("infused").is_not_null())
    )
    worst = after.sort("patient_id", "assessed_at").group_by(
        "patient_id", pl.col("assessed_at").dt.date().alias("date"), maintain_order=True
    )
    table = worst.agg(
        pl.col("minimum").max(),
        pl.col("maximum").max(),
        pl.col("infused").dt.date().get(pl.col("minimum").arg_max()),
    )
    days: dict[str, list[Day]] = {}
    for patient, date, low, high, infused_on in table.iter_rows():
        days.setdefault(patient, []).append(Day(date, low, high, infused_on))
    return days
