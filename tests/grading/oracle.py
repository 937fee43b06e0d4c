"""ICANS by hand, for comparison: the published table written out as plain decisions, reading no file of ours.

Review, Tables 1 and 2 and the text on grading; PMC8403007 table 4 with its notes; for CAPD the consensus
report (MDedge 192202) and ASCO pocket guideline 1475467 page 9. None stands for a domain that nobody
assessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

ICE = [None, *range(11)]
CAPD = [None, *range(33), "unable"]
CONSCIOUSNESS = [
    None,
    "alert",
    "awakens_spontaneously",
    "awakens_to_voice",
    "awakens_to_touch",
    "unarousable",
]
SEIZURE = [None, "none", "resolved", "prolonged_or_repetitive"]
MOTOR = [None, "none", "focal_weakness"]
EDEMA = [None, "none", "focal", "diffuse_or_raised_icp"]
NAMES = ("consciousness", "seizure", "motor", "edema")
ORDERS = {  # each from the mildest to the worst
    "ice": [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    "capd": [*range(33), "unable"],
    "consciousness": CONSCIOUSNESS[1:],
    "seizure": SEIZURE[1:],
    "motor": MOTOR[1:],
    "edema": EDEMA[1:],
}


def states(score: str) -> Iterator[dict[str, Any]]:
    """Every state with ICE (3,456) or with CAPD (10,080), assessed in full or in part."""
    for value, *others in product(ICE if score == "ice" else CAPD, CONSCIOUSNESS, SEIZURE, MOTOR, EDEMA):
        yield {score: value, **dict(zip(NAMES, others, strict=True))}


def grade_of(domain: str, finding: Any) -> int:
    """The grade of one assessed finding, from the published table."""
    if domain == "ice":
        return 0 if finding == 10 else 1 if finding >= 7 else 2 if finding >= 3 else 3
    if domain == "capd":
        return 4 if finding == "unable" else 0 if finding == 0 else 1 if finding < 9 else 3
    if domain == "consciousness":
        return CONSCIOUSNESS.index(finding) - 1
    return {
        "none": 0,
        "resolved": 3,
        "prolonged_or_repetitive": 4,
        "focal_weakness": 4,
        "focal": 3,
        "diffuse_or_raised_icp": 4,
    }[finding]


def answer(state: dict[str, Any]) -> tuple[int, int, list[str], list[str]]:
    """Lowest and highest possible grade, the domains that reach the lowest, and those not assessed."""
    grades = {domain: grade_of(domain, finding) for domain, finding in state.items() if finding is not None}
    missing = [domain for domain, finding in state.items() if finding is None]
    low = max(grades.values(), default=0)
    high = max([low, *(3 if domain == "ice" else 4 for domain in missing)])
    return low, high, [domain for domain, grade in grades.items() if grade == low > 0], missing
