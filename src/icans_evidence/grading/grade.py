"""The ICANS grade of one person at one time.

The grade is the worst that any assessed domain reaches; a domain that was not assessed is never taken as
normal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from icans_evidence.errors import UsageError
from icans_evidence.grading import entries, problems
from icans_evidence.grading.criteria import SCORES, Caution, Instrument, cautions, shared_domains
from icans_evidence.grading.sentences import ATTRIBUTION, NOTHING, Reading, deciding, ends, sentence

SEVERITIES = ("none", "mild", "mild", "severe", "severe")
ZERO = "no sign of ICANS in any of the five domains"


@dataclass(frozen=True)
class GradeRange:
    """A grade from 0 to 4 as the range that the findings allow, `decided_by` the domains that reach its
    lower end.

    Grade 5 (death) is an outcome and is never returned.
    """

    minimum: int
    maximum: int
    decided_by: tuple[str, ...]
    unassessed: tuple[str, ...]
    sentence: str

    @property
    def is_final(self) -> bool:
        """Whether nothing that is still unknown could change the grade."""
        return self.minimum == self.maximum

    @property
    def grade(self) -> int | None:
        """The grade, or None unless it is final."""
        return self.minimum if self.is_final else None

    @property
    def attribution(self) -> str:
        """What a clinician has to judge beside the grade; belongs to every result."""
        return ATTRIBUTION


@dataclass(frozen=True)
class IcansGrade(GradeRange):
    """An ICANS grade; `cautions` are codes of rules/cautions.csv, whose texts stand in the sentence."""

    cautions: tuple[str, ...] = ()

    @property
    def severity(self) -> str | None:
        """none (0), mild (1 and 2) or severe (3 and 4); None unless both ends of the range share it."""
        low, high = SEVERITIES[self.minimum], SEVERITIES[self.maximum]
        return low if low == high else None


def grade_icans(
    findings: Mapping[str, Any], age_years: float | str | None = None, developmental_delay: bool | None = None
) -> IcansGrade:
    """The ICANS grade (ASTCT 2019) of findings made at one time.

    `findings` maps ice (0 to 10, or an `IceScore`) or capd (0 to 32, or "unable"), consciousness, seizure,
    motor and edema to codes of the criteria; None, "" or absent means that nobody assessed it. ICE is for
    12 years and over, CAPD for younger ones or for older ones with developmental delay; without an age the
    instrument given decides; with no score either, the only one named in `findings` ({"capd": None}), CAPD
    with developmental delay, else ICE: the sentence says what was assumed. UsageError names what is allowed.
    """
    domains = [domain.code for domain in shared_domains()]
    entries.refuse_unknown(findings, [*SCORES, *domains])
    person, faults = entries.checked_person(age_years, developmental_delay)
    readings, more = entries.read_findings(findings, person)
    if faults or more:
        raise UsageError("; ".join([*faults, *more]))
    minimum, maximum = ends(readings)
    carried = [row for row in cautions() if _carries(row, readings[0], findings, minimum)]
    texts = [
        sentence(readings, ZERO),
        *(row.text for row in carried),
        *_instrument_notes(readings[0], person),
    ]
    return IcansGrade(
        minimum,
        maximum,
        tuple(reading.domain for reading in deciding(readings)),
        tuple(reading.domain for reading in readings if reading.missing),
        texts[0] if texts[0] == NOTHING else " ".join(texts),
        tuple(row.code for row in carried),
    )


def _carries(row: Caution, score: Reading, findings: Mapping[str, Any], minimum: int) -> bool:
    instrument = next(one for one in entries.one_row_each() if one.scale == row.scale).instrument
    entry = entries.as_entry_or_score(findings.get(instrument))
    return (
        score.domain == instrument
        and entry in {text for n in row.scores for text in (str(n), f"{n}.0")}
        and findings.get("consciousness") == row.consciousness
        and row.allows(minimum)
    )


def _instrument_notes(score: Reading, person: entries.Person) -> list[str]:
    """By which instrument it was graded or is to be completed if no age was given; with an age, that another one is
    meant for the person too.
    """
    used = next(row for row in entries.one_row_each() if row.instrument == score.domain)
    if person.age_years is None:
        verb = "graded by" if score.words else "to be completed by"
        return [f"Age not given: {verb} {used.label}, which is for {problems.groups(used.instrument)}."]
    return [_better_instrument(used, row) for row in _meant_for_delay(used, person)] if score.words else []


def _meant_for_delay(used: Instrument, person: entries.Person) -> Sequence[Instrument]:
    return [row for row in person.instruments() if row.developmental_delay and row.instrument != used.instrument]


def _better_instrument(used: Instrument, other: Instrument) -> str:
    return f"With developmental delay {other.label} may fit better than {used.label}."


def grade_answer(
    findings: Mapping[str, Any], age_years: float | str | None = None, developmental_delay: bool | None = None
) -> dict[str, Any]:
    """`grade_icans` as plain values for JSON; `attribution` is what a clinician has to judge beside the
    grade.
    """
    result = grade_icans(findings, age_years, developmental_delay)
    return {
        "grade": result.grade,
        "minimum": result.minimum,
        "maximum": result.maximum,
        "is_final": result.is_final,
        "decided_by": list(result.decided_by),
        "unassessed": list(result.unassessed),
        "severity": result.severity,
        "sentence": result.sentence,
        "attribution": result.attribution,
    }
