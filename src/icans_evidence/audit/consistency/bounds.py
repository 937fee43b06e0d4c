"""Bounds: a figure printed as "at most", "up to" or "≥" is held with that relation, and a relation has its sign in
print.

A bound read as a point is the fault that moves a rate most without leaving a trace in the figure.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.files.faults import shown
from icans_evidence.printed.columns import each_distinct, numbers_of
from icans_evidence.printed.figures import find_figures

SIGNS = ("≤", "≥", "<", ">", "~")
_BOUNDS = pl.List(pl.Struct({"number": pl.Float64, "sign": pl.String}))
LOOSE = {"~": r"virtually|a few|about|some|nearly", "≤": "within|up to", "≥": "at least", "<": "under", ">": "over"}


def _signed(rows: pl.DataFrame, column: str = "reported") -> pl.DataFrame:
    """The numbers of a text that carry a sign or word of a bound: row_id, number, sign."""
    signs = each_distinct(rows.select("row_id", text=pl.col(column).fill_null("")), _bounds, ["text"], "bounds")
    lines = signs.select("row_id", pl.col("bounds").cast(_BOUNDS)).explode("bounds").drop_nulls()
    return lines.unnest("bounds")


def _bounds(text: str) -> list[dict[str, object]]:
    figures = (figure for figure in find_figures(text) if figure.relation in SIGNS)
    return [{"number": float(figure.low), "sign": figure.relation} for figure in figures]


def _figure() -> pl.Expr:
    """The figure that `relation` belongs to: the value, or the cut-off where a row has only that."""
    whole = [
        pl.col(name).cast(pl.Float64) for name in ("percent", "value", "amount", "low", "high", "n_events", "threshold")
    ]
    return pl.coalesce("n_studies", *whole).cast(pl.Float64)


@rule("two_values", "review_against_paper", "unit", "dose")
def a_printed_bound_is_held_as_a_bound(ground: Ground) -> Iterator[Told]:
    """A figure that `reported` prints as a bound does not have the relation "=", nor the sign of another bound;
    a number that also stands there without a sign is let pass."""
    rows = ground.rows.with_columns(figure=_figure()).select(*PLACE, "reported", "relation", "figure", "threshold")
    signed = _signed(rows).join(rows, on="row_id").filter(pl.col("number") == pl.col("figure"))
    signs = signed.group_by(*PLACE, "reported", "relation", "figure").agg(pl.col("sign").unique(), k=pl.len())
    printed = numbers_of(rows, ["reported"], ["row_id"]).group_by("row_id", figure="number").agg(times=pl.len())
    signs = signs.join(printed, on=["row_id", "figure"], how="left").filter(pl.col("k") >= pl.col("times").fill_null(1))
    wrong = signs.filter(~pl.col("sign").list.contains(pl.col("relation")))
    wrong = wrong.sort("file", "line").with_columns(sign=pl.col("sign").list.sort().list.join(" or "))
    yield Told(
        "relation",
        wrong,
        lambda r: f"{r['figure']:g} is held as {r['relation']}, but {shown(r['reported'])} prints it as {r['sign']}",
    )


@rule()
def a_bound_has_its_sign_in_print(ground: Ground) -> Iterator[Told]:
    """A row whose relation is a bound, or "about", shows that sign or word in `reported`."""
    rows = ground.rows.select(*PLACE, "reported", "relation").filter(pl.col("relation") != "=")
    seen = _signed(rows).select("row_id", relation="sign")
    bare = rows.join(seen, on=["row_id", "relation"], how="anti")
    loose = pl.lit(False)
    for sign, words in LOOSE.items():
        loose |= (pl.col("relation") == sign) & pl.col("reported").str.to_lowercase().str.contains(words)
    yield Told("relation", bare.filter(~loose), lambda r: (
        f"the relation is {r['relation']}, which {shown(r['reported'])} does not print"))  # fmt: skip


@rule("two_values", "review_against_paper", "dose")
def words_and_relation_tell_one_bound(ground: Ground) -> Iterator[Told]:
    """A figure that the factor or the statement of a row calls a bound ("7 days or more", "at most 70%") does
    not have the relation "=" nor another bound."""
    rows = ground.rows.with_columns(figure=_figure(), words=pl.coalesce("factor", "statement"))
    rows = rows.select(*PLACE, "words", "relation", "figure", "threshold").drop_nulls("words")
    own = (pl.col("number") == pl.col("figure")) | (pl.col("number") == pl.col("threshold")).fill_null(False)
    signs = _signed(rows, "words").join(rows, on="row_id").filter(own, pl.col("sign") != pl.col("relation"))
    alike = pl.col("sign").replace({"<": "≤", ">": "≥"}) == pl.col("relation").replace({"<": "≤", ">": "≥"})
    yield Told("relation", signs.filter(~alike).unique(PLACE, maintain_order=True), lambda r: (
        f"{r['number']:g} is held as {r['relation']}, but {shown(r['words'])} says {r['sign']}"))  # fmt: skip
