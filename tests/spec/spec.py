"""The clinical cases of cases.csv and the check of one of them, read by the tests and by the mutation script; and the
studies of pooling.csv with the sentence that each pool begins with.
"""

from __future__ import annotations

import csv
from pathlib import Path

from icans_evidence.grading import grade_icans

FINDINGS = ("ice", "capd", "consciousness", "seizure", "motor", "edema")


def cases() -> list[dict[str, str]]:
    """The rows of cases.csv as text."""
    return _rows("cases.csv")


def pooling() -> list[dict[str, str]]:
    """The rows of pooling.csv as text."""
    return _rows("pooling.csv")


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8") as text:
        return list(csv.DictReader(text))


def check(case: dict[str, str]) -> None:
    """AssertionError if the grader does not give what the case expects."""
    findings = {name: case[name] for name in FINDINGS}
    result = grade_icans(findings, case["age_years"] or None, case["developmental_delay"] or None)
    expected = case["expected_grade"], case["expected_minimum"], case["expected_maximum"]
    found = "" if result.grade is None else str(result.grade), str(result.minimum), str(result.maximum)
    assert found == expected, case["case_id"]
    assert ";".join(result.decided_by) == case["expected_decided_by"], case["case_id"]
