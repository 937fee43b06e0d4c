"""The state of the data: how much there is, where it was read and what is disputed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.summaries.result import Result

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

OWN_DOCUMENTS = ("article", "abstract", "letter", "publisher_page", "journal_table", "meeting_abstract")
"""Documents by a study's own authors, in whole or in part."""


def all_rows(evidence: Evidence) -> pl.DataFrame:
    """Every data row of every file with its `table`, in the order of the files; columns a file lacks are null."""
    frames = [evidence.tables[name].with_columns(table=pl.lit(name)) for name in evidence.vocabulary.located]
    return pl.concat(frames, how="diagonal_relaxed")


def state_of_data(evidence: Evidence) -> Iterator[Result]:
    """Counts that the first page shows: studies, figures, where they were read, open discrepancies."""
    rows = all_rows(evidence)
    kinds = rows.join(
        evidence.studies.select(read_in="study_id", document="document", about="about"), on="read_in", how="left"
    )
    own = pl.col("about").is_null() & pl.col("document").is_in(OWN_DOCUMENTS)
    in_paper = kinds.filter(~pl.col("in_review") & own).height
    in_review = int(rows["in_review"].sum())
    opened = evidence.discrepancies.filter(pl.col("outcome") == "open").height
    counts = {
        "studies": (evidence.cohorts["study_id"].n_unique(), "studies with figures"),
        "documents": (rows["read_in"].n_unique(), "documents read"),
        "figures": (rows.height, "figures extracted"),
        "in_review": (in_review, "figures that the review states"),
        "added": (rows.height - in_review, "figures added from other documents"),
        "in_paper": (in_paper, "figures read in a paper or its abstract itself"),
        "open_discrepancies": (opened, "open discrepancies"),
        "discrepancies": (evidence.discrepancies.height, "discrepancies on record"),
    }
    for name, (count, words) in counts.items():
        yield _count(name, count, words)
    share = in_paper / rows.height if rows.height else None
    phrase = "none" if share is None else wording.percent(share)
    told = "none, as there is no figure yet" if share is None else f"{phrase} of the figures"
    yield replace(
        _count("share_in_paper", in_paper, ""), estimate=share, unit="proportion", phrase=phrase,
        sentence=f"Read in a paper or its abstract itself: {told}.",
    )  # fmt: skip


def _count(name: str, count: int, words: str) -> Result:
    return counted_result(f"state.{name}", count, f"{wording.capital(words)}: {count:,}.")


def counted_result(result_id: str, count: int, sentence: str) -> Result:
    """A result that is a count over the rows, told by its sentence."""
    return Result(
        result_id=result_id, statistic="count", outcome=result_id.partition(".")[2], estimate=float(count),
        unit="count", method="counted over the rows", phrase=f"{count:,}", sentence=sentence,
    )  # fmt: skip


def place_of(row: dict[str, Any]) -> str:
    """Where in its document a row was read: section and sentence, or the locator; "" for a center's own records."""
    return f"{row['section']}, sentence {row['sentence']}" if row.get("section") else row.get("locator") or ""
