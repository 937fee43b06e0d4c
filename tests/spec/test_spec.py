"""Clinical cases, each a sentence with the grade that the published criteria give it, worked by hand."""

import pytest

import spec
from icans_evidence import pool_proportions


@pytest.mark.parametrize("case", spec.cases(), ids=lambda case: case["case_id"])
def test_a_case_is_graded_as_worked_by_hand(case):
    spec.check(case)


def test_the_cases_are_told_apart_and_explained():
    rows = spec.cases()
    assert len({row["case_id"] for row in rows}) == len(rows) >= 25
    assert all(row["vignette"] and row["why"] and row["source"] for row in rows)


@pytest.mark.parametrize("case", spec.pooling(), ids=lambda case: case["case_id"])
def test_a_pool_answers_in_the_sentence_that_its_witness_gives(case):
    """The page of commands prints this table."""
    counts = ([int(count) for count in case[name].split()] for name in ("events", "totals"))
    answer = pool_proportions(*counts, case["method"], case["interval"]).sentence
    assert answer.startswith(case["answer"])
    assert case["why"]
