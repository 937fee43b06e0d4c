"""How far an outcome was looked for: in which documents, and what a range or pool over it may therefore leave out.

What is summed up over documents in which nobody looked is a selection; it says so wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence import wording
from icans_evidence.summaries.result import Result

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


def core_of(evidence: Evidence, table: str, outcome: str) -> str:
    """The core outcome that an outcome answers, if the project's matrix holds it; else ""."""
    declared = evidence.vocabulary.outcome(table, outcome)
    return declared.core if declared is not None and declared.core in looked_counts(evidence) else ""


def taken_from(evidence: Evidence, table: str, outcome: str) -> str:
    """A sentence, with a blank before it, on how far an outcome was looked for; empty where a project has no matrix."""
    if not looked_counts(evidence):
        return ""
    core = core_of(evidence, table, outcome)
    return f" {_sentence(evidence, core)}" if core else NOT_EVERYWHERE


def _sentence(evidence: Evidence, core: str) -> str:
    taken, looked, documents = looked_counts(evidence)[core]
    where = f"all {documents}" if looked == documents else f"{looked} of {documents}"
    if documents == 1:
        return f"{wording.capital(evidence.vocabulary.core[core])}: looked for in the one document, printed in {taken}."
    rest = "" if looked == documents else "; the others were not looked through for it"
    words = wording.capital(evidence.vocabulary.core[core])
    return f"{words}: looked for in {where} documents, printed in {taken}{rest}."


def looked_results(evidence: Evidence) -> Iterator[Result]:
    """For each core outcome in how many documents it was looked for and printed."""
    for core in evidence.vocabulary.core:
        if core in looked_counts(evidence):
            taken, looked, documents = looked_counts(evidence)[core]
            where = f"all {documents}" if looked == documents else f"{looked} of {documents}"
            yield Result(
                result_id=f"looked.{core}", statistic="count", outcome=core, estimate=float(looked), unit="documents",
                n_events=taken, n_total=documents, method="counted over looked_for.csv",
                phrase=f"{where}, printed in {taken}", sentence=_sentence(evidence, core),
            )  # fmt: skip
