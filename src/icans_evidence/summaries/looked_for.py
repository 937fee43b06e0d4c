"""How far an outcome was looked for: in which documents, and what a range or pool over it may therefore leave out.

What is summed up over documents in which nobody looked is a selection; it says so wherever it is shown.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence import wording

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

NOT_EVERYWHERE = " Over what was extracted: it was not looked for in every document."


@lru_cache(maxsize=4)
def looked_counts(evidence: Evidence) -> dict[str, tuple[int, int, int]]:
    """For each core outcome the documents in which it is printed, those looked through for it, and all documents."""
    counts = evidence.looked_for.group_by("core").agg(
        taken=(pl.col("status") == "taken").sum(), looked=(pl.col("status") != "not_looked_for").sum(), all=pl.len()
    )
    return {core: (taken, looked, documents) for core, taken, looked, documents in counts.iter_rows()}


def taken_from(evidence: Evidence, table: str, outcome: str) -> str:
    """A sentence, with a blank before it, on how far an outcome was looked for; empty where a project has no matrix."""
    counts = looked_counts(evidence)
    if not counts:
        return ""
    declared = evidence.vocabulary.outcome(table, outcome)
    if declared is None or declared.core not in counts:
        return NOT_EVERYWHERE
    taken, looked, documents = counts[declared.core]
    where = f"all {documents}" if looked == documents else f"{looked} of {documents}"
    whole = f" {wording.capital(evidence.vocabulary.core[declared.core])}: looked for in {where} documents"
    rest = "" if looked == documents else "; the others were not looked through for it"
    return f"{whole}, printed in {taken}{rest}."
