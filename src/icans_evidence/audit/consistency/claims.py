"""Claims: the figures of a claim stand in its statement, and rows that should bear it out do not contradict it.

The verdict on a claim is worked out and shown elsewhere; here only what cannot be is questioned.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.audit.consistency.printed_form import held_numbers
from icans_evidence.evidence.rules.draft import items
from icans_evidence.printed.columns import numbers_of, words_of

_ENDS = ("low", "high", "n_studies")


def _claims(ground: Ground) -> pl.DataFrame:
    return ground.rows.filter(ground.is_of("Claim"))


@rule()
def the_figures_of_a_claim_stand_in_its_statement(ground: Ground) -> Iterator[Told]:
    """The ends and the number of studies of a claim stand in its statement, and the numbers of the statement in
    a cell or in `reported`."""
    claims = _claims(ground)
    said = pl.concat([numbers_of(claims, ["statement"], ["row_id"]), words_of(claims, "statement")])
    lone = held_numbers(claims, _ENDS).join(said, on=["row_id", "number"], how="anti")
    lone = lone.filter((pl.col("column") != "n_studies") | (pl.col("number") != 1))
    lone = lone.join(claims.select(*PLACE, "statement"), on="row_id").with_columns(value="number")
    for column in _ENDS:
        yield Told(column, lone.filter(pl.col("column") == column).drop("column"), lambda r, c=column: (
            f"{c} is {r['value']:g}, which the statement does not say"))  # type: ignore[misc]  # fmt: skip
    held = pl.concat([held_numbers(claims).drop("column"), numbers_of(claims, ["reported", "note"], ["row_id"])])
    bare = numbers_of(claims, ["statement"], ["row_id"]).join(held, on=["row_id", "number"], how="anti")
    bare = bare.join(claims.select(*PLACE), on="row_id").with_columns(value="number")
    yield Told("statement", bare, lambda r: f"{r['value']:g} stands in the statement and nowhere else in the row")


@rule("two_values", "abstract_against_text", "review_against_paper", "reference", "plausibility")
def rows_that_bear_a_claim_go_its_way(ground: Ground) -> Iterator[Told]:
    """A row that a claim names as bearing it out does not tell the opposite direction."""
    claims = _claims(ground).drop_nulls(["bears", "direction"])
    named = items(claims, "bears").join(claims.select(*PLACE, "direction"), on="line").drop("file", strict=False)
    rows = ground.rows.filter(~ground.is_of("Claim")).select(item="row_id", way="direction").drop_nulls()
    opposite = ((pl.col("direction") == "higher") & (pl.col("way") == "lower")) | (
        (pl.col("direction") == "lower") & (pl.col("way") == "higher")
    )
    told = named.join(rows, on="item").filter(opposite).with_columns(file=pl.lit("claims"))
    yield Told("direction", told, lambda r: f"the claim says {r['direction']}, but {r['item']} says {r['way']}")
