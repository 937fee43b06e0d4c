"""A row of a document without fingerprints against the document's whole text: its figures as reported, anywhere.

That is weaker than a sentence: figures that stand apart in the text count as found, and the verdict says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from icans_evidence.audit.row_checks.figures_of_row import Difference
from icans_evidence.audit.row_checks.held_figures import Row
from icans_evidence.audit.row_checks.reported_parts import parts
from icans_evidence.printed.figures import digits_printed

if TYPE_CHECKING:
    from icans_evidence.audit.source.sentence_index import Copy


def not_in_whole(copy: Copy, row: Row) -> list[Difference]:
    """The parts of `reported` whose figures no sentence of the copy holds together."""
    return list(_missing(copy, row))


def _missing(copy: Copy, row: Row) -> Iterator[Difference]:
    for part in parts(row["reported"]):
        numbers = digits_printed(part.text)
        if numbers and not copy.hold_together(numbers):
            yield Difference("reported", "", part.text, "no sentence of the document holds these figures together")
