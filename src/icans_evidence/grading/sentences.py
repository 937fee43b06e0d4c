"""A grade in one or more sentences, made from the labels of the criteria rows.

A sentence never claims more than was assessed: without a final grade it says "at least", and what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from icans_evidence.grading.criteria import ScaleWords
from icans_evidence.wording import capital, listing

NOTHING = "Cannot be graded: nothing assessed."


@dataclass(frozen=True)
class Reading:
    """What is known of one domain: the lowest and the highest grade it may stand for, and its words.

    `words` is empty when nothing is known; `missing` names what was not assessed and is empty when all of
    it was; `is_number` marks scores and measurements, whose own grade is told beside a higher one; `findings_follow`
    adds "findings" after a list of what is missing that ends in this domain.
    """

    domain: str
    low: int
    high: int
    words: str = ""
    missing: str = ""
    is_number: bool = False
    findings_follow: bool = False


def ends(readings: Sequence[Reading]) -> tuple[int, int]:
    """The lowest and the highest grade that the readings allow: the worst domain decides."""
    return max(reading.low for reading in readings), max(reading.high for reading in readings)


def deciding(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """The readings that reach the lowest possible grade; none at grade 0."""
    minimum, _ = ends(readings)
    return tuple(reading for reading in readings if reading.low == minimum > 0)


def sentence(readings: Sequence[Reading], about: ScaleWords, zero: str = "") -> str:
    """The grade of these readings in words; `zero` is what a final grade 0 means here, that of the scale by default."""
    if not any(reading.words for reading in readings):
        return NOTHING
    minimum, maximum = ends(readings)
    missing = not_assessed([reading for reading in readings if reading.missing])
    if minimum == maximum:
        after = f" {capital(missing)} not assessed, which cannot change the grade." if missing else ""
        return _final(readings, minimum, zero or about.zero) + _number_alone(readings, minimum) + after
    if minimum == 0:
        return f"No grade yet, 0 to {maximum} possible; {missing} not assessed."
    ceiling = "" if maximum == about.highest else f", at most grade {maximum}"
    return f"At least grade {minimum}{ceiling}; {missing} not assessed."


def _final(readings: Sequence[Reading], grade: int, zero: str) -> str:
    reasons = listing(reading.words for reading in deciding(readings))
    return f"Grade {grade}: {reasons or zero}."


def _number_alone(readings: Sequence[Reading], grade: int) -> str:
    shown = [r for r in readings if r.is_number and r.words and r.low == r.high < grade]
    return "".join(f" {capital(reading.words)} alone would be grade {reading.low}." for reading in shown)


def not_assessed(readings: Sequence[Reading]) -> str:
    """What is missing, in words: "ICE, seizure and motor findings"."""
    words = listing(reading.missing for reading in readings)
    return words + (" findings" if readings and readings[-1].findings_follow else "")
