"""What was entered for one person, read against the criteria.

An entry is taken exactly as allowed or refused: no spelling is repaired and nothing is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from icans_evidence.errors import UsageError
from icans_evidence.grading import problems
from icans_evidence.grading.criteria import Domain, Instrument
from icans_evidence.grading.ice import IceScore
from icans_evidence.grading.scales import Grader
from icans_evidence.grading.sentences import Reading
from icans_evidence.wording import listing

REFUSED = object()


@dataclass(frozen=True)
class Person:
    """Whom a score is for; None where age or delay is not known."""

    age_years: float | None
    developmental_delay: bool | None

    def instruments(self, by: Grader) -> tuple[Instrument, ...]:
        """The instruments meant for this person; all of them while the age is not known."""
        if self.age_years is None:
            return by.first_rows
        return tuple(row for row in by.instruments if row.fits(self.age_years, self.developmental_delay))

    def expected(self, by: Grader, named: Collection[str]) -> Instrument:
        """The instrument of a score that was not done: the one for this age, or with developmental delay the one for
        it; without an age the only one that was `named`, else the first of the file, the one for adults.
        """
        if self.age_years is not None:
            return self.instruments(by)[-1]
        for_delay = [row for row in by.instruments if row.developmental_delay] if self.developmental_delay else []
        if for_delay:
            return for_delay[0]
        return next((row for row in by.first_rows if list(named) == [row.instrument]), by.first_rows[0])


def as_entry(value: Any) -> Any:
    """The text by which a value is looked up, None if it is empty, REFUSED if it can be no entry."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, Real):
        return REFUSED
    if isinstance(value, Integral):
        return str(int(value))
    number = float(value)
    return str(int(number)) if number.is_integer() else repr(number)


def as_text(value: Any) -> str | None:
    """The text by which a value is looked up, None if it is empty, refused, or an ICE score of items."""
    entry = as_entry(value)
    return entry if isinstance(entry, str) else None


def as_age(value: Any) -> Any:
    """An age in years as a number, None if it is empty, REFUSED outside 0 to 120."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = float(value) if re.fullmatch(problems.AGE_TEXT, value) else REFUSED
    if isinstance(value, bool) or not isinstance(value, Real):
        return REFUSED
    age = float(value)
    return age if 0 <= age <= problems.AGE_LIMIT else REFUSED


def as_delay(value: Any) -> Any:
    """True or False (also as the words true and false), None if it is empty, REFUSED for anything else."""
    if isinstance(value, bool):
        return value
    if value is None or isinstance(value, str):
        return {None: None, "": None, "true": True, "false": False}.get(value, REFUSED)
    return REFUSED


def read_domain(domain: Domain, value: Any) -> Reading | None:
    """The reading of one domain, a number told as it was entered; None if the value is not allowed.

    A partly asked ICE gives a range.
    """
    if isinstance(value, IceScore):
        return _partial_ice(domain, value) if domain.code == value.domain else None
    entry = as_entry(value)
    if entry is None:
        return unread(domain)
    row = None if entry is REFUSED else domain.by_code.get(entry)
    if row is None:
        return None
    words = row.label if row.finding else f"{domain.words} {float(entry):.12g} {domain.about.unit}".rstrip()
    return Reading(domain.code, row.grade, row.grade, words, is_number=domain.is_number)


def unread(domain: Domain) -> Reading:
    """The reading of a domain that was not assessed: anything from 0 to the worst that it can add."""
    follow = domain.about.findings_follow
    return Reading(domain.code, 0, domain.worst, missing=domain.words, findings_follow=follow)


def _partial_ice(domain: Domain, score: IceScore) -> Reading:
    low, high = (domain.by_code[str(points)].grade for points in (score.maximum, score.minimum))
    if score.score is None and high == domain.worst and low == 0:
        return unread(domain)
    missing = "" if score.score is not None else f"{domain.words} in full ({score.minimum} to {score.maximum} points)"
    return Reading(domain.code, low, high, score.words, missing, is_number=True)


def read_findings(by: Grader, findings: Mapping[str, Any], person: Person) -> tuple[list[Reading], list[str]]:
    """The readings of all domains in the order of the criteria, a score first, and the faults of the entries."""
    readings, faults = _read_scores(by, findings, person) if by.scores else ([], [])
    for domain in by.shared:
        reading = read_domain(domain, findings.get(domain.code))
        if reading is None:
            faults.append(problems.not_allowed(domain))
        else:
            readings.append(reading)
    return readings, faults


def _read_scores(by: Grader, findings: Mapping[str, Any], person: Person) -> tuple[list[Reading], list[str]]:
    meant = [row.instrument for row in person.instruments(by)]
    given, faults = [], []
    for instrument, domain in by.scores.items():
        if is_empty(findings.get(instrument)):
            continue
        reading = read_domain(domain, findings[instrument])
        if reading is None:
            faults.append(problems.not_allowed(domain))
        elif instrument not in meant:
            faults.append(problems.wrong_instrument(by, instrument))
        given.append(reading)
    if len(given) > 1:
        faults.insert(0, problems.several_scores(by))
    if given and given[0]:
        return [given[0]], faults
    named = [instrument for instrument in by.scores if instrument in findings]
    return [unread(by.scores[person.expected(by, named).instrument])], faults


def is_empty(value: Any) -> bool:
    """Whether nothing was entered."""
    return not isinstance(value, IceScore) and as_entry(value) is None


def checked_person(by: Grader, age_years: Any, developmental_delay: Any) -> tuple[Person, list[str]]:
    """The person, and the faults of age and delay; a refused age or delay counts as not known."""
    age, delay = as_age(age_years), as_delay(developmental_delay)
    if not by.instruments:
        given = {"age_years": age, "developmental_delay": delay}
        return Person(None, None), [problems.not_asked(by, name) for name, value in given.items() if value is not None]
    faults = [problems.BAD_AGE] if age is REFUSED else []
    faults += [problems.BAD_DELAY] if delay is REFUSED else []
    return Person(None if age is REFUSED else age, None if delay is REFUSED else delay), faults


def refuse_unknown(findings: Mapping[str, Any], allowed: Collection[str]) -> None:
    """UsageError if a key of the findings is no domain."""
    if unknown := [key for key in findings if key not in allowed]:
        raise UsageError(f"not a finding: {listing(map(str, unknown))}; findings are {listing(allowed)}")
