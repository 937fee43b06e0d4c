"""A person's signature on a row: what it is bound to, and whether it still holds.

A signature holds for the content it was given for; an edit of the row, its cohort or its document lapses it by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from icans_evidence.audit.signatures.signature_file import FILE, Signature, initials_of, read_signatures
from icans_evidence.audit.signatures.signed_content import Book, Row, book_of, leans_on_hash, row_hash

if TYPE_CHECKING:
    import polars as pl

    from icans_evidence.evidence import Evidence

UNVERIFIED, VERIFIED, LAPSED = "unverified", "verified", "lapsed"


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
        from icans_evidence.audit.signatures.checks_passed import row_checks

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
    signatures = read_signatures(evidence.root)
    present = book_of(evidence).rows if signatures else {}
    return [signature for signature in signatures if signature.row_id not in present]


def orphaned(evidence: Evidence) -> list[str]:
    """A line for each signature whose row is gone: which, by whom, and what may have happened."""
    return [
        f"{FILE}: {one.row_id}, signed by {one.by} on {one.date}, is a row no longer; "
        "bring it back, or say in the commit why it went"
        for one in signatures_without_row(evidence)
    ]
