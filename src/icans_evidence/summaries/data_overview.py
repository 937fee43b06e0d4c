"""The state of the data: how much there is, where it was read and what is disputed."""

from __future__ import annotations

import re
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
    yield from second_readings(rows)
    share = in_paper / rows.height if rows.height else None
    phrase = "none" if share is None else wording.percent(share)
    told = "none, as there is no figure yet" if share is None else f"{phrase} of the figures"
    yield replace(
        _count("share_in_paper", in_paper, ""), estimate=share, unit="proportion", phrase=phrase,
        sentence=f"Read in a paper or its abstract itself: {told}.",
    )  # fmt: skip


SECOND_READINGS = {
    "agrees": "added figures that an independent second reader found the same",
    "differs": "added figures that an independent second reader found otherwise",
    "none": "added figures not read a second time",
}
"""What became of a figure that the review does not state; those that it states were read by two passes."""


def second_readings(rows: pl.DataFrame) -> Iterator[Result]:
    """How many figures of other documents an independent second reading found the same, otherwise, or did not read."""
    others = rows.filter(~pl.col("in_review"))
    found = others["second_reading"].fill_null("none")
    for name, words in SECOND_READINGS.items():
        yield _count(f"second_reading.{name}", int((found == name).sum()), words)


def second_reading_words(row: dict[str, Any]) -> str:
    """What became of a figure's second reading; two passes read those that the review states."""
    if row["in_review"]:
        return "read by two passes"
    return {"agrees": "found the same", "differs": "found otherwise"}.get(row.get("second_reading") or "", "none yet")


def _count(name: str, count: int, words: str) -> Result:
    return counted_result(f"state.{name}", count, f"{wording.capital(words)}: {count:,}.")


def counted_result(result_id: str, count: int, sentence: str) -> Result:
    """A result that is a count over the rows, told by its sentence."""
    return Result(
        result_id=result_id, statistic="count", outcome=result_id.partition(".")[2], estimate=float(count),
        unit="count", method="counted over the rows", phrase=f"{count:,}", sentence=sentence,
    )  # fmt: skip


def document_words(evidence: Evidence, study_id: str) -> str:
    """A document by its first author and year, else by the start of its title, else by its id."""
    found = evidence.studies.filter(pl.col("study_id") == study_id)
    row = found.row(0, named=True) if found.height else {}
    author = _INITIALS.sub("", re.split(r"[;,]", row.get("authors") or "")[0].strip())
    if author:
        return f"{author} {row['year'] or ''}".strip()
    return shortened(row.get("title") or study_id, LONGEST_TITLE)


def shortened(title: str, most: int) -> str:
    """A title, or its first words where it is longer than `most` letters."""
    return title if len(title) <= most else title[:most].rsplit(" ", 1)[0].rstrip(",;:") + " …"


LONGEST_TITLE = 60
_INITIALS = re.compile(r"\s+[A-Z]{1,5}$")


def place_of(row: dict[str, Any]) -> str:
    """Where in its document a row was read: section and sentence, or the locator; "" for a center's own records."""
    return f"{row['section']}, sentence {row['sentence']}" if row.get("section") else row.get("locator") or ""
