"""Which entry of the register of discrepancies explains a difference between a row and its sentence.

It must name the row and give what the row holds as the reading taken, where the sentence prints something else: an
entry that records the figures as printed, or that is about something else, excuses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from icans_evidence.audit.row_checks.figures_of_row import Difference
from icans_evidence.audit.row_checks.held_figures import Row
from icans_evidence.printed.sentence import Reading

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


class Register:
    """The entries of the register by the rows they name."""

    def __init__(self, evidence: Evidence) -> None:
        self.naming: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for entry in evidence.discrepancies.iter_rows(named=True):
            for row_id in (entry["rows"] or "").split(";"):
                self.naming[row_id.strip()].append(entry)

    def explaining(self, row: Row, differences: Iterable[Difference]) -> str:
        """The entry that names the row and gives each held figure as the reading taken, or an empty text."""
        told = [difference for difference in differences if difference.column != "fingerprint"]
        for entry in self.naming.get(row["row_id"], []):
            if told and all(_taken_instead(difference, entry) for difference in told):
                return str(entry["discrepancy_id"])
        return ""


def _taken_instead(difference: Difference, entry: Mapping[str, Any]) -> bool:
    """Whether an entry gives a held figure as its reading, and not as what is printed."""
    figures = _values(difference.held)
    there = _values(entry["printed"])
    told = bool(there & _values(difference.printed)) and difference.column not in ("section", "relation")
    return told and bool(figures) and figures <= _values(entry["reading"]) and not figures & there


@lru_cache(maxsize=1_000)
def _values(text: str) -> frozenset[Decimal]:
    digits = (figure for figure in Reading(text).figures if any(letter.isdigit() for letter in figure.text))
    return frozenset(value for figure in digits for value in figure.values)
