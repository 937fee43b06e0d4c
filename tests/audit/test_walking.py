"""Numbers walked back to an invented article: each fault is told, each way of saving the text is read alike.

The article below and its rows are invented for these tests; every expected verdict follows from its two texts.
"""

from __future__ import annotations

import dataclasses
import textwrap
import unicodedata
from types import MappingProxyType

import polars as pl
import pytest

from icans_evidence.audit.row_checks.walk import walk, walk_both_ways
from icans_evidence.audit.source.article import fingerprint
from icans_evidence.evidence import load_evidence

WORDS = "In one trial, expressive aphasia came first in 19 of 22 patients with severe neurotoxicity."
PEAK = "A study of patients with ICANS (n = 53) gave a median of 3 days to the peak (range 0–35 days)."
BOUND = "Seizures were seen in 20% or fewer of patients with neurotoxicity."
DOSE = "Anakinra was given at 8 mg/kg/d to some."
MANY = "Both arms had fever, and 7 children were excluded."
ARTICLE = f"""Findings

{WORDS}¹² {PEAK}¹⁰ {BOUND}^{{10,15}}

Treatment

{DOSE}³⁹ {MANY}
"""
COMMON = {"relation": "=", "read_in": "cevering2026", "in_review": True, "certainty": "high", "extracted_by": "by hand"}
ROWS = {
    "symptoms": {
        "row_id": "SYM-008", "cohort_id": "santomasso2018", "outcome": "aphasia_first", "n_events": 19, "n_total": 22,
        "population": "severe neurotoxicity, phase I trial", "denominator_kind": "severe", "reported": "19 of 22",
        "cites": "12", "section": "Findings", "sentence": 1, "fingerprint": fingerprint(WORDS),
    },
    "course_days": {
        "row_id": "DUR-001", "cohort_id": "gust2017", "outcome": "onset_to_peak", "statistic": "median", "value": 3.0,
        "low": 0.0, "high": 35.0, "spread": "range", "unit": "days", "n_total": 53, "population": "patients with ICANS",
        "denominator_kind": "any_neurotoxicity", "reported": "n = 53; median of 3 days; range 0–35", "cites": "10",
        "section": "Findings", "sentence": 2, "fingerprint": fingerprint(PEAK),
    },
    "seizure_rates": {
        "row_id": "SEI-001", "outcome": "seizure", "percent": 20.0, "relation": "≤", "reported": "20% or fewer",
        "population": "patients with neurotoxicity", "denominator_kind": "any_neurotoxicity", "cites": "10;15",
        "section": "Findings", "sentence": 3, "fingerprint": fingerprint(BOUND),
    },
    "treatment_doses": {
        "row_id": "DOS-009", "cohort_id": "gazeau2021", "outcome": "dose", "drug": "anakinra", "amount": 8.0,
        "unit": "mg/kg/d", "indication": "not stated", "population": "some patients", "reported": "8 mg/kg/d",
        "cites": "39", "section": "Treatment", "sentence": 1, "fingerprint": fingerprint(DOSE),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def real():
    return load_evidence("data")


@pytest.fixture(scope="module")
def invented(real):
    """The studies and cohorts of the real evidence with four located rows alone, made for the invented article."""
    tables = {name: frame.clear() if "read_in" in frame.columns else frame for name, frame in real.tables.items()}
    for name, row in ROWS.items():
        tables[name] = pl.DataFrame([{**COMMON, **row}], schema=real.tables[name].schema)
    return dataclasses.replace(real, tables=MappingProxyType(tables))


def _changed(frame, changes):
    row = {**frame.row(0, named=True), **changes}
    return pl.DataFrame([row], schema=frame.schema)


def _verdicts(evidence, text=ARTICLE, table=None, **changes):
    tables = dict(evidence.tables)
    if table:
        tables[table] = _changed(tables[table], changes)
    edited = dataclasses.replace(evidence, tables=MappingProxyType(tables))
    return {row.row_id: row for row in walk(edited, {"cevering2026": text})}


def test_every_row_agrees_with_the_article_it_was_made_for(invented):
    assert {row.verdict for row in _verdicts(invented).values()} == {"agrees"}


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("symptoms", {"n_events": 18}),
        ("symptoms", {"n_events": 18, "reported": "18 of 22"}),
        ("symptoms", {"n_events": 22, "n_total": 19, "reported": "22 of 19"}),
        ("symptoms", {"n_total": None, "reported": "19"}),
        ("symptoms", {"n_total": None}),
        ("symptoms", {"cites": "13"}),
        ("symptoms", {"cites": None}),
        ("symptoms", {"cohort_id": "rubin2019"}),
        ("symptoms", {"population": "mild neurotoxicity", "denominator_kind": "any_neurotoxicity"}),
        ("symptoms", {"denominator_kind": "treated"}),
        ("symptoms", {"relation": "≥"}),
        ("course_days", {"statistic": "mean"}),
        ("course_days", {"unit": "weeks"}),
        ("course_days", {"low": None, "high": None}),
        ("course_days", {"low": None, "high": None, "reported": "n = 53; median of 3 days"}),
        ("course_days", {"value": None, "reported": "n = 53; range 0–35"}),
        ("course_days", {"low": 35.0, "high": 0.0}),
        ("course_days", {"high": 53.0, "reported": "n = 53; median of 3 days; range 0–53"}),
        ("course_days", {"reported": "n = 53; median of 3 days; range 0–3,5"}),
        ("seizure_rates", {"relation": "="}),
        ("seizure_rates", {"relation": "=", "reported": "20%"}),
        ("seizure_rates", {"percent": 21.0, "reported": "21% or fewer"}),
        ("seizure_rates", {"n_events": 20, "percent": None}),
        ("seizure_rates", {"cites": "10"}),
        ("treatment_doses", {"unit": "mg/kg"}),
        ("treatment_doses", {"unit": "mg/kg", "reported": "8 mg/kg"}),
        ("treatment_doses", {"amount": 80.0, "reported": "80 mg/kg/d"}),
    ],
)  # fmt: skip
def test_a_fault_in_a_row_disagrees_and_leaves_the_others_alone(invented, table, changes):
    found = _verdicts(invented, table=table, **changes)
    apart = {row_id: row.verdict for row_id, row in found.items() if row.verdict != "agrees"}
    assert apart == {ROWS[table]["row_id"]: "disagrees"}


