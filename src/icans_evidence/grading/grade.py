"""The grade of one person at one time, on any scale of the rules.

The grade is the worst that any assessed domain reaches, unless a condition of the scale closes it; a domain that was
not assessed is never taken as normal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from icans_evidence.errors import UsageError
from icans_evidence.grading import conditions, entries
from icans_evidence.grading.criteria import Caution, Scale
from icans_evidence.grading.scales import Grader, grader
from icans_evidence.grading.sentences import NOTHING, Reading, deciding, ends, sentence


@dataclass(frozen=True)
class Grade:
    """A grade as the range that the findings allow, `decided_by` the domains that reach its lower end.

    `cautions` are codes of rules/cautions.csv, whose texts stand in the sentence; `attribution` is what a clinician has
    to judge beside the grade and belongs to every result; `severe_from` is the lowest severe grade of the scale.
    Grade 5 (death) is an outcome and is never returned.
    """

    minimum: int
    maximum: int
    decided_by: tuple[str, ...]
    unassessed: tuple[str, ...]
    sentence: str
    attribution: str = ""
    cautions: tuple[str, ...] = ()
    severe_from: int | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing that is still unknown could change the grade."""
        return self.minimum == self.maximum

    @property
    def grade(self) -> int | None:
        """The grade, or None unless it is final."""
        return self.minimum if self.is_final else None

    @property
    def severity(self) -> str | None:
        """none (0), mild or severe; None unless both ends of the range share it, or where the scale has no such
        words.
        """
        if self.severe_from is None:
            return None
        low, high = (_severity(end, self.severe_from) for end in (self.minimum, self.maximum))
        return low if low == high else None


IcansGrade = CrsGrade = Grade


def _severity(grade: int, severe_from: int) -> str:
    return "none" if grade == 0 else "severe" if grade >= severe_from else "mild"


def grade_icans(
    findings: Mapping[str, Any], age_years: float | str | None = None, developmental_delay: bool | None = None
) -> Grade:
    """The ICANS grade (ASTCT 2019) of findings made at one time.

    `findings` maps ice (0 to 10, or an `IceScore`) or capd (0 to 32, or "unable"), consciousness, seizure,
    motor and edema to codes of the criteria; None, "" or absent means that nobody assessed it. ICE is for
    12 years and over, CAPD for younger ones or for older ones with developmental delay; without an age the
    instrument given decides; with no score either, the only one named in `findings` ({"capd": None}), CAPD
    with developmental delay, else ICE: the sentence says what was assumed. UsageError names what is allowed.
    """
    return grade_scale("icans", findings, age_years, developmental_delay)


def grade_crs(findings: Mapping[str, Any]) -> Grade:
    """The CRS grade (ASTCT 2019) of fever, hypotension and hypoxia, each a code of rules/astct2019_crs.csv, None if
    not assessed.

    fever: no, masked_by_treatment, yes. hypotension: none, no_vasopressor, one_vasopressor,
    multiple_vasopressors. hypoxia: none, low_flow, high_flow, positive_pressure. Fever, or treatment that masks it, is
    the entry: without it the grade is 0 whatever else was found. An unassessed fever may be absent, so the range then
    begins at 0. Organ toxicity is not counted. UsageError names what is allowed.
    """
    return grade_scale("crs", findings)


def grade_scale(
    scale: str,
    findings: Mapping[str, Any],
    age_years: float | str | None = None,
    developmental_delay: bool | None = None,
    rules: Path | None = None,
) -> Grade:
    """The grade of findings made at one time on the scale of this name in rules/scales.csv: icans, crs.

    `findings` maps the domains of the scale to codes of its criteria, or to numbers; None, "" or absent means that
    nobody assessed it. Age and delay are asked for only where a scale has an instrument for each age. `rules` is the
    folder of the tables, ours by default. UsageError names what is allowed, DataError what is wrong with the tables.
    """
    by = grader(scale, rules)
    entries.refuse_unknown(findings, by.domains)
    person, faults = entries.checked_person(by, age_years, developmental_delay)
    readings, more = entries.read_findings(by, findings, person)
    if faults or more:
        raise UsageError("; ".join([*faults, *more]))
    used = by.scale_with(readings[0].domain)
    standing = conditions.standing(by, {code: entries.as_text(findings.get(code)) for code in by.domains})
    counted, main = _told(readings, standing, used)
    minimum, maximum = ends(counted)
    carried = [row for row in by.cautions if _carries(by, row, readings, findings, minimum)]
    texts = [main, *(row.text for row in carried), *_instrument_notes(by, readings[0], person)]
    return Grade(
        minimum,
        maximum,
        tuple(reading.domain for reading in deciding(counted)),
        tuple(reading.domain for reading in readings if reading.missing),
        main if main == NOTHING else " ".join(texts),
        used.about.attribution,
        tuple(row.code for row in carried),
        used.about.severe_from,
    )


def _told(readings: list[Reading], standing: conditions.Standing, used: Scale) -> tuple[list[Reading], str]:
    """The readings with the grades that count under the conditions, and the sentence on them."""
    found = any(reading.low for reading in readings)
    if standing.closed is not None:
        others = f" {standing.closed.text_with_others}" if found and standing.closed.text_with_others else ""
        return [replace(reading, low=0, high=0) for reading in readings], f"Grade 0: {standing.closed.text}.{others}"
    zero = standing.mask.text if standing.mask else ""
    if not standing.open_entries:
        return readings, sentence(readings, used.about, zero)
    counted = [replace(reading, low=0) for reading in readings]
    main = sentence(counted, used.about, zero)
    more = [row.text_with_others for row in standing.open_entries] if found and main != NOTHING else []
    return counted, " ".join([main, *more])


def _carries(by: Grader, row: Caution, readings: Sequence[Reading], findings: Mapping[str, Any], minimum: int) -> bool:
    scale = by.scale(row.scale)
    numbers = scale.domain(row.domain).entries("", row.score_min, row.score_max)
    return (
        any(reading.domain == row.domain for reading in readings)
        and entries.as_text(findings.get(row.domain)) in numbers
        and entries.as_text(findings.get(row.with_domain)) == row.with_finding
        and row.allows(minimum, scale)
    )


def _instrument_notes(by: Grader, score: Reading, person: entries.Person) -> list[str]:
    """By which instrument it was graded or is to be completed if no age was given; with an age, that another one is
    meant for the person too.
    """
    if not by.instruments:
        return []
    used = by.scores[score.domain]
    if person.age_years is None:
        verb = "graded by" if score.words else "to be completed by"
        return [f"Age not given: {verb} {used.words}, which is for {by.groups(used.code)}."]
    others = [row for row in person.instruments(by) if row.developmental_delay and row.instrument != used.code]
    better = [by.scores[row.instrument].words for row in others] if score.words else []
    return [f"With developmental delay {words} may fit better than {used.words}." for words in better]


def grade_answer(
    findings: Mapping[str, Any],
    age_years: float | str | None = None,
    developmental_delay: bool | None = None,
    scale: str = "icans",
) -> dict[str, Any]:
    """`grade_scale` as plain values for JSON; `attribution` is what a clinician has to judge beside the
    grade.
    """
    result = grade_scale(scale, findings, age_years, developmental_delay)
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
