"""Signing rows: who may, which rows, and what stands beside the mark.

Initials are taken at their word: nobody can be kept from typing another's; the commit that carries a line tells who.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from icans_evidence.audit.signatures.checks_passed import RowChecks, row_checks
from icans_evidence.audit.signatures.signature_file import Signature, append_signatures, initials_of
from icans_evidence.audit.signatures.signature_status import extractors_of
from icans_evidence.audit.signatures.signed_content import Book, book_of, leans_on_hash, row_hash
from icans_evidence.errors import UsageError
from icans_evidence.files.faults import nearest, shown
from icans_evidence.wording import listing

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

NOBODY = ("ANON", "NONE", "ROOT", "TBD", "TEST", "USER", "XX", "XXX")
"""Words that stand for no person."""
LONGEST_NOTE = 500
ON_TRUST = (
    "Initials are taken at their word: no command can tell who types them. "
    "The commit that carries the line says whose it is."
)


@dataclass(frozen=True)
class Signed:
    """The signatures written, and those of the file that said the same already."""

    written: list[Signature]
    known: list[Signature]


def sign(
    evidence: Evidence,
    row_ids: Iterable[str],
    by: str,
    note: str = "",
    day: date | None = None,
) -> Signed:
    """Append to `verification.csv` a signature by `by` on every row named, bound to its content as it is now.

    Beside it stand the checks that the row passes and those that flag it, the article's recorded verdict among them.
    UsageError, with nothing written, for initials that are none, a note that cannot stand in a cell,
    rows that do not exist (all of them named) and rows that the signer entered himself.
    """
    person, words = checked_initials(by), checked_note(note)
    book = book_of(evidence)
    chosen = _chosen(row_ids, book)
    if own := [row_id for row_id in chosen if person in extractors_of(book.rows[row_id][1])]:
        raise UsageError(f"{person} entered {listing(own)}; nobody signs a row of his own, and nothing was signed")
    checks, today = row_checks(evidence), (day or date.today()).isoformat()
    signatures = [_signature(row_id, person, words, today, book, checks) for row_id in chosen]
    return Signed(*append_signatures(evidence.root, signatures))


def _signature(row_id: str, by: str, note: str, day: str, book: Book, checks: RowChecks) -> Signature:
    table, row = book.rows[row_id]
    flags = tuple(sorted(checks.failing.get(row_id, ())))
    return Signature(
        row_id, row_hash(table, row), leans_on_hash(row, book), by, day, checks.passed(row_id), flags, note
    )  # fmt: skip


def _chosen(row_ids: Iterable[str], book: Book) -> list[str]:
    """The rows named, each once, in their order; UsageError names every one that does not exist."""
    wanted = list(dict.fromkeys(row_id.strip().upper() for row_id in row_ids))
    if unknown := [row_id for row_id in wanted if row_id not in book.rows]:
        told = [f"{shown(row_id)} ({nearest(row_id, book.rows) or 'none is near'})" for row_id in unknown]
        raise UsageError(f"no such row: {', '.join(told)}; nothing was signed")
    if not wanted:
        raise UsageError("name at least one row, such as SEI-001")
    return wanted


def checked_initials(by: str) -> str:
    """Initials as they are kept: 2 to 5 letters in capitals; UsageError for anything else."""
    person = initials_of(by)
    if person.isalpha() and not all(unicodedata.name(letter, "").startswith("LATIN") for letter in person):
        raise UsageError(
            f"{shown(by)} are not in Latin letters, in which alone two people can be told; nothing was signed"
        )
    if not re.fullmatch(r"[^\W\d_]{2,5}", person) or person in NOBODY:
        raise UsageError(
            f"{shown(by)} are no initials of a person; allowed: 2 to 5 letters, such as JD; nothing was signed"
        )
    return person


def checked_note(note: str) -> str:
    """A note that may stand in a cell: one line of plain text; UsageError for anything else."""
    text = note.strip()
    if text != "".join(character for character in text if character.isprintable()):
        raise UsageError("the note holds a line break or an invisible character; write one line; nothing was signed")
    if re.match(r"[=+@\-]", unicodedata.normalize("NFKC", text)):
        what = f"the note begins with {text[0]}, which a spreadsheet runs as a formula"
        raise UsageError(f"{what}; begin with a word; nothing was signed")
    if "<" in text or len(text) > LONGEST_NOTE:
        raise UsageError(f"a note is plain text without < and of at most {LONGEST_NOTE} characters; nothing was signed")
    return text
