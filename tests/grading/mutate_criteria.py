"""Every one-cell edit of a grade, a cut-off or a condition in the rules, each tried against the hand-worked
expectations.

An edit is caught when the rules refuse to load or when an expectation fails. Run as a script it prints the
edits that nothing caught; `test_mutations` demands that there are none.
"""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "spec")]

import test_crs  # noqa: E402
import test_grade  # noqa: E402
import test_scores  # noqa: E402

import spec  # noqa: E402
from icans_evidence.errors import UserError  # noqa: E402
from icans_evidence.grading import criteria, rule_files, scales  # noqa: E402

GRADES = [str(grade) for grade in range(-1, 6)]
DOMAINS = [domain for by in scales.graders().values() for domain in by.domains]
FINDINGS = list({row.finding for by in scales.graders().values() for d in by.domains.values() for row in d.rows} - {""})
EDITS: dict[str, Callable[[str], list[str]]] = {
    "grade": lambda cell: GRADES,
    "score_min": lambda cell: [str(score) for score in range(-1, 35)],
    "score_max": lambda cell: [str(score) for score in range(-1, 35)],
    "alone": lambda cell: ["true", "false"],
    "developmental_delay": lambda cell: ["true", "false"],
    "points": lambda cell: GRADES,
    "highest": lambda cell: GRADES,
    "severe_from": lambda cell: GRADES,
    "decimals": lambda cell: GRADES,
    "with_domain": lambda cell: DOMAINS,
    "with_finding": lambda cell: FINDINGS,
}
OF_A_CONDITION: dict[str, Callable[[str], list[str]]] = {
    "name": lambda cell: ["icans", "crs", "other"],
    "kind": lambda cell: ["entry", "closing", "mask", "assume"],
    "domain": lambda cell: DOMAINS,
    "finding": lambda cell: FINDINGS,
    "lifts": lambda cell: DOMAINS,
}
QUANTITIES = (
    "age_min_years",
    "age_below_years",
    "weight_min_kg",
    "weight_max_kg",
    "mg_per_kg",
    "cap_mg",
    "to_formula_unit",
    "refuse_above",
)


def near(cell: str) -> list[str]:
    """Other quantities than this one, close by and far off."""
    value = float(cell or 0)
    return [f"{x:g}" for x in (value - 1, value + 1, value * 2, value / 2, value * 10, value / 10, 0, 1, 20)]


def edits() -> Iterator[tuple[str, int, str, str]]:
    """File, line (the header is 1), column and new cell of every edit."""
    tried = EDITS | dict.fromkeys(QUANTITIES, near)
    for path in sorted(Path(str(rule_files.RULES)).glob("*.csv")):
        own = tried | (OF_A_CONDITION if path.name in ("conditions.csv", "cautions.csv") else {})
        with path.open(encoding="utf-8") as text:
            for line, row in enumerate(csv.DictReader(text), start=2):
                for column in (own.keys() & row.keys()) - unseen(row):
                    cells = dict.fromkeys([*own[column](row[column]), ""])
                    yield from ((path.name, line, column, cell) for cell in cells if not same(cell, row[column]))


def unseen(row: dict[str, str]) -> set[str]:
    """Columns whose edit nobody could notice: nothing is worse than unarousable, so it decides alone or not at all."""
    return {"alone"} if row.get("with_finding") == "unarousable" else set()


def same(one: str, other: str) -> bool:
    """Whether two cells say the same."""
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other


def expectations() -> list[Callable[[], None]]:
    """The hand-worked checks, the cheapest first."""
    cases = [lambda case=case: spec.check(case) for case in spec.cases()]
    grades = [test_grade.check_ranges, test_grade.check_cautions, test_grade.check_scores_against_consciousness]
    grades += [test_grade.check_severities, test_crs.check_severities]
    return [
        *cases,
        *grades,
        test_scores.check_doses,
        test_scores.check_scores,
        criteria.ice_items,
        test_crs.check_all_states,
    ]


def caught() -> str | None:
    """How the rules as they now are get caught: "refused", "wrong", or None if nothing notices."""
    scales.forget()
    try:
        for expectation in expectations():
            expectation()
    except UserError:
        return "refused"
    except (Exception, pytest.fail.Exception):
        return "wrong"
    return None


def write_edited(source: Path, target: Path, line: int, column: str, cell: str) -> None:
    """Write a rules file with one cell changed."""
    with source.open(encoding="utf-8") as text:
        rows = list(csv.reader(text))
    rows[line - 1][rows[0].index(column)] = cell
    with target.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows(rows)


def survivors() -> tuple[int, list[str]]:
    """How many edits were tried, and those that nothing caught."""
    published, tried, missed = rule_files.RULES, list(edits()), []
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules"
        shutil.copytree(str(published), rules)
        rule_files.RULES = rules
        try:
            for name, line, column, cell in tried:
                source = Path(str(published)) / name
                write_edited(source, rules / name, line, column, cell)
                if caught() is None:
                    missed.append(f'{name}:{line} {column} as "{cell}"')
                shutil.copy(source, rules / name)
        finally:
            rule_files.RULES = published
            scales.forget()
    return len(tried), missed


def main() -> int:
    """Print what was tried and what survived; 1 if anything did."""
    if (found := caught()) is not None:
        print(f"the rules as published are {found}: nothing can be told from edits")
        return 1
    count, missed = survivors()
    print("\n".join([*missed, f"{count - len(missed)} of {count} edits caught"]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
