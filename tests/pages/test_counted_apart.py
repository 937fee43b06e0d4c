"""What was counted stands apart, how far it was looked for is said wherever a range is, and others are told as others."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from icans_evidence.evidence.plan import Picture
from icans_evidence.figures.chart_rows import overview, proportions
from icans_evidence.figures.rows import PREVENTED, drawn
from icans_evidence.figures.tables.looked_for_table import looked_for_table
from icans_evidence.figures.tables.published_tables import advice_table, others_table
from icans_evidence.summaries.looked_for import core_of
from icans_evidence.summaries.published import published_results

REPORTS = Path(__file__).parents[2] / "reports"
QUOTED = re.compile(r'say\("([a-z_]+)\.([a-z_]+)\.[\w.]*(?:range|pooled|pooled_mix)", "(?:short|phrase)"\)')
NOTE = re.compile(r"looked_for\(([^)]*)\)")


def unsaid(text, evidence):
    """Core outcomes of which a page shows a range or pool in short words, without saying how far it was looked for."""
    noted = {
        core_of(evidence, *name.split(".")[:2])
        for found in NOTE.findall(text)
        for name in re.findall(r'"([a-z_]+\.[^"]+)"', found)
    }
    return {core_of(evidence, *quoted) for quoted in QUOTED.findall(text)} - noted


@pytest.mark.parametrize("page", sorted(REPORTS.glob("*.qmd")), ids=lambda page: page.name)
def test_a_range_in_short_words_stands_with_how_far_it_was_looked_for(page, evidence):
    """The handout, two pages of paper, says which page tells it."""
    text = page.read_text(encoding="utf-8")
    elsewhere = page.name == "_handout.qmd" and "looked for, the evidence page says" in text
    assert elsewhere or not unsaid(text, evidence)


def test_a_range_without_that_note_would_be_found(evidence):
    short = '`{python} say("incidence.crs.treated.range", "short")`'
    other = '`{python} looked_for("onset_days.onset_any.days.range")`'
    assert unsaid(f"{short} {other}", evidence) == {"crs"}


def test_cohorts_given_something_to_prevent_it_are_a_group_of_their_own(evidence):
    plan = Picture(
        "x", "proportions", ("incidence",), ("any_icans", "any_neurologic_events"), "x", denominators=("treated",)
    )
    rows = drawn(proportions(evidence, plan)[0])
    apart = rows["group"].str.contains(PREVENTED)
    assert rows.filter(apart)["mark"].unique().to_list() == ["apart"]
    assert "apart" not in rows.filter(~apart)["mark"].to_list()
    lines = drawn(overview(evidence, replace(plan, by="product"))[0]).filter(pl.col("right").is_not_null())
    assert lines["label"].to_list().count(PREVENTED) == 2


def test_treatments_for_different_reasons_never_stand_in_one_group(evidence, plan):
    heads = {row.group for row in proportions(evidence, plan.pictures["treatments"])[0]}
    assert {"Corticosteroids for ICANS, of patients treated", "Corticosteroids for CRS, of patients treated"} <= heads


def test_a_published_estimate_is_a_result_in_the_unit_of_ours_and_in_words_as_printed(evidence):
    """Han 2024 prints 26.9% (21.7–32.7%) of 75 trials; another prints 0.32 of one."""
    found = {one.result_id: one for one in published_results(evidence)}
    assert found["published.POOL-009"].estimate == pytest.approx(0.269)
    assert found["published.POOL-009"].phrase == "26.9% (95% CI 21.7 to 32.7)"
    assert found["published.POOL-025"].estimate == pytest.approx(0.32)
    assert found["published.POOL-025"].phrase == "32% (95% CI 24 to 41)"
    assert len(found) == evidence.published_pools.height


def test_estimates_of_others_that_count_the_same_thing_stand_beside_a_pool(evidence):
    severe = others_table(evidence, ("severe_icans",), "x").html
    assert "published-POOL-010" in severe and "published-POOL-004" in severe, "grade 3 or 4 answers severe"
    assert "published-POOL-009" not in severe and "published-POOL-025" not in severe


def advising(evidence, *changes):
    """The evidence with recommendations made by hand."""
    common = {
        "topic": "eeg", "grade": "2", "product": None, "status": "stated", "statement": "EEG within a day",
        "figures": "24 h", "locator": "Table 9", "certainty": "high", "second_reading": "none", "superseded_by": None,
        "note": None,
    }  # fmt: skip
    made = [
        {**common, "rec_id": f"REC-{place:03}", "read_in": change["study_id"], **change}
        for place, change in enumerate(changes, start=1)
    ]
    frame = pl.DataFrame(made, schema=evidence.recommendations.schema)
    tables = {**evidence.tables, "recommendations": frame}
    return type(evidence)(
        evidence.root, evidence.version, evidence.version_date, tables, evidence.references, evidence.vocabulary
    )


def test_advice_says_whose_it_is_what_is_printed_and_whether_another_took_its_place(evidence):
    told = advising(
        evidence,
        {"study_id": "han2024", "superseded_by": "nrm2024", "statement": "EEG <b>now</b>"},
        {"study_id": "nrm2024", "status": "not_printed", "statement": None, "figures": None},
        {"study_id": "crci2025", "topic": "imaging"},
    )
    html = advice_table(told, "eeg").html
    assert "Grade 2:" in html and "Printed: 24 h." in html and 'id="rec-001"' in html
    assert "Superseded" in html and "Prints nothing on this." in html
    assert "No entry on this yet from" in html and "<b>now" not in html
    assert "no row yet" in advice_table(told, "anakinra").html


def test_every_topic_has_its_section_on_the_page_of_guidelines(evidence):
    text = (REPORTS / "recommendations.qmd").read_text(encoding="utf-8")
    assert re.findall(r'advised\("(\w+)"\)', text) == list(evidence.vocabulary.topics)


def test_the_matrix_has_a_cell_with_words_for_every_document_and_core_outcome(evidence):
    html = looked_for_table(evidence).html
    documents, core = evidence.looked_for["study_id"].n_unique(), len(evidence.vocabulary.core)
    assert html.count("<td ") == documents * core
    counts = dict(evidence.looked_for["status"].value_counts().iter_rows())
    for status, words in (("taken", "taken"), ("not_printed", "not printed"), ("not_looked_for", "not looked for")):
        assert html.count(f'<span class="visually-hidden">{words}</span>') == counts.get(status, 0)
