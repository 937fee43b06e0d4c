"""What the tables of criteria must fulfil before anybody is graded by them.

Each function takes the rows of one table and returns its faults in words, an empty list when there are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icans_evidence.grading.criteria import (
        Caution,
        Criterion,
        Domain,
        DoseBand,
        IceItem,
        Instrument,
        Scale,
        ScoreInput,
    )

GRADES = range(5)


def scale_faults(name: str, rows: Sequence[Criterion]) -> list[str]:
    """Faults of a scale: each row a finding or a band, grades 0 to 4 rising from 0 in every domain."""
    faults = [f"{row.domain}: scale must be {name}" for row in rows if row.scale != name]
    faults += [f"{row.domain}: grade must be 0 to 4" for row in rows if row.grade not in GRADES]
    for domain in dict.fromkeys(row.domain for row in rows):
        faults += [f"{domain}: {fault}" for fault in _domain_faults([r for r in rows if r.domain == domain])]
    return faults


def _domain_faults(rows: Sequence[Criterion]) -> list[str]:
    faults = []
    findings = [row.finding for row in rows if row.finding]
    faults += [f"{code} stands twice" for code, count in Counter(findings).items() if count > 1]
    if any(bool(row.finding) == (row.score_min is not None) for row in rows):
        faults.append("a row is either a finding or a band of scores")
    if any((row.score_min is None) != (row.score_max is None) for row in rows):
        faults.append("a band has both ends")
    if min(row.grade for row in rows) != 0:
        faults.append("one row must be grade 0")
    grades = [row.grade for row in rows if row.finding]
    if grades != sorted(grades):
        faults.append("findings stand from the mildest to the worst")
    return faults + _band_faults(rows)


def _band_faults(rows: Sequence[Criterion]) -> list[str]:
    bands = sorted((row.score_min, row.score_max) for row in rows if row.scores)  # type: ignore[type-var]
    backward = [row for row in rows if row.score_min is not None and not row.scores]
    faults = ["a band ends before it begins"] if backward else []
    if bands and bands[0][0] != 0:
        faults.append("bands must begin at 0")
    steps = pairwise(bands)
    if any(low[1] + 1 != high[0] for low, high in steps):  # type: ignore[operator]
        faults.append("bands must follow one another without gap or overlap")
    return faults


def instrument_faults(rows: Sequence[Instrument]) -> list[str]:
    """Faults of the instruments: without a delay the ages must be covered once, from 0 upward."""
    plain = sorted((row.age_min_years, row.age_below_years) for row in rows if row.developmental_delay is None)
    faults = _chain_faults([low for low, _ in plain], [high for _, high in plain])
    if not plain or plain[-1][1] is not None:
        faults.append("the last age group must be open")
    return faults + [fault for row in rows if row.developmental_delay for fault in _addition_faults(row, rows)]


def _addition_faults(row: Instrument, rows: Sequence[Instrument]) -> list[str]:
    """A group with developmental delay goes on where the instrument's own group ends, without an upper age."""
    ends = [r.age_below_years for r in rows if r.instrument == row.instrument and r.developmental_delay is None]
    if ends == [row.age_min_years] and row.age_below_years is None:
        return []
    return [f"{row.instrument}: the group with developmental_delay must go on where the other one ends"]


def shared_faults(adult: Sequence[Domain], child: Sequence[Domain]) -> list[str]:
    """Faults where the two ICANS scales differ in the domains that are graded alike at every age."""
    if [domain.code for domain in adult] != [domain.code for domain in child]:
        return ["domains beside the score must be those of the adult scale"]
    return [
        f"{one.code}: findings, grades and labels must be those of the adult scale"
        for one, other in zip(adult, child, strict=True)
        if [(r.finding, r.grade, r.label, r.criterion) for r in one.rows]
        != [(r.finding, r.grade, r.label, r.criterion) for r in other.rows]
    ]


def caution_faults(rows: Sequence[Caution], scales: dict[str, Scale]) -> list[str]:
    """Faults of the cautions: scores outside their scale, or a consciousness that it does not know."""
    faults = []
    for row in rows:
        score, consciousness = scales[row.scale].domains[0], scales[row.scale].domain("consciousness")
        if not row.scores or any(str(one) not in score.by_code for one in row.scores):
            faults.append(f"{row.code}: scores must be {score.allowed}")
        if row.consciousness not in consciousness.by_code:
            faults.append(f"{row.code}: consciousness must be {consciousness.allowed}")
    return faults


def dose_faults(rows: Sequence[DoseBand]) -> list[str]:
    """Faults of the weight bands."""
    faults = _chain_faults([row.weight_min_kg for row in rows], [row.weight_max_kg for row in rows])
    if any(row.mg_per_kg <= 0 or row.cap_mg <= 0 for row in rows):
        faults.append("doses must be above 0")
    return faults


def _chain_faults(lows: Sequence[float], highs: Sequence[float | None]) -> list[str]:
    faults = [] if lows and lows[0] == 0 else ["bands must begin at 0"]
    if list(lows[1:]) != list(highs[:-1]):
        faults.append("bands must follow one another without gap or overlap")
    if any(high is not None and high <= low for low, high in zip(lows, highs, strict=True)):
        faults.append("a band ends before it begins")
    return faults


def item_faults(rows: Sequence[IceItem]) -> list[str]:
    """Faults of the ICE items: ten of them, one point each."""
    faults = _twice(row.item for row in rows)
    if len(rows) != 10 or any(row.points != 1 for row in rows):
        faults.append("ICE has ten items of one point")
    return faults


def score_faults(rows: Sequence[ScoreInput]) -> list[str]:
    """Faults of the laboratory scores: no unit twice, factors above 0."""
    faults = _twice(f"{row.score} {row.variable} {row.unit}" for row in rows)
    if any(row.to_formula_unit <= 0 for row in rows):
        faults.append("factors must be above 0")
    return faults


def _twice(keys: Iterable[str]) -> list[str]:
    return [f"{key} stands twice" for key, count in Counter(keys).items() if count > 1]
