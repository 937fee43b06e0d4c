"""Who has signed what, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icans_evidence.figures.display import Shown
from icans_evidence.figures.tables.evidence_tables import great
from icans_evidence.summaries.signature_shares import by_table

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

LABELS = {
    "table": "Table", "rows": "Rows", "verified": "Verified", "lapsed": "Lapsed", "unverified": "Unverified",
    "share": "Share verified",
}  # fmt: skip
NOTE = "A signature holds for the row as it was signed; an edit of the row, its cohort or its document lapses it."


def signoff_table(evidence: Evidence) -> Shown:
    """The shares by table as a Great Table."""
    return great(by_table(evidence), "signoff", LABELS, note=NOTE, figures=tuple(LABELS)[1:])
