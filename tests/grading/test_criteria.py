"""The tables of criteria: sourced, and refused with file and column when they do not hold together."""

import csv
import re
import shutil

import pytest

from icans_evidence.errors import DataError
from icans_evidence.grading import criteria, rule_files, scales


@pytest.fixture
def rules(tmp_path, monkeypatch):
    """A copy of the rules that a test may spoil."""
    shutil.copytree(str(rule_files.RULES), tmp_path / "rules")
    monkeypatch.setattr(rule_files, "RULES", tmp_path / "rules")
    scales.forget()
    yield tmp_path / "rules"
    scales.forget()


def spoil(path, line, column, cell):
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    rows[line - 1][rows[0].index(column)] = cell
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows(rows)


GAP = "bands must follow one another without gap or overlap"
LIKE_ADULT = "findings, grades and labels must be those of astct2019_icans"


@pytest.mark.parametrize(
    ("name", "line", "column", "cell", "fault"),
    [
        ("astct2019_icans", 3, "grade", "mild", '3 grade: "mild" must be a whole number'),
        ("astct2019_icans", 3, "score_min", "8", f'3 score_min: "8" {GAP}'),
        ("astct2019_icans", 3, "score_min", "7.5", '3 score_min: "7.5" has more than 0 decimals'),
        ("astct2019_icans", 6, "domain", "mood", '6 domain: "mood" has no row of icans in domains.csv'),
        ("astct2019_icans_child", 8, "grade", "3", f'8 grade: "3" {LIKE_ADULT}'),
        ("astct2019_crs", 5, "grade", "5", '5 grade: "5" must be 0 to 4'),
        ("instruments", 3, "age_below_years", "13", f'2 age_min_years: "12" {GAP}'),
        (
            "instruments",
            2,
            "scale",
            "crs",
            '2 scale: "crs" must be astct2019_icans, astct2019_icans_child or astct2019_crs',
        ),
        ("tocilizumab_crs", 2, "weight_max_kg", "29", f'3 weight_min_kg: "30" {GAP}'),
        ("ice_items", 5, "points", "2", '5 points: "2" ICE has ten items of one point'),
        ("scales", 4, "table", "adult", '4 table: "adult" stands twice, first in line 2'),
        ("scales", 4, "highest", "3", '8 grade: "4" must be 0 to 3'),
        ("scales", 3, "zero", "", '3 zero: "" must not be empty'),
        ("domains", 2, "decimals", "", '2 score_min: "10" a domain of numbers needs its decimals in domains.csv'),
        ("domains", 9, "domain", "pulse", '5 domain: "hypotension" has no row of crs in domains.csv'),
        ("domains", 4, "findings_follow", "no", '4 findings_follow: "no" must be true or false'),
        ("cautions", 2, "score_max", "11", '2 score_min: "10" to score_max must be a whole number from 0 to 10'),
        ("cautions", 2, "with_finding", "dozy", '2 with_finding: "dozy" must be alert, awakens_spontaneously,'),
        ("conditions", 2, "kind", "opening", '2 kind: "opening" must be entry, closing, mask or assume'),
        ("conditions", 3, "finding", "absent", '3 finding: "absent" must be no, masked_by_treatment or yes'),
        ("conditions", 3, "finding", "yes", '3 finding: "yes" and its numbers must be of grade 0 in the criteria'),
        ("conditions", 4, "finding", "no", '4 finding: "no" already closing in line 3'),
        ("conditions", 4, "lifts", "hypoxia", '4 lifts: "hypoxia" must be fever'),
        ("conditions", 3, "domain", "hypoxia", '2 domain: "fever" has no closing row'),
        ("conditions", 2, "name", "flu", '2 name: "flu" must be icans or crs'),
        ("conditions", 5, "name", "crs", '5 kind: "assume" is for a name with instruments in instruments.csv'),
    ],
)
def test_rules_that_do_not_hold_together_are_refused_by_line_and_column(rules, name, line, column, cell, fault):
    spoil(rules / f"{name}.csv", line, column, cell)
    readers = {"ice_items": criteria.ice_items, "tocilizumab_crs": criteria.dose_bands}
    with pytest.raises(DataError) as refused:
        readers.get(name, scales.graders)()
    files = {"domains": ("domains", "astct2019_icans", "astct2019_crs"), "scales": ("scales", "astct2019_crs")}
    starts = tuple(f"{file}.csv:{fault}" for file in files.get(name, (name,)))
    assert [one for one in refused.value.faults if one.startswith(starts)], refused.value.faults


def test_all_faults_of_the_criteria_are_told_at_once(rules):
    for name in ("astct2019_icans", "astct2019_icans_child", "astct2019_crs"):
        spoil(rules / f"{name}.csv", 3, "grade", "6")
    with pytest.raises(DataError) as refused:
        scales.graders()
    names = ("astct2019_icans", "astct2019_icans_child", "astct2019_crs")
    assert {f'{name}.csv:3 grade: "6" must be 0 to 4' for name in names} <= set(refused.value.faults)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "conditions.csv: the folder of rules has no such file"),
        (b"", "conditions.csv:1 columns must be name, kind, domain"),
        (b"name\n", "conditions.csv:1 columns must be name, kind, domain"),
        (b"HEAD\ncrs,entry\n", "conditions.csv:2 has 2 fields, the header 11"),
        (b"HEAD\n\xff", "conditions.csv: is not comma-separated text in UTF-8"),
        (b'HEAD\n"a"b,', "conditions.csv: is not comma-separated text in UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_rules_is_refused(rules, text, message):
    path = rules / "conditions.csv"
    head = path.read_bytes().splitlines()[0]
    path.unlink()
    if text is not None:
        path.write_bytes(text.replace(b"HEAD", head))
    with pytest.raises(DataError, match=re.escape(message)):
        scales.graders()


def test_a_file_with_other_columns_is_refused(rules):
    path = rules / "ice_items.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("task", "question", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"ice_items.csv:1 columns must be item, domain, task, points, source, note"):
        criteria.ice_items()


def test_every_row_names_its_source():
    known = scales.graders().values()
    rows = [row for by in known for scale in by.scales for domain in scale.domains for row in domain.rows]
    others = [row for by in known for row in (*by.instruments, *by.cautions, *by.conditions)]
    others += [scale.about for by in known for scale in by.scales]
    others += [row for read in (criteria.ice_items, criteria.dose_bands, criteria.score_inputs) for row in read()]
    assert all(row.source for row in rows + others)
    assert all(row.label and row.criterion for row in rows)


def test_an_unassessed_ice_can_add_at_most_grade_3_and_any_other_domain_4():
    worst = {domain.code: domain.worst for scale in scales.grader("icans").scales for domain in scale.domains}
    assert worst == {"ice": 3, "capd": 4, "consciousness": 4, "seizure": 4, "motor": 4, "edema": 4}
