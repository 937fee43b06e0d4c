"""The CRS grade (ASTCT 2019) of one person at one time.

Fever, or treatment that masks it, is the entry; then the worse of hypotension and hypoxia decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from icans_evidence.errors import UsageError
from icans_evidence.grading import entries, problems
from icans_evidence.grading.criteria import CRS, scale
from icans_evidence.grading.grade import GradeRange
from icans_evidence.grading.sentences import CRS_ATTRIBUTION, NOTHING, Reading, deciding, ends, sentence

ENTRY, CLOSED, MASKED = "fever", "no", "masked_by_treatment"
ZERO = "neither fever nor hypotension nor hypoxia"
MASKED_ZERO = "fever masked by treatment, with neither hypotension nor hypoxia"
NO_ENTRY = "Grade 0: no fever, and nothing given that would mask it."
OTHER_CAUSE = " Hypotension and hypoxia without fever are not graded as CRS: look for another cause."


@dataclass(frozen=True)
class CrsGrade(GradeRange):
    """A CRS grade; without fever it is 0 whatever the other findings are."""

    @property
    def attribution(self) -> str:
        """What a clinician has to judge beside the grade; belongs to every result."""
        return CRS_ATTRIBUTION


def grade_crs(findings: Mapping[str, Any]) -> CrsGrade:
    """The CRS grade of fever, hypotension and hypoxia, each a code of rules/astct2019_crs.csv, None if not
    assessed.

    fever: no, masked_by_treatment, yes. hypotension: none, no_vasopressor, one_vasopressor,
    multiple_vasopressors. hypoxia: none, low_flow, high_flow, positive_pressure. An unassessed fever may be
    absent, so the range then begins at 0. Organ toxicity is not counted. UsageError names what is allowed.
    """
    domains = scale(CRS).domains
    entries.refuse_unknown(findings, [domain.code for domain in domains])
    read = {domain.code: entries.read_domain(domain, findings.get(domain.code)) for domain in domains}
    if faults := [problems.not_allowed(domain) for domain in domains if read[domain.code] is None]:
        raise UsageError("; ".join(faults))
    readings = [reading for reading in read.values() if reading is not None]
    missing = tuple(reading.domain for reading in readings if reading.missing)
    if findings.get(ENTRY) == CLOSED:
        return CrsGrade(0, 0, (), missing, _without_fever(readings))
    if ENTRY in missing:
        return _fever_unknown(readings, missing)
    minimum, maximum = ends(readings)
    decided_by = tuple(reading.domain for reading in deciding(readings))
    zero = ZERO if findings.get(ENTRY) != MASKED else MASKED_ZERO
    return CrsGrade(minimum, maximum, decided_by, missing, sentence(readings, zero))


def _fever_unknown(readings: list[Reading], missing: tuple[str, ...]) -> CrsGrade:
    _, maximum = ends(readings)
    others = [Reading(r.domain, 0, r.high, r.words, r.missing) for r in readings]
    told = sentence(others, ZERO)
    found = any(reading.low for reading in readings)
    more = " Without fever, and nothing that masks it, the other findings are not CRS." if found else ""
    return CrsGrade(0, maximum, (), missing, told if told == NOTHING else told + more)


def _without_fever(readings: list[Reading]) -> str:
    return NO_ENTRY + (OTHER_CAUSE if any(reading.low for reading in readings) else "")
