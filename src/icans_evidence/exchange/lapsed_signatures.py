"""Signatures that a change of the data would lapse: rows verified by a person before it and no longer after it.

A row loses its signature by its own edit and by an edit of its cohort or document; both count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from icans_evidence.audit.signatures.signature_status import VERIFIED, status

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


@dataclass(frozen=True)
class Lapse:
    """A row that loses its signature, who signed it, on which day, and why it is lost."""

    row_id: str
    table: str
    by: str
    day: str
    why: str

    def fault(self, place: str) -> str:
        """What is said when no reason was given."""
        return (
            f"{place}: {self.row_id} was signed by {self.by} on {self.day}, and {self.why}; say why with --reason TEXT"
        )


def lapses(before: Evidence | None, after: Evidence) -> list[Lapse]:
    """The rows verified in `before` that are not in `after`, in the order of the tables.

    Where the data before it could not be read, every row with a signature counts as verified.
    """
    found = status(before or after).iter_rows(named=True)
    old = {row["row_id"]: row for row in found if row["status"] == VERIFIED or (before is None and row["by"])}
    if not old:
        return []
    new = {row["row_id"]: row for row in status(after).iter_rows(named=True)}
    return [
        Lapse(row_id, row["table"], row["by"], row["date"], new.get(row_id, {}).get("why") or "it was removed")
        for row_id, row in old.items()
        if new.get(row_id, {}).get("status") != VERIFIED
    ]
