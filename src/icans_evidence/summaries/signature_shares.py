"""Who has signed what: shares of verified, lapsed and unverified rows by table, and the rows whose mark needs a look.

Counts are those of the audit's sign-off; a lapsed mark is never shown as a mark that holds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.audit.signatures.signature_status import (
    LAPSED,
    UNVERIFIED,
    VERIFIED,
    shares,
    signatures_without_row,
    status,
)

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


@lru_cache(maxsize=4)
def standing(evidence: Evidence) -> pl.DataFrame:
    """Where each row stands, worked out once for all that shows it; see `signoff.status`."""
    return status(evidence)


def counts(evidence: Evidence) -> dict[str, int]:
    """How many rows there are and how many are verified, lapsed and unverified."""
    return shares(standing(evidence)).filter(pl.col("table") == "all").drop("table").row(0, named=True)


def sentence(evidence: Evidence) -> str:
    """The state of sign-off in a sentence."""
    found = counts(evidence)
    gone = sorted({one.row_id for one in signatures_without_row(evidence)})
    lost = f" Signed, and a row no longer: {wording.listing(gone)}." if gone else ""
    if not found[VERIFIED] and not found[LAPSED]:
        return f"No person has signed a row yet; all {found['rows']:,} are unverified.{lost}"
    failing = standing(evidence)["fails_now"].drop_nulls().len()
    more = f" A check that did not fail at signing fails now on {wording.plural(failing, 'row')}." if failing else ""
    lapsed = wording.plural(found[LAPSED], "signed row")
    return (
        f"{found[VERIFIED]:,} of {wording.plural(found['rows'], 'row')} are signed by a person; {lapsed} lapsed by an "
        f"edit, {found[UNVERIFIED]:,} were never signed.{more}{lost}"
    )


def by_table(evidence: Evidence) -> pl.DataFrame:
    """One line a table and one for all: rows, verified, lapsed, unverified and the share verified, in words."""
    found = shares(standing(evidence))
    percents = [wording.percent(row["verified"] / row["rows"]) if row["rows"] else "" for row in found.to_dicts()]
    return found.with_columns(share=pl.Series(percents, dtype=pl.String))


def mark(evidence: Evidence, row_id: str) -> dict[str, Any]:
    """What stands beside one row: `status`, `by`, `date`, `why`, `fails_now` and the same `in_words`."""
    row = standing(evidence).row(by_predicate=pl.col("row_id") == row_id, named=True)
    words = {
        UNVERIFIED: "nobody yet",
        VERIFIED: f"{row['by']} on {row['date']}",
        LAPSED: f"nobody for what it says now; {row['by']} on {row['date']} for what it said: {row['why']}",
    }[row["status"]]
    words += f"; fails now: {row['fails_now']}" if row["fails_now"] else ""
    return {**{name: row[name] for name in ("status", "by", "date", "why", "fails_now")}, "in_words": words}
