"""The printed form against the cells: what `reported` prints is held, each number in the column that its form calls
for.

That every cell stands in `reported` is a rule of the evidence; here the text is read first and the cells are
held to it.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.evidence.rules.reported import FIGURES
from icans_evidence.files.faults import shown
from icans_evidence.printed.cell_numbers import told_numbers

HELD = (*FIGURES, "interval_hours")
TEXTS = ["population", "factor", "note", "indication", "repeats", "statement", "outcome", "cut_off"]
_PERCENT = r"(\d+(?:\.\d+)?) ?%"
_N_OF_N = r"(\d[\d,]*) ?(?:of(?: the)?|/) ?(\d[\d,]*)"


def held_numbers(rows: pl.DataFrame, columns: tuple[str, ...] = HELD) -> pl.DataFrame:
    """One line for each number in the value columns of each row: `row_id`, `column`, `number`."""
    cells = rows.select("row_id", *[pl.col(name).cast(pl.Float64).abs() for name in columns])
    return cells.unpivot(index="row_id", variable_name="column", value_name="number").drop_nulls("number")


@rule()
def every_printed_figure_is_held(ground: Ground) -> Iterator[Told]:
    """Every number in `reported` stands in a cell of the row, in its words, or in another row of the same
    sentence or of the same cohort and document."""
    rows = ground.rows.select(*PLACE, "cohort_id", "fingerprint", "read_in", "reported", *HELD, *TEXTS)
    loose = told_numbers(rows, ["reported"], [*PLACE, "cohort_id", "fingerprint", "read_in", "reported"])
    loose = loose.join(held_numbers(rows), on=["row_id", "number"], how="anti")
    loose = loose.join(told_numbers(rows, TEXTS, ["row_id"]), on=["row_id", "number"], how="anti")
    shares = pl.col("reported").str.extract_all(r"\d+(?: of \d+)?; \d+(?:\.\d+)?%").list.join(" ")
    counted = told_numbers(rows.filter(pl.col("file") == "context").with_columns(shares=shares), ["shares"], ["row_id"])
    loose = loose.join(counted, on=["row_id", "number"], how="anti")
    others = held_numbers(rows).join(rows.select("row_id", "fingerprint", "cohort_id", "read_in"), on="row_id")
    for keys in (["fingerprint"], ["cohort_id", "read_in"]):
        elsewhere = others.select(*keys, "number").drop_nulls()
        loose = loose.join(elsewhere, on=[*keys, "number"], how="anti")
    yield Told("reported", loose.with_columns(value="number"),
               lambda r: f"{r['value']:g} is printed in {shown(r['reported'])} and held nowhere")  # fmt: skip


def _split(column: str, pattern: str, names: tuple[str, str]) -> list[pl.Expr]:
    text = pl.col(column).str.replace_all(r"(\d),(\d{3})", "${1}${2}")
    return [text.str.extract(pattern, group).cast(pl.Int64, strict=False).alias(name)
            for group, name in enumerate(names, start=1)]  # fmt: skip


@rule("arithmetic", "two_values", "review_against_paper")
def counts_stand_as_they_are_printed(ground: Ground) -> Iterator[Told]:
    """ "3 of 9" in `reported` is 3 patients with the finding of 9, and "n = 9" without it is the denominator or
    the figure."""
    rows = ground.rows.select(*PLACE, "reported", "n_events", "n_total", "value").drop_nulls("reported")
    pairs = rows.with_columns(_split("reported", _N_OF_N, ("part", "whole")))
    for column, told in (("n_events", "part"), ("n_total", "whole")):
        wrong = pairs.filter(pl.col(column).is_not_null() & (pl.col(column) != pl.col(told)))
        yield Told(column, wrong, lambda r, c=column, t=told: (
            f"{c} is {r[c]}, but {shown(r['reported'])} prints {r[t]} there"))  # type: ignore[misc]  # fmt: skip
    lone = pairs.filter(pl.col("whole").is_null()).with_columns(_split("reported", r"n = (\d[\d,]*)()", ("n", "_")))
    wrong = lone.filter(pl.col("n_total").is_not_null() & (pl.col("n") != pl.col("n_total")))
    yield Told("n_total", wrong, lambda r: f"n_total is {r['n_total']}, but {shown(r['reported'])} says n = {r['n']}")


def _percents(rows: pl.DataFrame) -> pl.DataFrame:
    """The numbers that stand before a percent sign: row_id, number."""
    text = pl.col("reported").str.replace_all("95% CI", "", literal=True)
    found = rows.select("row_id", number=text.str.extract_all(_PERCENT)).explode("number")
    return found.with_columns(pl.col("number").str.extract(_PERCENT).cast(pl.Float64)).drop_nulls()


_AS_PERCENT = {"percent": None, "percent_low": None, "percent_high": None, "value": "unit", "low": "unit",
               "high": "unit", "threshold": "threshold_unit"}  # fmt: skip


@rule()
def percent_signs_and_percent_columns_agree(ground: Ground) -> Iterator[Told]:
    """A number printed with a percent sign is held as a percentage, and a percentage is printed with its sign."""
    columns = [*_AS_PERCENT, "unit", "threshold_unit"]
    rows = ground.rows.select(*PLACE, "reported", *columns).drop_nulls("reported")
    as_percent = [pl.when(pl.col(unit) == "percent").then(pl.col(name)).alias(name) if unit else pl.col(name)
                  for name, unit in _AS_PERCENT.items()]  # fmt: skip
    held = held_numbers(rows.with_columns(as_percent), tuple(_AS_PERCENT))
    signed = _percents(rows)
    lone = signed.join(held, on=["row_id", "number"], how="anti").join(rows, on="row_id")
    yield Told(
        "reported",
        lone.with_columns(value="number"),
        lambda r: f"{r['value']:g}% is printed in {shown(r['reported'])}, and no cell holds that percentage",
    )
    whole = pl.col("reported").str.to_lowercase().str.contains(r"\ball\b|\bnone\b|\bno\b|^no ")
    bare = held.filter(pl.col("column").is_in(["percent", "value"])).join(signed, on=["row_id", "number"], how="anti")
    bare = bare.join(rows, on="row_id").filter(~whole, pl.col("reported").str.contains("%"))
    yield Told(
        "reported",
        bare.with_columns(value="number"),
        lambda r: f"{r['column']} holds {r['value']:g}%, which {shown(r['reported'])} prints without %",
    )


@rule()
def numbers_are_printed_plainly(ground: Ground) -> Iterator[Told]:
    """No number in `reported` has a decimal comma or two decimal points."""
    rows = ground.rows.select(*PLACE, "reported").drop_nulls("reported")
    odd = rows.with_columns(value=pl.col("reported").str.extract(r"(\d+,\d{1,2}(?:\D|$)|\d+,\d{4,}|\d+\.\d+\.\d+)"))
    yield Told("reported", odd.drop_nulls("value"),
               lambda r: f"{shown(r['reported'])} holds {shown(r['value'])}, which is no plain number")  # fmt: skip


@rule("two_values", "other_source")
def ranges_stand_as_they_are_printed(ground: Ground) -> Iterator[Told]:
    """The ends of a range in `reported` rise from left to right, and are the lower and the upper cell."""
    text = pl.col("reported").str.replace_all(r"(\d),(\d{3})", "${1}${2}")
    ends = r"(\d+(?:\.\d+)?)%?(?:–| to )(\d+(?:\.\d+)?)"
    rows = ground.rows.select(*PLACE, "reported", "low", "high", "percent_low", "percent_high")
    first, last = (text.str.extract(ends, group).cast(pl.Float64) for group in (1, 2))
    rows = rows.with_columns(first=first, last=last)
    rows = rows.drop_nulls("first").with_columns(
        low=pl.coalesce("low", "percent_low"), high=pl.coalesce("high", "percent_high")
    )
    falling = rows.filter(pl.col("first") > pl.col("last")).with_columns(value="first")
    yield Told(
        "reported", falling, lambda r: f"{shown(r['reported'])} prints a range from {r['first']:g} to {r['last']:g}"
    )
    for column, end in (("low", "first"), ("high", "last")):
        wrong = rows.filter(pl.col(column).is_not_null() & (pl.col(column) != pl.col(end)))
        yield Told(
            column,
            wrong,
            lambda r, c=column, e=end: f"{c} is {r[c]:g}, but {shown(r['reported'])} prints {r[e]:g} there",  # type: ignore
        )


@rule()
def all_and_none_are_counted_so(ground: Ground) -> Iterator[Told]:
    """Where `reported` says all or none without a further count, the finding is held in all or in none."""
    text = pl.col("reported").str.to_lowercase()
    rows = ground.rows.select(*PLACE, "reported", "n_events", "n_total", "outcome").drop_nulls(["reported", "n_events"])
    rows = rows.filter(text.str.contains(r"^(?:all|none|no)\b|; (?:all|none|no)\b"))
    none = rows.filter(text.str.contains(r"(?:^|; )(?:none|no)\b"), pl.col("n_events") != 0)
    yield Told("n_events", none, lambda r: f"n_events is {r['n_events']}, but {shown(r['reported'])} says none")
    every = rows.filter(text.str.contains(r"(?:^|; )all\b"), pl.col("n_events") != pl.col("n_total"))
    yield Told("n_events", every, lambda r: f"{r['n_events']} of {r['n_total']}, but {shown(r['reported'])} says all")
