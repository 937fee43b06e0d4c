"""The register against the rows: an entry quotes what its rows hold, and stands at their sentence.

The register was written from the sources beside the rows, so it is a second witness of the figures it quotes.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.audit.consistency.printed_form import HELD, TEXTS, held_numbers
from icans_evidence.evidence.rules.draft import items
from icans_evidence.files.faults import shown
from icans_evidence.printed.columns import numbers_of, words_of
from icans_evidence.wording import listing

_ASIDE = r"\brefs? [\d, –]+|\(\d+[\d, ]*\)|abstract \d+|\b\d+ kg\b|[Gg]rades? [≤≥<>]?\d"


@rule()
def the_register_quotes_its_rows(ground: Ground) -> Iterator[Told]:
    """Of the figures that an entry says are printed, at least half stand in the rows that it names, reference numbers
    and weights left aside."""
    entries = ground.named("discrepancies", "discrepancy_id").drop_nulls("rows").select(*PLACE, "printed", "rows")
    plain = entries.with_columns(plain=pl.col("printed").str.replace_all(_ASIDE, " "))
    quoted = numbers_of(plain, ["plain"], ["line"]).unique()
    names = items(entries, "rows").select("line", row_id="item")
    rows = ground.rows.select("row_id", "reported", "cites", *HELD, *TEXTS)
    told = [held_numbers(rows).select("row_id", "number"),
            numbers_of(rows, ["reported", "cites", *TEXTS], ["row_id"]),
            words_of(rows, "reported")]  # fmt: skip
    held = names.join(pl.concat(told), on="row_id").select("line", "number").unique().with_columns(held=1)
    share = quoted.join(held, on=["line", "number"], how="left").group_by("line").agg(
        share=pl.col("held").sum() / pl.len(), lost=pl.col("number").filter(pl.col("held").is_null())
    )  # fmt: skip
    lost = entries.join(share.filter(pl.col("share") < 0.5), on="line")
    yield Told("printed", lost, lambda r: (
        f"{listing([f'{n:g}' for n in r['lost']])} of {shown(r['printed'])} not found in "
        f"{listing(r['rows'].split(';'))}"))  # fmt: skip


@rule()
def the_register_stands_at_its_rows(ground: Ground) -> Iterator[Told]:
    """An entry with a sentence of the review names a row of that sentence, unless it names none of the review."""
    entries = ground.draft["discrepancies"].drop_nulls(["rows", "fingerprint"])
    names = items(entries, "rows").join(entries.select("line", at="fingerprint"), on="line")
    rows = ground.rows.filter("in_review").select(item="row_id", theirs="fingerprint")
    pairs = (
        names.join(rows, on="item")
        .group_by("line", "at")
        .agg(meets=(pl.col("theirs") == pl.col("at")).any(), ids=pl.col("item"))
    )
    told = ground.named("discrepancies", "discrepancy_id").join(pairs.filter(~pl.col("meets")), on="line")
    yield Told(
        "fingerprint", told, lambda r: f"none of {listing(r['ids'])} stands at {r['section']}, sentence {r['sentence']}"
    )
