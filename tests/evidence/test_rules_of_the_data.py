"""Each rule between cells, rows and tables: a fault it must find, and a near miss that it must let pass."""

from __future__ import annotations

import polars as pl
import pytest

from icans_evidence.evidence.rules import RULES
from icans_evidence.printed.columns import with_decimals

IN = "data/extracted/"


def found(data, table: str, line: int, column: str) -> list[str]:
    """The reasons given for one cell."""
    head = f"{IN}{table}.csv:{line} {column}: "
    return [fault.removeprefix(head) for fault in data.faults() if fault.startswith(head)]


def test_every_rule_has_a_name_and_one_sentence():
    assert len({rule.name for rule in RULES}) == len(RULES) > 20
    assert all(rule.sentence.endswith(".") and ". " not in rule.sentence for rule in RULES)


# table, line, cells to write, column blamed, what is said
PLANTED = [
    ("cohorts", 2, {"study_id": "adams2021"}, "study_id",
     '"adams2021" is no study_id of studies.csv; did you mean adams2020?'),
    ("studies", 6, {"about": "baker2021;bakr2021"}, "about",
     '"bakr2021" is no study_id of studies.csv; did you mean baker2021?'),
    ("incidence", 4, {"read_in": "news2012"}, "read_in", '"news2012" is no study_id of studies.csv; did you mean news2021?'),
    ("appraisal", 2, {"cohort_id": "nobody1999"}, "cohort_id", '"nobody1999" is no cohort_id of cohorts.csv'),
    ("cohorts", 3, {"overlaps_with": "", "overlap_basis": ""}, None, None),
    ("cohorts", 2, {"overlaps_with": "baker2021;adams2020"}, "overlaps_with", '"adams2020" is the cohort itself'),
    ("cohorts", 2, {"overlaps_with": "baker2021;own2026"}, "overlaps_with",
     '"own2026" does not name adams2020 in its own overlaps_with'),
    ("cohorts", 2, {"overlaps_with": "baker2021;bakker2021"}, "overlaps_with",
     '"bakker2021" is no cohort_id of cohorts.csv; did you mean baker2021?'),
    ("cohorts", 2, {"overlap_basis": ""}, "overlap_basis", "is missing; an overlap needs its reason"),
    ("claims", 2, {"bears": "ONS-001;ONS-099"}, "bears", '"ONS-099" is no row_id of any file'),
    ("claims", 2, {"bears": "INC-001"}, "bears", '"INC-001" is no row of onset_days.csv'),
    ("claims", 2, {"table": "onset_day"}, "table", '"onset_day" is no file of rows; did you mean onset_days?'),
    ("discrepancies", 2, {"rows": "LAB-001;LAB-777"}, "rows", '"LAB-777" is no row_id of any file'),
    ("seizure_rates", 2, {"n_events": "61", "reported": "61 of 60"}, "n_events",
     '"61" is more than n_total, 60 (cohort adams2020)'),
    ("symptoms", 3, {"n_total": "101", "reported": "12 of 101"}, "n_total",
     '"101" is more than n_treated, 100 (cohort adams2020)'),
    ("onset_days", 2, {"low": "6", "reported": "5 (6–19)"}, "low", '"6" is more than value, 5 (cohort adams2020)'),
    ("onset_days", 2, {"high": "4", "reported": "5 (1–4)"}, "value", '"5" is more than high, 4 (cohort adams2020)'),
    ("incidence", 3, {"n_events": "61", "reported": "61 of 100"}, "n_events",
     '"61" for severe_icans is more than 60 for any_icans in the same patients (INC-001)'),
    ("incidence", 2, {"percent": "61", "reported": "60 of 100 (61%)"}, "percent",
     '"61" does not agree with 60 of 100, which is 60 (cohort adams2020)'),
    ("laboratory_values", 2, {"unit": "mg/dl"}, "unit", '"mg/dl" is not allowed here; did you mean mg/dL or mg/L?'),
    ("incidence", 2, {"reported": "60 of 1000 (60%)"}, "n_total",
     '"100" does not stand in reported, "60 of 1000 (60%)"'),
    ("treatment_doses", 2, {"reported": "100 mg/d for 3 days"}, "amount",
     '"1000" does not stand in reported, "100 mg/d for 3 days"'),
    ("incidence", 2, {"section": ""}, "section", "is missing; a row that the review states needs it"),
    ("incidence", 2, {"fingerprint": ""}, "fingerprint", "is missing; a row that the review states needs it"),
    ("incidence", 2, {"read_in": "adams2020"}, "read_in",
     '"adams2020" is not review2024, in which the other rows of the review were read'),
    ("incidence", 4, {"locator": ""}, "locator", "is missing; a row that the review does not state needs it"),
    ("incidence", 4, {"read_in": ""}, "read_in", "is missing; a row that the review does not state needs it"),
    ("incidence", 5, {"locator": "chart"}, "locator", '"chart" must be empty in a center\'s own rows (cohort own2026)'),
    ("incidence", 3, {"fingerprint": "0a1b2c3d4e50"}, "fingerprint",
     '"0a1b2c3d4e50" is not 0a1b2c3d4e5f, which other rows give for Onset, sentence 1'),
    ("sentences_without_row", 2, {"fingerprint": "0a1b2c3d4e5f"}, "fingerprint",
     '"0a1b2c3d4e5f" has a row; take the sentence off this list'),
    ("studies", 4, {"doi": "10.1000/ADULTS.17"}, "doi", '"10.1000/ADULTS.17" stands already in line 3'),
    ("studies", 4, {"pmid": "30000105"}, "pmid", '"30000105" stands already in line 3'),
    ("studies", 4, {"title": "An Invented Cohort of Adults", "authors": "Adams A", "year": "2020"}, "title",
     '"An Invented Cohort of Adults" stands already in line 3'),
    ("studies", 4, {"ref_number": "1"}, "ref_number", '"1" stands already in line 3'),
    ("studies", 4, {"doi": "10.1000/adults.18"}, "doi",
     '"10.1000/adults.18" is the entry above, 10.1000/adults.17, counted up by one'),
    ("studies", 4, {"pmid": "30000106"}, "pmid", '"30000106" is the entry above, 30000105, counted up by one'),
    ("studies", 5, {"ref_number": "4"}, "ref_number", '"4" follows 2; no study has the reference number 3'),
    ("studies", 5, {"doi": "10.1000/doses.6"}, "doi", '"10.1000/doses.6" is not the DOI in references.bib, 10.1000/doses.5'),
    ("studies", 5, {"year": "2018"}, "year", '"2018" is not the year in references.bib, 2019'),
    ("treatment_doses", 2, {"cites": "1"}, None, None),
]  # fmt: skip