def test_a_disagreement_says_what_is_printed_what_is_held_and_why(invented):
    found = _verdicts(invented, table="symptoms", n_events=18)["SYM-008"]
    assert found.held.startswith("n_events 18")
    assert found.line == 2
    assert "19" in found.printed
    assert "22" in found.printed
    assert found.reason


def test_a_row_with_another_section_has_moved(invented):
    assert _verdicts(invented, table="symptoms", section="Treatment")["SYM-008"].verdict == "moved"


def test_a_row_that_names_another_sentence_disagrees_with_it(invented):
    found = _verdicts(invented, table="symptoms", fingerprint=fingerprint(DOSE), section="Treatment", sentence=1)
    assert found["SYM-008"].verdict == "disagrees"


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: "\n".join(textwrap.fill(line, 60) for line in text.split("\n")),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("–", "-"),
        lambda text: text.replace("fi", "ﬁ"),
        lambda text: text.replace(" of ", " of\u00a0"),
        lambda text: text.replace("¹²", "12").replace("¹⁰", "10").replace("^{10,15}", "10,15").replace("³⁹", "39"),
        lambda text: text.replace("\n\n", "\n"),
    ],
    ids=["wrapped", "crlf", "nfd", "dashes", "ligatures", "nbsp", "marks-as-digits", "no-empty-lines"],
)
def test_a_copy_saved_otherwise_is_read_alike(invented, saved):
    assert {row.verdict for row in _verdicts(invented, saved(ARTICLE)).values()} == {"agrees"}


def test_running_heads_and_page_numbers_are_passed_over(invented):
    head = "\n\nAn Invented Journal | Volume 1 | CP {}\n\n"
    cut = ARTICLE.replace("expressive", head.format(1) + "expressive").replace("gave", head.format(2) + "gave")
    cut += head.format(3)
    assert {row.verdict for row in _verdicts(invented, cut).values()} == {"agrees"}


def test_an_edited_sentence_loses_its_rows_and_only_these(invented):
    found = _verdicts(invented, ARTICLE.replace("19 of 22", "18 of 22"))
    assert {row_id: row.verdict for row_id, row in found.items()} == {
        "SYM-008": "not_found", "DUR-001": "agrees", "SEI-001": "agrees", "DOS-009": "agrees",
    }  # fmt: skip
    assert "Findings, sentence 1" in found["SYM-008"].reason


def test_a_figure_without_a_row_is_listed_and_a_pronoun_is_not(invented):
    found = walk_both_ways(invented, {"cevering2026": ARTICLE}).uncovered
    assert [(one.section, one.sentence, one.figures) for one in found] == [("Treatment", 2, ("7",))]


def test_without_the_article_nothing_agrees(real):
    found = walk_both_ways(real, {})
    assert found.counts() == {
        "agrees": 0, "disagrees": 0, "moved": 0, "not_found": 0, "not_checkable": len(found.rows),
    }  # fmt: skip


@pytest.mark.article
def test_every_row_of_the_review_agrees_with_it_and_no_figure_is_left(real, article_text):
    """The contract of the audit: no open row, and each sentence with a figure has a row or a listed reason."""
    found = walk_both_ways(real, {"cevering2026": article_text})
    assert [(row.row_id, row.reason) for row in found.open_rows()] == []
    assert found.uncovered == []
    assert {row.verdict for row in found.rows if row.study == "cevering2026"} == {"agrees"}


@pytest.mark.article
def test_the_review_wrapped_at_60_columns_is_read_alike(real, article_text):
    wrapped = "\n".join(textwrap.fill(line, 60) if line.strip() else "" for line in article_text.split("\n"))
    found = walk_both_ways(real, {"cevering2026": wrapped})
    assert found.open_rows() == []
    assert found.uncovered == []
