"""What a signature and a verdict are bound to: the content of a row, and what the row leans on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

Row = Mapping[str, Any]

NOT_CONTENT = ("extracted_by", "second_reading", "line", "table")
"""Columns that a signature does not cover: who entered or looked at the row (judged apart), where the file holds it."""
COHORT_CONTENT = ("study_id", "population", "product", "target", "disease", "age_group", "n_treated", "scale", "origin")
"""What a row leans on in its cohort: who the patients are. Labels, notes and overlaps may be mended freely."""
STUDY_CONTENT = ("title", "authors", "year", "doi", "pmid", "about", "document", "notice")
"""What a row leans on in a document: which one it is, what was read of it, and that it was corrected or retracted."""
_NOTICES_THAT_COUNT = ("corrected", "retracted")


@dataclass(frozen=True)
class Book:
    """Rows by their id (table and cells), cohorts and studies by theirs: typed, or texts as a CSV holds them."""

    rows: Mapping[str, tuple[str, Row]]
    cohorts: Mapping[str, Row]
    studies: Mapping[str, Row]


def row_hash(table: str, row: Row) -> str:
    """A hash of what a row says: 32 hexadecimal digits of SHA-256 over its table and every filled cell.

    Every column counts (figures as recorded and as printed, cohort, provenance, note) but `extracted_by` and
    `second_reading`. Neither the
    order of the columns nor an empty one matters, so a column added later lapses nothing until it is filled. 20, 20.0
    and the text "20" of a numeric column are one number; in a column of text, "20.0" and "20" are two things.
    """
    return _hash(table, {name: value for name, value in row.items() if name not in NOT_CONTENT})


def leans_on_hash(row: Row, book: Book) -> str:
    """A hash of what a row leans on: its cohort, the study of that cohort and the document it was read in."""
    cohort = book.cohorts.get(row.get("cohort_id") or "", {})
    parts = [_hash("cohorts", {name: cohort.get(name) for name in COHORT_CONTENT})]
    for study_id in (cohort.get("study_id"), row.get("read_in")):
        study = book.studies.get(study_id or "", {})
        cells = {name: study.get(name) for name in STUDY_CONTENT}
        if cells["notice"] not in _NOTICES_THAT_COUNT:
            cells["notice"] = None
        parts.append(_hash("studies", cells))
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def _hash(table: str, cells: Row) -> str:
    from icans_evidence.evidence.schemas import numeric_columns

    numbers = numeric_columns()
    filled = {
        name: canonical(value, name in numbers) for name, value in cells.items() if value is not None and value != ""
    }
    text = json.dumps([table, sorted(filled.items())], ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def canonical(value: Any, numeric: bool) -> str:
    """A cell as one text, whether typed or read from a CSV: true, 20, 0.5; a text that is no number stays itself."""
    if isinstance(value, bool):
        return str(value).lower()
    if not numeric:
        return str(value)
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return str(value)


def book_of(evidence: Evidence) -> Book:
    """The rows, cohorts and studies of the evidence."""
    rows = {
        row["row_id"]: (name, row)
        for name in evidence.vocabulary.located
        for row in evidence.tables[name].iter_rows(named=True)
    }
    named = [
        {row[key]: row for row in evidence.tables[name].iter_rows(named=True)}
        for name, key in (("cohorts", "cohort_id"), ("studies", "study_id"))
    ]
    return Book(rows, named[0], named[1])
