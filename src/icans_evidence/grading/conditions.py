"""What the conditions of a scale make of the findings of one person: whether it is closed, or may be.

A domain closes the scale by a closing finding unless a mask lifts it; a domain or a mask that nobody assessed may turn
out either way, and the grade is then a range that begins at 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from icans_evidence.grading.criteria import Condition
from icans_evidence.grading.scales import Grader


@dataclass(frozen=True)
class Standing:
    """The conditions that hold: the closing one, None if the scale is open; the entries that may still close it; and
    the mask that is on, None without one.
    """

    closed: Condition | None = None
    open_entries: tuple[Condition, ...] = ()
    mask: Condition | None = None


def standing(by: Grader, given: Mapping[str, str | None]) -> Standing:
    """How the conditions stand with these entries, as text by domain, None where nobody assessed it."""
    masks = [row for row in by.of_kind("mask") if _holds(by, row, given)]
    closed, open_entries = None, []
    for entry in by.of_kind("entry"):
        if any(mask.lifts == entry.domain for mask in masks):
            continue
        closing = (row for row in by.of_kind("closing") if row.domain == entry.domain)
        met = next((row for row in closing if _holds(by, row, given)), None)
        if met is None and given.get(entry.domain) is not None:
            continue
        if met is not None and not _may_be_masked(by, entry.domain, given):
            closed = closed or met
        else:
            open_entries.append(entry)
    return Standing(closed, tuple(open_entries), masks[0] if masks else None)


def _holds(by: Grader, row: Condition, given: Mapping[str, str | None]) -> bool:
    return given.get(row.domain) in row.entries(by.domains[row.domain])


def _may_be_masked(by: Grader, domain: str, given: Mapping[str, str | None]) -> bool:
    """Whether a mask of another domain, which nobody assessed, could lift the closing of this one."""
    return any(row.lifts == domain and given.get(row.domain) is None for row in by.of_kind("mask"))
