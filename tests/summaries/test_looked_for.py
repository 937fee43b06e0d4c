"""How far an outcome was looked for stands in each range, and cohorts treated to prevent it stand beside it.

Data by hand: Adams 60 of 100 with any ICANS, Baker 17 of 40, who share no patients.
"""

from __future__ import annotations

import pytest

from grown import grown
from handmade import POOL
from icans_evidence.evidence import Evidence, load_evidence
from icans_evidence.evidence.plan import Picture
from icans_evidence.summaries.cohort_figures import proportion_ranges
from icans_evidence.summaries.poolability import candidates, judge
from icans_evidence.summaries.proportion_rows import counted

ANY = Picture("overview", "overview", ("incidence",), ("any_icans",), "Rates")


@pytest.fixture
def grow(tmp_path):
    return lambda **grew: load_evidence(grown(tmp_path / "data", **grew))


def ranges(evidence: Evidence) -> dict[str, str]:
    return {one.result_id: one.sentence for one in proportion_ranges(evidence, counted(evidence))}


def of_any(evidence: Evidence) -> str:
    return ranges(evidence)["incidence.any_icans.treated.range"]


PLAIN = "ICANS, any grade: 43% to 60% of patients treated, over 2 cohorts (140 patients)."


@pytest.mark.parametrize(
    ("matrix", "further"),
    [
        ("", ""),
        ("review2024,any_icans,taken,\n", " Any ICANS: looked for in the one document, printed in 1."),
        (
            "review2024,any_icans,taken,\nnews2021,any_icans,taken,\nclark2019,any_icans,not_printed,\n",
            " Any ICANS: looked for in all 3 documents, printed in 2.",
        ),
        (
            "review2024,any_icans,taken,\nnews2021,any_icans,taken,\nclark2019,any_icans,not_looked_for,\n",
            " Any ICANS: looked for in 2 of 3 documents, printed in 2; the others were not looked through for it.",
        ),
        ("review2024,onset,taken,\n", " Over what was extracted: it was not looked for in every document."),
    ],
    ids=["no matrix", "one", "all", "some", "no core outcome"],
)
def test_a_range_says_over_how_many_documents_it_was_looked_for(grow, matrix, further):
    assert of_any(grow(looked_for=matrix)) == PLAIN + further


def test_a_cohort_given_what_is_set_apart_stands_in_no_range(grow):
    """Of two cohorts one remains, which is no range."""
    assert "incidence.any_icans.treated.range" not in ranges(grow(given={"baker2021": "corticosteroids"}))


def test_a_cohort_given_what_is_not_set_apart_stays(grow):
    assert of_any(grow(given={"baker2021": "levetiracetam"})) == PLAIN


def left_out(evidence: Evidence) -> list[tuple[str, str]]:
    judged = judge(candidates(evidence, counted(evidence), POOL), POOL, evidence.vocabulary)
    assert "baker2021" not in judged.rows["cohort_id"]
    return judged.left_out.select("cohort_id", "reason").rows()


def test_it_stands_in_no_pool_and_the_reason_is_said(grow):
    assert ("baker2021", "given corticosteroids to prevent it") in left_out(
        grow(given={"baker2021": "corticosteroids"})
    )
