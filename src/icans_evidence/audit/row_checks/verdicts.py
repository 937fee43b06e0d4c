"""A verdict on a row against its sentence, and what it is made of.

A row whose document was not given is not checkable: that is said and counted, and never taken as agreement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from icans_evidence.audit.row_checks.figures_of_row import Difference

AGREES, DISAGREES, MOVED, NOT_FOUND, NOT_CHECKABLE = VERDICTS = (
    "agrees", "disagrees", "moved", "not_found", "not_checkable",
)  # fmt: skip


@dataclass(frozen=True)
class RowVerdict:
    """What became of one row: verdict, where its sentence stands, what is printed, what is held, and why.

    `line` is the line in the table's file; `section` and `sentence` are those of the copy where it was found, otherwise
    those the row gives; `register` is the discrepancy that explains the difference, or empty; `text` is the sentence
    from the reader's copy, for his eyes only.
    """

    row_id: str
    table: str
    line: int
    study: str
    verdict: str
    section: str = ""
    sentence: int | None = None
    printed: str = ""
    held: str = ""
    reason: str = ""
    register: str = ""
    differences: tuple[Difference, ...] = ()
    text: str = field(default="", repr=False)

    @property
    def is_open(self) -> bool:
        """Whether a person has to look: neither agreement, nor named by the register, nor out of reach."""
        return self.verdict not in (AGREES, NOT_CHECKABLE) and not self.register


@dataclass(frozen=True)
class Uncovered:
    """A sentence of the copy with figures that no row and no reason accounts for."""

    section: str
    sentence: int
    figures: tuple[str, ...]
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Walk:
    """Both ways at once: a verdict for every row, and the sentences whose figures have no row."""

    rows: list[RowVerdict]
    uncovered: list[Uncovered]
    digests: Mapping[str, str]

    def open_rows(self) -> list[RowVerdict]:
        """The rows that a person has to look at."""
        return [row for row in self.rows if row.is_open]

    def counts(self) -> dict[str, int]:
        """How many rows have each verdict."""
        return {name: sum(row.verdict == name for row in self.rows) for name in VERDICTS}
