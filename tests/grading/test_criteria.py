"""The tables of criteria: sourced, and refused with file and column when they do not hold together."""

import csv
import shutil

import pytest

from icans_evidence.errors import DataError
from icans_evidence.grading import criteria, rule_files


@pytest.fixture
def rules(tmp_path, monkeypatch):
    """A copy of the rules that a test may spoil."""
    shutil.copytree(str(rule_files.RULES), tmp_path / "rules")
    monkeypatch.setattr(rule_files, "RULES", tmp_path / "rules")
    criteria.forget()
    yield tmp_path / "rules"
    criteria.forget()


def spoil(path, line, column, cell):
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    rows[line - 1][rows[0].index(column)] = cell
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows(rows)


@pytest.mark.parametrize(
    ("name", "line", "column", "cell", "read", "fault"),
    [
        (
            "astct2019_icans",
            3,
            "grade",
            "mild",
            lambda: criteria.scale(criteria.ADULT),
            'astct2019_icans.csv:3 grade: "mild" does not fit',
        ),
        (
            "astct2019_icans",
            3,
            "score_min",
            "8",
            lambda: criteria.scale(criteria.ADULT),
            "astct2019_icans.csv ice: bands must follow one another without gap or overlap",
        ),
        (
            "astct2019_icans_child",
            8,
            "grade",
            "3",
            criteria.shared_domains,
            "astct2019_icans_child.csv consciousness: findings, grades and labels must be those of the adult scale",
        ),
        (
            "instruments",
            3,
            "age_below_years",
            "13",
            criteria.instruments,
            "instruments.csv bands must follow one another without gap or overlap",
        ),
        (
            "tocilizumab_crs",
            2,
            "weight_max_kg",
            "29",
            criteria.dose_bands,
            "tocilizumab_crs.csv bands must follow one another without gap or overlap",
        ),
        (
            "ice_items",
            5,
            "points",
            "2",
            criteria.ice_items,
            "ice_items.csv ICE has ten items of one point",
        ),
    ],
)
def test_rules_that_do_not_hold_together_are_refused(rules, name, line, column, cell, read, fault):
    spoil(rules / f"{name}.csv", line, column, cell)
    with pytest.raises(DataError) as refused:
        read()
    assert fault in refused.value.faults


def test_a_file_with_other_columns_is_refused(rules):
    path = rules / "ice_items.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("task", "question", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"ice_items.csv:1 columns must be item, domain, task, points, source, note"):
        criteria.ice_items()


def test_every_row_names_its_source():
    rows = [row for name in (criteria.ADULT, criteria.CHILD, criteria.CRS) for row in rows_of(name)]
    others = (criteria.instruments, criteria.cautions, criteria.ice_items, criteria.dose_bands, criteria.score_inputs)
    assert all(row.source for row in rows + [row for read in others for row in read()])
    assert all(row.label and row.criterion for row in rows)


def rows_of(name):
    return [row for domain in criteria.scale(name).domains for row in domain.rows]


def test_an_unassessed_ice_can_add_at_most_grade_3_and_any_other_domain_4():
    worst = {
        domain.code: domain.worst
        for name in (criteria.ADULT, criteria.CHILD)
        for domain in criteria.scale(name).domains
    }
    assert worst == {"ice": 3, "capd": 4, "consciousness": 4, "seizure": 4, "motor": 4, "edema": 4}
