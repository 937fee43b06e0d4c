"""Plausibility: a value outside what its source calls possible is questioned, for a person to settle and never mended.

The ranges are rows of data/plausible_ranges.csv, each with its source.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.errors import DataError
from icans_evidence.files.faults import shown

FILE = "plausible_ranges.csv"
_VALUES = ("value", "low", "high", "amount", "amount_high")
TYPES = {"file": pl.String, "quantity": pl.String, "words": pl.String, "unit": pl.String, "low": pl.Float64,
         "high": pl.Float64, "source": pl.String, "note": pl.String}  # fmt: skip


def plausible_ranges(root: Path) -> pl.DataFrame:
    """The ranges of `root`/plausible_ranges.csv, `line` included; an absent file has none. Raises DataError.

    `words` is a pattern that the outcome, factor or drug of a row must match, `file` the table or empty for any.
    """
    path = root / FILE
    if not path.is_file():
        return pl.DataFrame(schema={"line": pl.UInt32, **TYPES})
    try:
        ranges = pl.read_csv(path, schema=TYPES)
    except pl.exceptions.PolarsError as fault:
        raise DataError([f"{FILE}: cannot be read; its columns are {', '.join(TYPES)} ({fault})"]) from None
    ranges = ranges.with_row_index("line", offset=2)
    faults = [f"{FILE}:{line}: low, high, unit, words and source are needed, and low is less than high"
              for line in ranges.filter(_faulty())["line"]]  # fmt: skip
    patterns = ranges.select("line", "words").drop_nulls().iter_rows()
    faults += [f"{FILE}:{line}: {shown(words)} is no pattern" for line, words in patterns if not _is_pattern(words)]
    if faults:
        raise DataError(faults)
    return ranges


def _is_pattern(words: str) -> bool:
    try:
        pl.Series([""]).str.contains(words)
    except pl.exceptions.PolarsError:
        return False
    return True


def _faulty() -> pl.Expr:
    needed = pl.any_horizontal(pl.col(name).is_null() for name in ("low", "high", "unit", "words", "source"))
    return needed | (pl.col("low") >= pl.col("high")).fill_null(True)


def _numbers(ground: Ground) -> pl.DataFrame:
    """Every value with its unit: PLACE, file, unit, number, column, and the words that name it."""
    words = pl.concat_str([pl.col(name).fill_null("") for name in ("outcome", "factor", "drug")], separator=" ")
    rows = ground.rows.with_columns(words=words)
    parts = [*((name, "unit") for name in _VALUES), ("threshold", "threshold_unit"), ("duration_days", ""),
             ("interval_hours", "")]  # fmt: skip
    frames = []
    for column, unit in parts:
        label = pl.col(unit) if unit else pl.lit("days" if column == "duration_days" else "hours")
        frames.append(rows.select(*PLACE, "words", "statistic", column=pl.lit(column), unit=label,
                                  number=pl.col(column).cast(pl.Float64)).drop_nulls("number"))  # fmt: skip
    return pl.concat(frames)


@rule("unit", "dose", "plausibility")
def values_are_plausible(ground: Ground) -> Iterator[Told]:
    """A laboratory value, temperature, dose or number of days lies inside its range of data/plausible_ranges.csv."""
    ranges = plausible_ranges(ground.evidence.root)
    if ranges.is_empty():
        first = ground.named("cohorts", "cohort_id").head(1).select(*PLACE)
        yield Told(
            "cohort_id", first, lambda r: f"{FILE} is missing or empty: no value was held against a range", "note"
        )
        return
    numbers = _numbers(ground).filter(pl.col("statistic").is_in(["p_value", "count"]).fill_null(False).not_())
    seen = []
    for bounds in ranges.iter_rows(named=True):
        part = numbers.filter(pl.col("words").str.contains(bounds["words"]), pl.col("unit") == bounds["unit"])
        if bounds["file"]:
            part = part.filter(pl.col("file") == bounds["file"])
        out = part.filter(~pl.col("number").is_between(bounds["low"], bounds["high"]))
        ends = (bounds["quantity"], bounds["low"], bounds["high"], bounds["source"])
        seen.append(out.with_columns(_lits(ends)))
    told = pl.concat(seen).unique([*PLACE, "column"], keep="first", maintain_order=True).with_columns(value="number")
    for (column,), part in told.partition_by("column", as_dict=True, maintain_order=True).items():
        yield Told(str(column), part.drop("column"), lambda r: (
            f"{r['number']:g} {r['unit']} is outside {r['least']:,g} to {r['most']:,g} for {r['quantity']}; source: "
            f"{r['source']}"))  # fmt: skip


def _lits(ends: tuple[str, float, float, str]) -> list[pl.Expr]:
    return [
        pl.lit(value).alias(name) for name, value in zip(("quantity", "least", "most", "source"), ends, strict=True)
    ]