@pytest.mark.parametrize("table, line, cells, column, said", PLANTED)
def test_a_planted_fault_is_told_in_its_place(data, table, line, cells, column, said):
    data.put(table, line, **cells)
    if column:
        assert said in found(data, table, line, column)
    else:
        assert data.faults()


@pytest.mark.parametrize("other", [{}, {"authors": "Adams A"}, {"year": "2020"}, {"authors": ""}])
def test_two_works_of_one_title_are_asked_about_and_no_fault(data, other):
    """An erratum, a second part, an annual report: another author or another year is another work."""
    data.put("studies", 4, title="An invented cohort of adults", **other)
    assert found(data, "studies", 4, "title") == []


def test_an_unmutual_overlap_blames_the_cohort_that_names_the_other(data):
    data.put("cohorts", 3, overlaps_with="", overlap_basis="")
    assert data.faults() == [
        f'{IN}cohorts.csv:2 overlaps_with: "baker2021" does not name adams2020 in its own overlaps_with'
    ]


def test_an_unused_reference_is_a_fault_unless_the_register_names_it(data):
    data.put("treatment_doses", 2, cites="1")
    assert data.faults() == [
        f'{IN}studies.csv:5 ref_number: "3" is cited by no row; cite it, or enter it in discrepancies.csv as reference 3'
    ]
    data.put("discrepancies", 2, against="Reference 3, which nothing cites")
    assert data.faults() == []


def test_a_bibliography_entry_without_study_and_a_study_without_entry(data):
    bib = data.root / "references.bib"
    bib.write_text(bib.read_text().replace("{adams2020,", "{adam2020,"))
    assert data.faults() == [
        f'{IN}studies.csv:3 study_id: "adams2020" has no entry in references.bib',
        'data/references.bib:9 key: "adam2020" is no study_id of studies.csv',
    ]


def test_a_repeated_bibliography_entry(data):
    bib = data.root / "references.bib"
    bib.write_text(bib.read_text() + "\n@article{clark2019x,\n  doi = {10.1000/DOSES.5},\n}\n")
    faults = data.faults()
    assert 'data/references.bib:33 doi: "10.1000/doses.5" stands already in line 25' in faults


def test_the_register_excuses_a_row_from_arithmetic_and_from_nothing_else(data):
    """61 of 60 is a finding once D01 names the row; a cohort that does not exist stays a fault."""
    data.put("seizure_rates", 2, n_events="61", reported="61 of 60", cohort_id="")
    data.put("discrepancies", 2, rows="LAB-001;SEI-001")
    assert data.faults() == []
    data.put("seizure_rates", 2, cohort_id="nobody")
    assert [fault.split(": ")[1] for fault in data.faults()] == ['"nobody" is no cohort_id of cohorts.csv']


