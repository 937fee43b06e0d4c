"""Consistency without the article: what the data say against themselves, told as findings for a person to settle.

Every check is one named function with its sentence in RULES; none corrects anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from icans_evidence.audit.consistency import (  # fmt: skip
    bounds,
    claims,
    denominators,
    disagreements,
    doses,
    duplicates,
    extraction_passes,
    identifiers,
    intervals,
    locations,
    looked_for,
    parts_and_wholes,
    percentages,
    plausibility,
    printed_form,
    register,
    sources,
    statistics,
    units,
)
from icans_evidence.audit.consistency.ground import RULES, Ground, Rule, Told
from icans_evidence.audit.findings import Finding
from icans_evidence.evidence import Evidence
from icans_evidence.printed.figures import numbers_in

__all__ = ["RULES", "Rule", "findings"]

ROOMS = (
    printed_form, bounds, statistics, units, percentages, parts_and_wholes, denominators, intervals, disagreements,
    claims, doses, plausibility, locations, sources, identifiers, duplicates, register, extraction_passes, looked_for,
)  # fmt: skip
_ORDER = {room.__name__: position for position, room in enumerate(ROOMS)}
RULES.sort(key=lambda rule: _ORDER[rule.run.__module__])


def findings(evidence: Evidence, rules: Iterable[Rule] = RULES) -> list[Finding]:
    """Everything that the checks (all of RULES, unless some are named) tell, in the order of table, line and rule."""
    ground = Ground(evidence)
    told = [finding for rule in rules for tale in rule.run(ground) for finding in _told(rule, tale, ground)]
    return sorted(set(told), key=lambda found: (found.table, found.line, found.rule, found.column, found.value))


def _told(rule: Rule, tale: Told, ground: Ground) -> list[Finding]:
    if tale.rows.is_empty():
        return []
    found = []
    for row in tale.rows.iter_rows(named=True):
        value = row.get("value") if tale.column not in row else row[tale.column]
        text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        entry = _entry(rule, row["row_id"] or "", text, ground)
        place = (row["file"], row["line"], row["row_id"] or "")
        found.append(Finding(rule.name, tale.severity, *place, tale.column, text, tale.say(row), entry))
    return found


def _entry(rule: Rule, row_id: str, value: str, ground: Ground) -> str:
    """The register entry that names this row for a matter of this rule, and speaks of the value if that is a figure."""
    entries = ground.register.get(row_id, [])
    wanted = set(numbers_in(value)) if entries else set()
    found = (entry for entry in entries if entry.category in rule.settled_by and wanted <= entry.figures)
    return next((entry.name for entry in found), "")
