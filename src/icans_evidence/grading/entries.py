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
from icans_evidence.grading.criteria import Domain, Instrument, instruments, scale, shared_domains
from icans_evidence.grading.ice import IceScore
from icans_evidence.grading.sentences import Reading
from icans_evidence.wording import listing

REFUSED = object()


@dataclass(frozen=True)
class Person:
    """Whom a score is for; None where age or delay is not known."""

    age_years: float | None
    developmental_delay: bool | None

    def instruments(self) -> tuple[Instrument, ...]:
        """The instruments meant for this person; all of them while the age is not known."""
        if self.age_years is None:
            return one_row_each()
        return tuple(row for row in instruments() if row.fits(self.age_years, self.developmental_delay))

    def expected(self, named: Collection[str]) -> Instrument:
        """The instrument of a score that was not done: the one for this age, or with developmental delay the one for
        it; without an age the only one that was `named`, else the first of the file, the one for adults.
        """
        if self.age_years is not None:
            return self.instruments()[-1]
        if self.developmental_delay:
            return next(row for row in instruments() if row.developmental_delay)
        rows = one_row_each()
        return next((row for row in rows if list(named) == [row.instrument]), rows[0])


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
    return str(int(number)) if number.is_integer() else REFUSED


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
    """The reading of one domain; None if the value is not allowed."""
    entry = as_entry(value)
    if entry is None:
        return unread(domain)
    row = None if entry is REFUSED else domain.by_code.get(entry)
    return None if row is None else Reading(domain.code, row.grade, row.grade, row.label)


def unread(domain: Domain) -> Reading:
    """The reading of a domain that was not assessed: anything from 0 to the worst that it can add."""
    return Reading(domain.code, 0, domain.worst, missing=domain.code)


def read_score(row: Instrument, value: Any) -> Reading | None:
    """The reading of ICE or CAPD, told with the score itself; a partly asked ICE gives a range."""
    domain = scale(row.scale).domain(row.instrument)
    if isinstance(value, IceScore):
        return _partial_ice(row, domain, value) if row.instrument == "ice" else None
    reading = read_domain(domain, value)
    if reading is None or reading.missing:
        return reading
    entry = str(as_entry(value)).removesuffix(".0")
    words = f"{row.label} {entry}" if entry.isdigit() else reading.words
    return Reading(domain.code, reading.low, reading.high, words, is_score=True)


def _partial_ice(row: Instrument, domain: Domain, score: IceScore) -> Reading:
    low, high = (domain.by_code[str(points)].grade for points in (score.maximum, score.minimum))
    if score.score is None and high == domain.worst and low == 0:
        return Reading(domain.code, 0, high, missing=row.label)
    missing = "" if score.score is not None else f"{row.label} in full ({score.minimum} to {score.maximum} points)"
    return Reading(domain.code, low, high, score.words, missing, is_score=True)


def read_findings(findings: Mapping[str, Any], person: Person) -> tuple[list[Reading], list[str]]:
    """The readings of the five domains in the order of the criteria, and the faults of the entries."""
    faults = []
    readings = []
    for domain in shared_domains():
        reading = read_domain(domain, findings.get(domain.code))
        if reading is None:
            faults.append(problems.not_allowed(domain))
        else:
            readings.append(reading)
    encephalopathy, score_faults = _read_scores(findings, person)
    return [encephalopathy, *readings], score_faults + faults


def _read_scores(findings: Mapping[str, Any], person: Person) -> tuple[Reading, list[str]]:
    meant = [row.instrument for row in person.instruments()]
    given, faults = [], []
    for row in one_row_each():
        if as_entry_or_score(findings.get(row.instrument)) is None:
            continue
        reading = read_score(row, findings[row.instrument])
        if reading is None:
            faults.append(problems.not_allowed(scale(row.scale).domain(row.instrument)))
        elif row.instrument not in meant:
            faults.append(problems.wrong_instrument(row.instrument))
        given.append(reading)
    if len(given) > 1:
        faults.insert(0, problems.BOTH_SCORES)
    named = [row.instrument for row in one_row_each() if row.instrument in findings]
    return (given[0] if given and given[0] else score_unread(person.expected(named))), faults


def as_entry_or_score(value: Any) -> Any:
    """As `as_entry`, but a partly asked ICE score is an entry too."""
    return value if isinstance(value, IceScore) else as_entry(value)


def score_unread(row: Instrument) -> Reading:
    """The reading when neither ICE nor CAPD was given: as wide as the expected instrument allows."""
    return Reading(row.instrument, 0, scale(row.scale).domain(row.instrument).worst, missing=row.label)


def one_row_each() -> tuple[Instrument, ...]:
    """The first row of each instrument, in the order of the file: ICE, CAPD."""
    return tuple({row.instrument: row for row in reversed(instruments())}.values())[::-1]


def checked_person(age_years: Any, developmental_delay: Any) -> tuple[Person, list[str]]:
    """The person, and the faults of age and delay; a refused age or delay counts as not known."""
    age, delay = as_age(age_years), as_delay(developmental_delay)
    faults = [problems.BAD_AGE] if age is REFUSED else []
    faults += [problems.BAD_DELAY] if delay is REFUSED else []
    return Person(None if age is REFUSED else age, None if delay is REFUSED else delay), faults


def refuse_unknown(findings: Mapping[str, Any], allowed: list[str]) -> None:
    """UsageError if a key of the findings is no domain."""
    if unknown := [key for key in findings if key not in allowed]:
        raise UsageError(f"not a finding: {listing(map(str, unknown))}; findings are {listing(allowed)}")
