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
from icans_evidence.printed.columns import each_distinct, numbers_of
from icans_evidence.printed.digits import odd_number
from icans_evidence.printed.figures import find_figures
from icans_evidence.printed.pairs import count_with_percent, first_range, part_and_whole, stated_total

HELD = (*FIGURES, "interval_hours")
TEXTS = ["population", "factor", "note", "indication", "repeats", "statement", "outcome"]


def held_numbers(rows: pl.DataFrame, columns: tuple[str, ...] = HELD) -> pl.DataFrame:
    """One line for each number in the value columns of each row: `row_id`, `column`, `number`."""
    cells = rows.select("row_id", *[pl.col(name).cast(pl.Float64).abs() for name in columns])
    return cells.unpivot(index="row_id", variable_name="column", value_name="number").drop_nulls("number")


@rule()
def every_printed_figure_is_held(ground: Ground) -> Iterator[Told]:
    """Every number in `reported` stands in a cell of the row, in its words, or in another row of the same
    sentence or of the same cohort and document."""
    texts = [*TEXTS, *ground.declared]
    rows = ground.rows.select(*PLACE, "cohort_id", "fingerprint", "read_in", "reported", *HELD, *texts)
    loose = numbers_of(rows, ["reported"], [*PLACE, "cohort_id", "fingerprint", "read_in", "reported"])
    loose = loose.join(held_numbers(rows), on=["row_id", "number"], how="anti")
    loose = loose.join(numbers_of(rows, texts, ["row_id"]), on=["row_id", "number"], how="anti")
    context = rows.filter(ground.is_background).select("row_id", "reported").drop_nulls()
    counted = each_distinct(context, _beside_percent, ["reported"], "number").select(
        "row_id", pl.col("number").cast(pl.List(pl.Float64))
    )
    counted = counted.explode("number").drop_nulls()
    loose = loose.join(counted, on=["row_id", "number"], how="anti")
    others = held_numbers(rows).join(rows.select("row_id", "fingerprint", "cohort_id", "read_in"), on="row_id")
    for keys in (["fingerprint"], ["cohort_id", "read_in"]):
        elsewhere = others.select(*keys, "number").drop_nulls()
        loose = loose.join(elsewhere, on=[*keys, "number"], how="anti")
    yield Told("reported", loose.with_columns(value="number"),
               lambda r: f"{r['value']:g} is printed in {shown(r['reported'])} and held nowhere")  # fmt: skip


def _beside_percent(reported: str) -> list[float]:
    """A count printed beside its percentage, its whole and that percentage."""
    return [float(number) for number in count_with_percent(reported) or () if number is not None]


@rule("arithmetic", "two_values", "review_against_paper")
def counts_stand_as_they_are_printed(ground: Ground) -> Iterator[Told]:
    """ "3 of 9" in `reported` is 3 patients with the finding of 9, and "n = 9" without it is the denominator or
    the figure."""
    rows = ground.rows.select(*PLACE, "reported", "n_events", "n_total", "value").drop_nulls("reported")
    pairs = each_distinct(rows, _counts, ["reported"], "counts").with_columns(
        pl.col("counts").cast(pl.List(pl.Int64)).list.to_struct(fields=["part", "whole", "n"])
    )
    pairs = pairs.unnest("counts")
    for column, told in (("n_events", "part"), ("n_total", "whole")):
        wrong = pairs.filter(pl.col(column).is_not_null() & (pl.col(column) != pl.col(told)))
        yield Told(column, wrong, lambda r, c=column, t=told: (
            f"{c} is {r[c]}, but {shown(r['reported'])} prints {r[t]} there"))  # type: ignore[misc]  # fmt: skip
    lone = pairs.filter(pl.col("whole").is_null())
    wrong = lone.filter(pl.col("n_total").is_not_null() & (pl.col("n") != pl.col("n_total")))
    yield Told("n_total", wrong, lambda r: f"n_total is {r['n_total']}, but {shown(r['reported'])} says n = {r['n']}")


def _counts(reported: str) -> list[int | None]:
    part, whole = part_and_whole(reported) or (None, None)
    return [part, whole, stated_total(reported)]


def _percents(rows: pl.DataFrame) -> pl.DataFrame:
    """The numbers that carry a percent sign or word (`listed`: at the end of their list): row_id, number, listed."""
    lists = each_distinct(rows.select("row_id", "reported"), _shares, ["reported"], "shares")
    return lists.select("row_id", pl.col("shares").cast(_SHARES)).explode("shares").drop_nulls().unnest("shares")


_SHARES = pl.List(pl.Struct({"number": pl.Float64, "listed": pl.Boolean}))


def _shares(reported: str) -> list[dict[str, float | bool]]:
    figures = (figure for figure in find_figures(reported) if figure.is_percent or figure.in_list)
    return [{"number": float(value), "listed": figure.in_list} for figure in figures for value in figure.values]


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
    lone = signed.filter(~pl.col("listed")).join(held, on=["row_id", "number"], how="anti").join(rows, on="row_id")
    yield Told(
        "reported",
        lone.with_columns(value="number"),
        lambda r: f"{r['value']:g}% is printed in {shown(r['reported'])}, and no cell holds that percentage",
    )
    whole = pl.col("reported").str.to_lowercase().str.contains(r"\ball\b|\bnone\b|\bno\b|^no ")
    bare = held.filter(pl.col("column").is_in(["percent", "value"])).join(signed, on=["row_id", "number"], how="anti")
    bare = bare.join(rows, on="row_id").filter(~whole).join(signed, on="row_id", how="semi")
    yield Told(
        "reported",
        bare.with_columns(value="number"),
        lambda r: f"{r['column']} holds {r['value']:g}%, which {shown(r['reported'])} prints without %",
    )


@rule()
def numbers_are_printed_plainly(ground: Ground) -> Iterator[Told]:
    """No number in `reported` has a decimal comma or two decimal points."""
    rows = ground.rows.select(*PLACE, "reported").drop_nulls("reported")
    odd = each_distinct(rows, odd_number, ["reported"], "value").cast({"value": pl.String})
    yield Told("reported", odd.drop_nulls("value"),
               lambda r: f"{shown(r['reported'])} holds {shown(r['value'])}, which is no plain number")  # fmt: skip


@rule("two_values", "other_source")
def ranges_stand_as_they_are_printed(ground: Ground) -> Iterator[Told]:
    """The ends of a range in `reported` rise from left to right, and are the lower and the upper cell."""
    rows = ground.rows.select(*PLACE, "reported", "low", "high", "percent_low", "percent_high")
    rows = each_distinct(rows.drop_nulls("reported"), _first_range, ["reported"], "ends").with_columns(
        pl.col("ends").cast(pl.List(pl.Float64)).list.to_struct(fields=["first", "last"])
    )
    rows = (
        rows.unnest("ends")
        .drop_nulls("first")
        .with_columns(low=pl.coalesce("low", "percent_low"), high=pl.coalesce("high", "percent_high"))
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


def _first_range(reported: str) -> list[float] | None:
    ends = first_range(reported)
    return ends and [float(end) for end in ends]


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