# 17/40 = 42.5 exactly; 2/3 = 66.66…; 1/8 = 12.5 exactly; 28/133 = 21.05…
@pytest.mark.parametrize("events, total, percent, reported, agrees", [
    (17, 40, "42", "42%", True),  # cut, or half to even
    (17, 40, "43", "43%", True),  # half up
    (17, 40, "44", "44%", False),
    (17, 40, "42.5", "42.5%", True),
    (17, 40, "42", "42.0%", False),  # one decimal printed, so 42.0 is not 42.5
    (2, 3, "66", "66%", True),
    (2, 3, "67", "67%", True),
    (2, 3, "66.6", "66.6%", True),
    (2, 3, "66.7", "66.7%", True),
    (2, 3, "66.5", "66.5%", False),
    (2, 3, "65", "65%", False),
    (28, 133, "21", "21.0%", True),  # cut to one decimal
    (28, 133, "21.1", "21.1%", True),
    (28, 133, "21.2", "21.2%", False),
    (0, 60, "0", "0%", True),
    (60, 60, "100", "100%", True),
])  # fmt: skip
def test_percentages_are_held_to_the_digits_printed(data, events, total, percent, reported, agrees):
    data.put("csf_findings", 2, n_events=str(events), n_total=str(total), percent=percent, denominator_kind="other",
             reported=f"{events} of {total}, {reported}")  # fmt: skip
    assert data.faults() == [] if agrees else "does not agree" in data.faults()[0]


def test_a_bound_is_no_percentage_of_counts(data):
    data.put("csf_findings", 2, percent="20", relation="≤", reported="5 of 13, 20% or fewer")
    assert data.faults() == []


@pytest.mark.parametrize("percent, reported, decimals", [
    (4.0, "4%", 0), (4.0, "4.0%", 1), (4.0, "4.00%", 2), (4.5, "4.5", 1), (4.5, "4.50", 2), (4.0, "14.0; 4%", 0),
    (60.0, "60 of 100 (60.0%)", 1), (4.5, "4·50", 2),
])  # fmt: skip
def test_the_decimals_that_were_printed(percent, reported, decimals):
    frame = pl.DataFrame({"percent": [percent], "reported": [reported]})
    assert with_decimals(frame, "percent", "reported", "digits")["digits"].item() == decimals


# A value, the form in which a source prints it, and whether that form holds it.
@pytest.mark.parametrize("cells, reported, holds", [
    ({"n_events": "3", "n_total": "9"}, "three of 9", True),
    ({"n_events": "3", "n_total": "9"}, "13 of 9", False),
    ({"n_events": "3", "n_total": "9"}, "3.5; 9", False),
    ({"n_events": "0", "n_total": "9"}, "none of nine", True),
    ({"n_events": "0", "n_total": "9"}, "not in 9", False),
    ({"n_events": "9", "n_total": "9"}, "all 9", True),
    ({"n_events": "8", "n_total": "9"}, "all 9", False),
    ({"n_events": "1", "n_total": "22"}, "once in twenty-two", True),
    ({"n_events": "2", "n_total": "9"}, "twice, 9", True),
    ({"n_events": "", "n_total": "1200"}, "n = 1,200", True),
    ({"n_events": "", "n_total": "200"}, "n = 1,200", False),
    ({"n_events": "5", "n_total": "9"}, "5–9", True),
    ({"n_events": "1", "n_total": "9"}, "someone of 9", False),
])  # fmt: skip
def test_reported_holds_digits_and_number_words(data, cells, reported, holds):
    data.put("imaging_eeg_findings", 2, **cells, reported=reported, denominator_kind="other")
    assert (not any("does not stand in reported" in fault for fault in data.faults())) == holds


@pytest.mark.parametrize("value, reported, holds", [
    ("0.031", "P = .031", True), ("0.031", "P = 0.0310", True), ("0.031", "P = 0.31", False), ("4.5", "4.50 days", True),
    ("38.9", "≥ 38.9 °C", True), ("38.9", "38.95", False),
])  # fmt: skip
def test_reported_holds_decimals(data, value, reported, holds):
    data.put("predictors", 2, value=value, threshold="", reported=reported)
    assert (not any("does not stand in reported" in fault for fault in data.faults())) == holds


def test_rules_pass_over_a_table_that_cannot_be_read(data):
    """With cohorts.csv gone, rows are not told that their cohorts are unknown."""
    data.file("cohorts").unlink()
    assert data.faults() == [f"{IN}cohorts.csv: the file is missing"]
    data.file("incidence").unlink()
    assert data.faults() == [f"{IN}cohorts.csv: the file is missing", f"{IN}incidence.csv: the file is missing"]
