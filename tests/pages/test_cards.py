"""`show` of a cohort: who its patients are and all that rests on them, counted from the files."""

from __future__ import annotations

import csv

import pytest

from command_line import run
from icans_evidence.errors import UsageError
from icans_evidence.pages.cohort_card import card_of, lines_of
from icans_evidence.project import Project
from own_project import ROOT


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(ROOT)


def lines(path):
    with path.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def test_the_card_of_a_cohort_has_its_rows_and_every_result_that_rests_on_them(project):
    """Witness: the files of data/extracted and analysis/results.csv, read by the csv module."""
    card = card_of(project, "SAW2022")
    files = sorted((ROOT / "data" / "extracted").glob("*.csv"))
    rows = [row for path in files for row in lines(path) if row.get("cohort_id") == "saw2022" and "row_id" in row]
    assert {one["row_id"] for one in card["rows"]} == {row["row_id"] for row in rows}
    own = {row["row_id"] for row in rows}
    kept = [one for one in lines(ROOT / "analysis" / "results.csv") if own & set(one["row_ids"].split(";"))]
    varied = ("leaving out", "Cook's", "subgroup", "cumulative", "defensible")
    resting = {one["result_id"] for one in kept if not one["statistic"].startswith(varied)}
    assert {one["result_id"] for one in card["results"]} == resting and resting
    said = "\n".join(lines_of(card))
    assert card["cohort"]["population"] in said and all(name in said for name in own | resting)


def test_cohorts_that_share_patients_are_named(project):
    """Of neelapu2017 the file names four cohorts that share its patients."""
    assert [one["cohort_id"] for one in card_of(project, "neelapu2017")["overlaps"]] == [
        "korell2022_training", "zuma1phase2_review", "zuma1_108", "yescarta2017_108",
    ]  # fmt: skip


def test_a_name_of_neither_row_nor_cohort_is_answered_with_the_nearest_of_both(project):
    with pytest.raises(UsageError, match='no row or cohort "saww2022"; near it: saw2022'):
        card_of(project, "saww2022")
    with pytest.raises(UsageError, match="SEI-001"):
        card_of(project, "SEI-0001")


def test_the_command_takes_either_name():
    assert run("show", "saw2022").output.startswith("saw2022  Saw 2022")
    assert run("show", "ncs-002").output.startswith("NCS-002  Nonconvulsive")
