"""A person's signature on a row: what it is bound to, and whether it still holds.

A signature holds for the content it was given for; an edit of the row, its cohort or its document lapses it by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from icans_evidence.audit.signatures import Signature, initials_of, read_signatures
from icans_evidence.evidence.tables import TABLES

if TYPE_CHECKING:
    import polars as pl

    from icans_evidence.evidence import Evidence

Row = Mapping[str, Any]

UNVERIFIED, VERIFIED, LAPSED = "unverified", "verified", "lapsed"
NOT_CONTENT = ("extracted_by", "line", "table")
"""Columns that a signature does not cover: who entered the row (judged apart), and where the file holds it."""
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


@dataclass(frozen=True)
class Standing:
    """Where one row stands: unverified, verified or lapsed, by whom, when (ISO day of the last), and why it lapsed.

    `fails_now` names the checks that fail now and neither failed nor flagged the row when it was signed.
    """

    row_id: str
    table: str
    status: str = UNVERIFIED
    by: tuple[str, ...] = ()
    date: str = ""
    why: str = ""
    fails_now: tuple[str, ...] = field(default=())


def row_hash(table: str, row: Row) -> str:
    """A hash of what a row says: 32 hexadecimal digits of SHA-256 over its table and every filled cell.

    Every column counts (figures as recorded and as printed, cohort, provenance, note) but `extracted_by`. Neither the
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
    from icans_evidence.evidence.schemas import types_of

    types = types_of(table)
    filled = {
        name: canonical(value, name in types and types[name].is_numeric())
        for name, value in cells.items()
        if value is not None and value != ""
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
        for name, table in TABLES.items()
        if table.located
        for row in evidence.tables[name].iter_rows(named=True)
    }
    named = [
        {row[key]: row for row in evidence.tables[name].iter_rows(named=True)}
        for name, key in (("cohorts", "cohort_id"), ("studies", "study_id"))
    ]
    return Book(rows, named[0], named[1])


def extractors_of(row: Row) -> set[str]:
    """The names in `extracted_by`, as initials are compared: capital letters without dots."""
    return {initials_of(name) for name in (row.get("extracted_by") or "").split(";")}


def standings(
    book: Book, signatures: Iterable[Signature], failing: Mapping[str, Iterable[str]] | None = None
) -> dict[str, Standing]:
    """Where each row stands, in the order of the book; `failing` names for a row the checks that fail now."""
    given: dict[str, list[Signature]] = {}
    for signature in signatures:
        given.setdefault(signature.row_id, []).append(signature)
    return {
        row_id: _standing(row_id, table, row, book, given[row_id], (failing or {}).get(row_id, ()))
        if row_id in given
        else Standing(row_id, table)
        for row_id, (table, row) in book.rows.items()
    }


def _standing(
    row_id: str, table: str, row: Row, book: Book, given: list[Signature], failing: Iterable[str]
) -> Standing:
    content, leans_on = row_hash(table, row), leans_on_hash(row, book)
    reasons = [_lapsed(signature, content, leans_on, row) for signature in given]
    holding = [signature for signature, reason in zip(given, reasons, strict=True) if not reason]
    told = holding or given
    last = max(range(len(told)), key=lambda place: (told[place].date, place))
    people = tuple(dict.fromkeys(signature.by for signature in told))
    if not holding:
        return Standing(row_id, table, LAPSED, people, told[last].date, reasons[last])
    known = set.intersection(*(set(signature.flags) for signature in holding))
    news = tuple(sorted(set(failing) - known))
    return Standing(row_id, table, VERIFIED, people, told[last].date, "", news)


def _lapsed(signature: Signature, content: str, leans_on: str, row: Row) -> str:
    """Why a signature no longer holds, in words; empty while it does."""
    if signature.content != content:
        return "the row was edited"
    if signature.leans_on != leans_on:
        return "its cohort or its document was edited"
    return "the signer is named as one who entered it" if initials_of(signature.by) in extractors_of(row) else ""


def status(evidence: Evidence) -> pl.DataFrame:
    """One line a row: `row_id`, `table`, `status` (unverified, verified, lapsed), `by`, `date`, `why`, `fails_now`.

    Signatures are those of `verification.csv` in the folder that the evidence was read from. DataError when that file
    is not as it should be.
    """
    import polars as pl

    signatures = read_signatures(evidence.root)
    failing: Mapping[str, Iterable[str]] = {}
    if signatures:
        from icans_evidence.audit.row_checks import row_checks

        failing = row_checks(evidence).failing
    found = standings(book_of(evidence), signatures, failing).values()
    columns = {
        "row_id": [s.row_id for s in found], "table": [s.table for s in found], "status": [s.status for s in found],
        "by": ["; ".join(s.by) or None for s in found], "date": [s.date or None for s in found],
        "why": [s.why or None for s in found], "fails_now": ["; ".join(s.fails_now) or None for s in found],
    }  # fmt: skip
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def shares(standing: pl.DataFrame) -> pl.DataFrame:
    """For each table, and for `all`: `rows`, and how many are `verified`, `lapsed` and `unverified`."""
    import polars as pl

    counts = [
        pl.len().cast(pl.Int64).alias("rows"),
        *((pl.col("status") == word).sum().cast(pl.Int64).alias(word) for word in (VERIFIED, LAPSED, UNVERIFIED)),
    ]
    by_table = standing.group_by("table", maintain_order=True).agg(counts)
    return pl.concat([by_table, standing.select(pl.lit("all").alias("table"), *counts)])


def signatures_without_row(evidence: Evidence) -> list[Signature]:
    """Signatures for rows that the data no longer hold."""
    present = book_of(evidence).rows
    return [signature for signature in read_signatures(evidence.root) if signature.row_id not in present]
