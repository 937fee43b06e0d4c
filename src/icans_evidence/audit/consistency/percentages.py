"""Percentages and counts: a printed percentage can come from whole patients, and from those that are printed with it.

Arithmetic is decimal, at the digits that were printed; see `grim`.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.audit.consistency.printed_form import held_numbers
from icans_evidence.printed.columns import each_distinct, numbers_of
from icans_evidence.printed.pairs import count_with_percent
from icans_evidence.printed.percents import IMPOSSIBLE, POSSIBLE, counts_behind, grim, percent_printed, prints
from icans_evidence.wording import listing

_SHARES = ("proportion", "percent")
_MATTERS = ("arithmetic", "other_source", "two_values", "review_against_paper")


def _percentages(ground: Ground) -> pl.DataFrame:
    """Rows with a point percentage as `percent` (also where `value` holds it), its digits as printed in `print`."""
    share = (pl.col("unit") == "percent") & pl.col("statistic").is_in(_SHARES)
    rows = ground.rows.with_columns(percent=pl.coalesce("percent", pl.when(share).then("value")))
    rows = rows.filter(pl.col("percent").is_not_null(), pl.col("relation") == "=")
    rows = rows.select(
        *PLACE, "percent", "n_events", "n_total", "n_treated", "reported", "denominator_kind", "spread", "population",
        "cohort_id",
    )  # fmt: skip
    if rows.is_empty():
        return rows.with_columns(print=pl.lit(None, pl.String))
    return each_distinct(rows, percent_printed, ["percent", "reported"], "print")


def _where(rows: pl.DataFrame, keys: list[str], holds: list[bool]) -> pl.DataFrame:
    return rows.join(rows.select(keys).unique(maintain_order=True).filter(pl.Series(holds, dtype=pl.Boolean)), on=keys)


@rule(*_MATTERS)
def percentages_come_from_whole_patients(ground: Ground) -> Iterator[Told]:
    """A percentage printed without its count is some whole number of the patients counted (GRIM; at whole percents this
    tells nothing from 100 patients on)."""
    rows = _percentages(ground).filter(pl.col("n_events").is_null(), pl.col("n_total") > 0, pl.col("spread").is_null())
    keys = ["print", "n_total"]
    verdicts = [grim(*case) == IMPOSSIBLE for case in rows.select(keys).unique(maintain_order=True).iter_rows()]
    yield Told("percent", _where(rows, keys, verdicts), lambda r: (
        f"no whole number of {r['n_total']} patients prints as {r['print']}%"), "error")  # fmt: skip


@rule(*_MATTERS)
def shares_agree_with_their_counts(ground: Ground) -> Iterator[Told]:
    """A share among the associations and context rows is its counts, held beside it or printed as "31 of 45; 68.9%"."""
    rows = _percentages(ground).filter(pl.col("n_total") > 0)
    rows = each_distinct(rows, _count_beside, ["reported"], "beside")
    rows = rows.with_columns(count=pl.coalesce("n_events", pl.col("beside").cast(pl.Int64))).drop_nulls("count")
    rows = rows.filter(pl.col("count") <= pl.col("n_total"))
    keys = ["count", "n_total", "print"]
    wrong = [not prints(*case) for case in rows.select(keys).unique(maintain_order=True).iter_rows()]
    yield Told("percent", _where(rows, keys, wrong), lambda r: (
        f"{r['count']} of {r['n_total']} does not print as {r['print']}%"), "error")  # fmt: skip


def _count_beside(reported: str) -> int | None:
    pair = count_with_percent(reported)
    return pair and pair[0]


@rule(*_MATTERS)
def percentages_are_rounded_and_not_cut(ground: Ground) -> Iterator[Told]:
    """A percentage printed with its counts is their rounded share, and one printed without is some rounded share; what
    only cutting off gives is questioned."""
    rows = _percentages(ground).filter(pl.col("n_total") > 0, pl.col("spread").is_null())
    lone = rows.filter(pl.col("n_events").is_null())
    keys = ["print", "n_total"]
    forced = [_only_cut(*case) for case in lone.select(keys).unique(maintain_order=True).iter_rows()]
    yield Told("percent", _where(lone, keys, forced), lambda r: (
        f"{r['print']}% of {r['n_total']} comes only from cutting off, not from rounding"))  # fmt: skip
    rows = rows.filter(pl.col("n_events") <= pl.col("n_total"))
    keys = ["n_events", "n_total", "print"]
    cases = rows.select(keys).unique(maintain_order=True).iter_rows()
    cut = [prints(*case) and not prints(*case, cut=False) for case in cases]
    yield Told("percent", _where(rows, keys, cut), lambda r: (
        f"{r['n_events']} of {r['n_total']} is {r['print']}% only when cut off, not when rounded"))  # fmt: skip


def _only_cut(printed: str, total: int) -> bool:
    counts = counts_behind(printed, total) if grim(printed, total) == POSSIBLE else []
    return bool(counts) and not any(prints(count, total, printed, cut=False) for count in counts)


@rule(*_MATTERS)
def a_count_and_a_percentage_point_to_a_known_total(ground: Ground) -> Iterator[Told]:
    """A count and a percentage printed without a total fit a total that the cohort has elsewhere, in a row, in a
    note or as the number treated; cohorts whose total is noted as not printed are let pass."""
    rows = _percentages(ground).filter(pl.col("n_total").is_null(), pl.col("n_events") > 0, pl.col("percent") > 0)
    rows = rows.join(_totals(ground), on="cohort_id")
    keys = ["n_events", "print", "totals"]
    wrong = [not any(count <= total and prints(count, int(total), text) for total in totals)
             for count, text, totals in rows.select(keys).unique(maintain_order=True).iter_rows()]  # fmt: skip
    yield Told("percent", _where(rows, keys, wrong), lambda r: (
        f"{r['n_events']} and {r['print']}% fit none of the totals of the cohort: "
        f"{listing([f'{n:g}' for n in r['totals']])}"))  # fmt: skip


def _totals(ground: Ground) -> pl.DataFrame:
    """The whole numbers that each cohort has in rows, notes and words: `cohort_id`, `totals`, in order."""
    held = ground.rows.select("row_id", "cohort_id").join(
        held_numbers(ground.rows, ("n_events", "n_total", "value")), on="row_id"
    )
    treated = ground.draft["cohorts"].select(
        "cohort_id", "note", "population", number=pl.col("n_treated").cast(pl.Float64)
    )
    parts = [
        held.select("cohort_id", "number"),
        numbers_of(ground.rows, ["note"], ["cohort_id"]),
        numbers_of(treated, ["note", "population"], ["cohort_id"]),
        treated.select("cohort_id", "number"),
    ]
    numbers = pl.concat(parts).drop_nulls().filter(pl.col("number") == pl.col("number").round()).unique()
    unknown = treated.filter(pl.col("note").fill_null("").str.contains("total not printed"))
    numbers = numbers.join(unknown, on="cohort_id", how="anti")
    return numbers.group_by("cohort_id").agg(totals=pl.col("number").sort())


@rule(*_MATTERS)
def a_count_lies_behind_every_percentage(ground: Ground) -> Iterator[Told]:
    """A percentage of those treated, printed without count and total, is some whole number of the patients treated."""
    rows = _percentages(ground).filter(pl.col("n_total").is_null() & pl.col("n_events").is_null())
    whole = ~pl.col("population").str.contains(r"\b(?:group|arm|only)\b").fill_null(False)
    rows = rows.filter(
        pl.col("denominator_kind") == "treated", pl.col("n_treated") > 0, pl.col("spread").is_null(), whole
    )
    keys = ["print", "n_treated"]
    wrong = [not counts_behind(*case) for case in rows.select(keys).unique(maintain_order=True).iter_rows()]
    yield Told("percent", _where(rows, keys, wrong), lambda r: (
        f"no whole number of the {r['n_treated']} treated prints as {r['print']}%"))  # fmt: skip
