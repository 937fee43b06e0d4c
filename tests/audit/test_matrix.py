"""The matrix of documents and core outcomes against the rows, and scales against what was counted, each in data made
by hand: rows were read in review2024 (any ICANS of Adams, onset), adams2020 or news2021 (any ICANS of Baker)."""

from __future__ import annotations

import pytest

from grown import grown
from icans_evidence.audit.consistency import RULES, findings
from icans_evidence.evidence import load_evidence

RULE = {one.name: one for one in RULES}
BOTH = "review2024,any_icans,taken,\nreview2024,onset,taken,\nnews2021,any_icans,taken,\nnews2021,onset,not_printed,\n"


@pytest.fixture
def told(tmp_path):
    """The rows that a rule tells, with its reasons."""

    def tell(rule: str, **grew) -> list[tuple[str, str]]:
        evidence = load_evidence(grown(tmp_path / "data", **grew))
        return [(one.row_id, one.reason) for one in findings(evidence, [RULE[rule]])]

    return tell


def test_where_no_matrix_is_kept_none_is_missed(told):
    assert told("every document is looked through") == []


def test_a_document_with_rows_and_without_a_cell_is_told_with_what_it_lacks(told):
    read = {"review2024", "adams2020", "baker2021", "news2021", "clark2019"}
    found = dict(told("every document is looked through", looked_for=BOTH.replace("news2021,onset,not_printed,\n", "")))
    assert found["news2021"] == "news2021 has no cell in looked_for.csv for onset"
    assert "review2024" not in found and set(found) <= read


def test_taken_without_a_row_and_a_row_that_was_not_taken_are_told(told):
    """No onset was read in the news item, so `taken` of it is bare; INC-001 was read in the review."""
    matrix = BOTH.replace("onset,not_printed", "onset,taken").replace(
        "review2024,any_icans,taken", "review2024,any_icans,not_looked_for"
    )
    assert told("taken means a row", looked_for=matrix) == [
        ("review2024", "row INC-001, read in review2024, holds any_icans"),
        ("news2021", "no row read in news2021 holds the core outcome onset"),
    ]


def test_a_matrix_that_says_what_the_rows_say_is_not_questioned(told):
    assert told("taken means a row", looked_for=BOTH) == []


def test_an_outcome_in_a_cohort_whose_scale_counts_something_else_is_told(told):
    """ICANS of Baker stands in a cohort graded by CTCAE 4, which counts neurologic events; Adams's by ASTCT is right."""
    assert told("what was counted is what the scale counts") == [
        ("INC-003", "baker2021 is graded by ctcae4, which counts neurologic_events, not icans"),
    ]  # fmt: skip


def test_a_scale_without_its_document_is_told_where_sources_are_kept(told):
    assert told("a scale has its source") == []


def test_a_cohort_whose_scale_has_no_document_is_told(told):
    found = told("a scale has its source", sources={"adams2020": "adams2020"})
    assert found == [
        ("baker2021", "no document is named for the scale ctcae4 of baker2021"),
        ("own2026", "no document is named for the scale astct2019 of own2026"),
    ]
