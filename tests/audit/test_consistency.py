"""Each check of consistency: a fault planted in a copy of the real data, and exactly that row told.

The witness of every expectation is the fault itself: the data without it tell nothing new.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import polars as pl
import pytest

from icans_evidence.audit.consistency import RULES, findings
from icans_evidence.audit.consistency.catalogue import BEGIN, END, with_rules
from icans_evidence.audit.consistency.denominators import denominators
from icans_evidence.audit.consistency.plausibility import plausible_ranges
from icans_evidence.audit.findings import SEVERITIES, Finding
from icans_evidence.errors import DataError
from icans_evidence.evidence import Evidence, load_evidence
from icans_evidence.printed.columns import numbers_of
from icans_evidence.printed.figures import numbers_in

ROOT = Path(__file__).parents[2]


@cache
def real() -> Evidence:
    return load_evidence(ROOT / "data")


@cache
def clean() -> frozenset[Finding]:
    return frozenset(findings(real()))


def written(frame: pl.DataFrame, name: str, cells: dict) -> pl.DataFrame:
    key = frame.columns[0]
    assert name in frame[key].to_list()
    here = pl.col(key) == name
    return frame.with_columns(
        pl.when(here).then(pl.lit(value, frame.schema[column])).otherwise(pl.col(column)).alias(column)
        for column, value in cells.items()
    )


def planted(*edits: tuple[str, str, dict]) -> Evidence:
    """The real data with cells of some rows changed; a row name "A as B" adds a copy of A under the name B."""
    tables = dict(real().tables)
    for table, name, cells in edits:
        source, _, new = name.partition(" as ")
        frame = tables[table]
        if new:
            key = frame.columns[0]
            frame = pl.concat([frame, written(frame.filter(pl.col(key) == source), source, {key: new})])
        tables[table] = written(frame, new or source, cells) if cells else frame
    return replace(real(), tables=MappingProxyType(tables))


def told(evidence: Evidence, rule: str) -> set[tuple[str, str]]:
    """Row and column of what a rule tells beyond the clean data; lines may move."""
    known = {(f.rule, f.row_id, f.column, f.value, f.reason) for f in clean()}
    rules = [one for one in RULES if one.name == rule]
    new = [f for f in findings(evidence, rules) if (f.rule, f.row_id, f.column, f.value, f.reason) not in known]
    return {(f.row_id, f.column) for f in new}


# rule, edits (table, row, cells), the rows and columns that the rule tells
PLANTED = [
    ("a title is of one document", [("studies", "maude2014", {"title": "Global Manufacturing of CAR-T cell therapy"})],
     {("maude2014", "title")}),
    ("every document is looked through", [("incidence", "INC-516", {"read_in": "maude2014"})],
     {("maude2014", "study_id")}),
    ("taken means a row", [("looked_for", "amidi2022", {"status": "not_printed"})], {("amidi2022", "status")}),
    ("what was counted is what the scale counts", [("incidence", "INC-528", {"outcome": "any_neurologic_events"})],
     {("INC-528", "outcome")}),
    ("a scale has its source", [("cohorts", "juliet_astct", {"scale_source": None})], {("juliet_astct", "scale_source")}),
    ("names are those of the vocabulary", [("cohorts", "neelapu2017", {"product": "axi-cell"})], {("neelapu2017", "product")}),
    ("no two cohorts share a label", [("cohorts", "neelapu2017", {"label": "Maude 2014"})], {("neelapu2017", "label")}),
    ("every printed figure is held", [("incidence", "INC-516", {"reported": "58.9%; n = 56; 31"})], {("INC-516", "reported")}),
    ("counts stand as they are printed", [("incidence", "INC-533", {"n_events": 15, "n_total": 4})],
     {("INC-533", "n_events"), ("INC-533", "n_total")}),
    ("counts stand as they are printed", [("incidence", "INC-516", {"n_total": 65})], {("INC-516", "n_total")}),
    ("percent signs and percent columns agree", [("incidence", "INC-516", {"percent": 56.0})], {("INC-516", "reported")}),
    ("percent signs and percent columns agree", [("incidence", "INC-608", {"reported": "1%; 6; n = 16"})], {("INC-608", "reported")}),
    ("numbers are printed plainly", [("incidence", "INC-516", {"reported": "58,9%; n = 56"})], {("INC-516", "reported")}),
    ("ranges stand as they are printed", [("onset_days", "ONS-505", {"reported": "5 days; range 10–1"})],
     {("ONS-505", "reported"), ("ONS-505", "low"), ("ONS-505", "high")}),
    ("all and none are counted so", [("incidence", "INC-502", {"n_events": 27, "n_total": 28})], {("INC-502", "n_events")}),
    ("all and none are counted so", [("incidence", "INC-508", {"n_events": 1})], {("INC-508", "n_events")}),
    ("a printed bound is held as a bound", [("seizure_rates", "SEI-001", {"relation": "="})], {("SEI-001", "relation")}),
    ("a printed bound is held as a bound", [("incidence", "INC-001", {"relation": "≥"})], {("INC-001", "relation")}),
    ("a bound has its sign in print", [("incidence", "INC-516", {"relation": "≥"})], {("INC-516", "relation")}),
    ("words and relation tell one bound", [("steroid_outcomes", "STE-501", {"relation": "="})], {("STE-501", "relation")}),
    ("words and relation tell one bound", [("claims", "CLM-013", {"relation": "="})], {("CLM-013", "relation")}),
    ("a statistic has its unit", [("treatment_outcomes", "TRT-505", {"statistic": "median"})], {("TRT-505", "unit")}),
    ("an outcome has a unit that measures it", [("steroid_outcomes", "STE-522", {"unit": "mg/L"})], {("STE-522", "unit")}),
    ("a statistic has its unit", [("predictors", "PRE-514", {"statistic": "p_value"})], {("PRE-514", "unit")}),
    ("a statistic has its figures", [("predictors", "PRE-514", {"statistic": "direction"})], {("PRE-514", "statistic")}),
    ("a statistic has its figures", [("predictors", "PRE-508", {"value": 3.0})], {("PRE-508", "value")}),
    ("a statistic has its figures", [("treatment_outcomes", "TRT-501", {"value": 4.0})], {("TRT-501", "value")}),
    ("a measured value has its statistic", [("context", "CTX-533", {"statistic": "median"})], {("CTX-533", "statistic")}),
    ("a measured value has its statistic", [("context", "CTX-003", {"low": None})], {("CTX-003", "statistic")}),
    ("a statistic has its words", [("context", "CTX-522", {"statistic": "mean"})], {("CTX-522", "statistic")}),
    ("a statistic has its words", [("context", "CTX-509", {"statistic": "median"})], {("CTX-509", "statistic")}),
    ("an extreme is told as one", [("onset_days", "ONS-506", {"statistic": "minimum"})], {("ONS-506", "statistic")}),
    ("an extreme is told as one", [("onset_days", "ONS-506", {"relation": "≤"})], {("ONS-506", "statistic")}),
    ("a spread has its words", [("onset_days", "ONS-505", {"spread": "iqr"})], {("ONS-505", "spread")}),
    ("the unit is the printed one", [("onset_days", "ONS-506", {"unit": "hours"})], {("ONS-506", "unit")}),
    ("the unit is the printed one", [("treatment_doses", "DOS-009", {"unit": "mg/kg"})], {("DOS-009", "unit")}),
    ("a printed unit is held", [("course_days", "DUR-506", {"unit": "weeks"})], {("DUR-506", "unit")}),
    ("the unit is the usual one of its outcome", [("course_days", "DUR-504", {"outcome": "duration_any", "unit": "hours"})],
     {("DUR-504", "unit")}),
    ("an outcome has a unit that measures it", [("context", "CTX-533", {"unit": "years"})], {("CTX-533", "unit")}),
    ("an outcome has a unit that measures it", [("predictors", "PRE-501", {"unit": "pg/mL"})], {("PRE-501", "unit")}),
    ("an outcome has a unit that measures it", [("treatment_doses", "DOS-009", {"unit": "weeks"})], {("DOS-009", "unit")}),
    # 33/56 = 58.93 and 32/56 = 57.14: nothing prints as 58.1
    ("percentages come from whole patients", [("incidence", "INC-516", {"percent": 58.1, "reported": "58.1%; n = 56"})],
     {("INC-516", "percent")}),
    # 31/45 = 68.89
    ("shares agree with their counts", [("context", "CTX-513", {"value": 63.9, "reported": "31 of 45; 63.9%"})],
     {("CTX-513", "percent")}),
    ("shares agree with their counts", [("treatment_outcomes", "TRT-505", {"value": 9.0, "reported": "3; 9%; n = 43"})],
     {("TRT-505", "percent")}),
    # 22/68 = 32.353: 32.3 when cut to one decimal, 32.4 when rounded
    ("percentages are rounded and not cut", [("incidence", "INC-552", {"percent": 32.3, "reported": "22/68; 32.3%"})],
     {("INC-552", "percent")}),
    # 59/199 = 29.648
    ("percentages are rounded and not cut", [("incidence", "INC-510", {"percent": 29.0, "reported": "59; 29%; n = 199"})],
     {("INC-510", "percent")}),
    # 82 as 82% needs 100 patients; the cohort has 124, 106, 82, 42
    ("a count and a percentage point to a known total",
     [("treatment_outcomes", "TRT-507", {"value": 84.0, "reported": "82; 84%"})], {("TRT-507", "percent")}),
    # 1/20 = 5 and 2/20 = 10
    ("a count lies behind every percentage", [("cohorts", "strati2023", {"n_treated": 20}),
     ("incidence", "INC-524", {"cohort_id": "strati2023", "percent": 7.0, "reported": "7%", "population": "all"})],
     {("INC-524", "percent")}),
    ("grades add up", [("incidence", "INC-578", {"n_events": 19})],
     {(f"INC-{n}", "n_events") for n in (576, 577, 578, 579, 580)}),
    ("the parts of those counted are everybody", [("incidence", "INC-504", {"n_events": 11})],
     {("INC-504", "n_events"), ("INC-505", "n_events")}),
    ("no part is larger than its whole", [("incidence", "INC-535", {"n_events": 32})], {("INC-535", "n_events")}),
    ("groups add up to the cohort", [("context", "CTX-564", {"value": 11.0})],
     {("CTX-564", "value"), ("CTX-565", "value"), ("CTX-566", "value")}),
    ("one group has one size", [("symptoms", "SYM-503", {"n_total": 99})], {("SYM-503", "n_total")}),
    ("the treated are the cohort", [("incidence", "INC-530", {"n_total": 165})], {("INC-530", "n_total")}),
    ("no count is larger than the cohort", [("imaging_eeg_findings", "IMG-502", {"n_events": 62})], {("IMG-502", "n_events")}),
    ("no count is larger than the cohort", [("predictors", "PRE-517", {"n_total": 919})], {("PRE-517", "n_total")}),
    ("the size of a cohort is the number treated", [("context", "CTX-553", {"value": 39.0})], {("CTX-553", "value")}),
    ("the number treated stands in a row", [("cohorts", "volker2026", {"n_treated": 108})], {("volker2026", "n_treated")}),
    ("a group is no larger than the one around it", [("csf_findings", "CSF-003", {"n_total": 131})], {("CSF-003", "n_total")}),
    ("those counted in one row are the group of another", [("onset_days", "ONS-501", {"n_total": 79})], {("ONS-501", "n_total")}),
    # the middle of 2.6 and 12.9 is the root of their product, 5.79
    ("an interval lies around its estimate", [("predictors", "PRE-543", {"value": 3.8})], {("PRE-543", "value")}),
    ("an interval lies around its estimate", [("treatment_outcomes", "TRT-503", {"value": 15.6})], {("TRT-503", "value")}),
    # 9 of 124 by Wilson: 3.9 to 13.2
    ("an interval is as wide as its patients make it", [("treatment_outcomes", "TRT-508", {"high": 31.0})], {("TRT-508", "low")}),
    ("quartiles lie inside the range", [("onset_days", "ONS-505 as ONS-905", {"spread": "iqr", "low": 2.0, "high": 12.0})],
     {("ONS-905", "low")}),
    ("a whole lies between its parts",
     [("onset_days", "ONS-508 as ONS-905", {"outcome": "onset_mild", "value": 9.0}),
      ("onset_days", "ONS-508 as ONS-906", {"outcome": "onset_severe", "value": 11.0})], {("ONS-508", "value")}),
    ("one matter is told with one figure", [("onset_days", "ONS-505 as ONS-905", {"value": 6.0})],
     {("ONS-505", "reported"), ("ONS-905", "reported")}),
    ("documents agree on a cohort", [("symptoms", "SYM-503 as SYM-903", {"read_in": "cevering2026", "percent": 28.0})],
     {("SYM-503", "percent"), ("SYM-903", "percent")}),
    ("the same patients have the same share", [("incidence", "INC-546", {"n_events": 31, "percent": 31.0, "reported": "31; 31%; n = 100"})],
     {("INC-546", "percent"), ("INC-540", "percent")}),
    ("the figures of a claim stand in its statement", [("claims", "CLM-077", {"low": 6.0})], {("CLM-077", "low")}),
    ("rows that bear a claim go its way", [("predictors", "PRE-024", {"direction": "lower"})],
     {("CLM-005", "direction"), ("CLM-087", "direction")}),
    ("one dose is one amount", [("treatment_doses", "DOS-501", {"fingerprint": "e60380917ef1"}),
     ("treatment_doses", "DOS-502", {"fingerprint": "e60380917ef1", "indication": "prophylaxis of ICANS, first dose cohort",
                                     "amount": 1000.0})], {("DOS-501", "amount"), ("DOS-502", "amount")}),
    ("a later step is no smaller", [("treatment_doses", "DOS-008", {"amount": 100.0})], {("DOS-008", "amount")}),
    ("the interval is the printed one", [("treatment_doses", "DOS-504", {"interval_hours": 6.0})], {("DOS-504", "interval_hours")}),
    ("the interval is the printed one", [("treatment_doses", "DOS-007", {"interval_hours": 8.0})], {("DOS-007", "interval_hours")}),
    ("a cap is above one dose", [("treatment_doses", "DOS-005", {"cap": 80.0})], {("DOS-005", "cap")}),
    ("values are plausible", [("laboratory_values", "LAB-005", {"value": 5100.0})], {("LAB-005", "value")}),
    ("values are plausible", [("predictors", "PRE-011", {"threshold": 83.9})], {("PRE-011", "threshold")}),
    ("one fingerprint has one place", [("symptoms", "SYM-011", {"section": "Tremor"})], {("SYM-011", "section")}),
    ("one place has one fingerprint", [("symptoms", "SYM-011", {"fingerprint": "0" * 12})], {("SYM-011", "fingerprint")}),
    ("sections stand together in a file", [("symptoms", "SYM-011", {"section": "EEG"})], {("SYM-011", "section"), ("SYM-012", "section")}),
    ("sentences rise within a section", [("symptoms", "SYM-008", {"sentence": 9})], {("SYM-009", "sentence")}),
    ("tables and figures have a locator", [("context", "CTX-050", {"section": "Ferritin"})], {("CTX-050", "section")}),
    ("a row cites the study of its cohort", [("symptoms", "SYM-008", {"cites": "15"})], {("SYM-008", "cites")}),
    ("rows of a sentence share its references", [("predictors", "PRE-015", {"cites": "14;15;18"})], {("PRE-015", "cites")}),
    ("references are numbered in the order of their first mention", [("treatment_outcomes", "TRT-021", {"cites": "25"})],
     {("TRT-021", "cites")}),
    ("files agree on the order of sections", [("predictors", "PRE-001", {"section": "Prognosis"})],
     {("PRE-001", "section")}),
    ("a row is read in a document on its cohort", [("incidence", "INC-530", {"cohort_id": "amidi2022"})], {("INC-530", "cohort_id")}),
    ("words of a population fit its cohort", [("incidence", "INC-604", {"population": "multiple myeloma, ide-cel"})],
     {("INC-604", "population")}),
    ("words of a population fit its cohort", [("cohorts", "sidana2025", {"disease": "mantle cell lymphoma"})],
     {("sidana2025", "population")}),
    ("words of a population fit its denominator", [("incidence", "INC-530", {"denominator_kind": "severe"})], {("INC-530", "denominator_kind")}),
    ("words of a population fit its denominator", [("onset_days", "ONS-501", {"denominator_kind": "treated"})], {("ONS-501", "denominator_kind")}),
    ("titles and numbers agree with the bibliography", [("studies", "gust2017", {"title": "CD19 CAR-T cells"})], {("gust2017", "title")}),
    ("titles and numbers agree with the bibliography", [("studies", "belin2020", {"pmid": "33149179"})], {("belin2020", "pmid")}),
    ("titles and numbers agree with the bibliography", [("studies", "belin2020", {"authors": "Devic P"})], {("belin2020", "authors")}),
    ("a study is named after its author and year", [("studies", "belin2020", {"year": 2021})],
     {("belin2020", "year"), ("belin2020", "label")}),
    ("a study is named after its author and year", [("studies", "belin2020", {"authors": "Devic P"})], {("belin2020", "authors")}),
    ("a doi fits its journal and year", [("studies", "strati2021", {"doi": "10.1182/blood.2017008865"})], {("strati2021", "doi")}),
    ("a doi fits its journal and year", [("studies", "strati2021", {"doi": "10.1200/jco.2020008865"})], {("strati2021", "doi")}),
    ("pmids rise with the years", [("studies", "volker2026", {"pmid": "31000000"})], {("volker2026", "pmid")}),
    ("no identifier is another counted up", [("studies", "volker2026", {"pmid": "39729505"})], {("volker2026", "pmid")}),
    ("parts of a study are declared", [("cohorts", "shah2021_revised", {"overlaps_with": None})], {("shah2021_revised", "overlaps_with")}),
    ("a product has its target", [("cohorts", "sidana2025", {"target": "CD19"})], {("sidana2025", "target")}),
    ("no row stands twice", [("symptoms", "SYM-018 as SYM-918", {})], {("SYM-918", "row_id")}),
    ("no finding stands twice", [("incidence", "INC-530 as INC-930", {"certainty": "medium"})], {("INC-930", "row_id")}),
    ("copied rows keep no note", [("incidence", "INC-561 as INC-9964", {"cohort_id": "siebrexucel"})], {("INC-9964", "cohort_id")}),
    ("figures are not dragged down", [("symptoms", "SYM-502", {"n_total": 101}), ("symptoms", "SYM-503", {"n_total": 102}),
     *(("symptoms", f"SYM-50{n}", {"outcome": "tremor"}) for n in (1, 2))], {("SYM-503", "n_total")}),
    ("the register quotes its rows", [("laboratory_values", "LAB-001", {"value": 136.9, "reported": "136.9 mg/dL"})], {("D01", "printed")}),
    ("the register stands at its rows", [("discrepancies", "D38", {"fingerprint": "395910dd40a5"})], {("D38", "fingerprint")}),
    ("a row of the review stands where a pass read it", [("symptoms", "SYM-008", {"section": "Tremor"})], {("SYM-008", "section")}),
    ("a row of the review stands where a pass read it", [("symptoms", "SYM-008", {"fingerprint": "0" * 12})], {("SYM-008", "fingerprint")}),
    ("a figure that both passes read is held", [("symptoms", "SYM-008", {"n_total": None})], {("SYM-008", "n_total")}),
    ("a row of the review holds what a pass read", [("symptoms", "SYM-008", {"n_events": 18, "reported": "18 of 22"})],
     {("SYM-008", "n_events")}),
    ("a row of the review holds what a pass read", [("symptoms", "SYM-008", {"denominator_kind": "treated"})], {("SYM-008", "denominator_kind")}),
]  # fmt: skip


@pytest.mark.parametrize(
    "rule, edits, expected", PLANTED, ids=[f"{rule}-{n}" for n, (rule, _, _) in enumerate(PLANTED)]
)
def test_a_planted_fault_is_told_and_nothing_else(rule, edits, expected):
    assert told(planted(*edits), rule) == expected


def test_every_check_has_its_planted_fault():
    assert {rule for rule, _, expected in PLANTED if expected} == {rule.name for rule in RULES}


def test_every_check_has_a_name_and_its_sentence():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.sentence.endswith(".") for rule in RULES)


def test_the_clean_data_have_no_open_finding():
    """What the checks tell of the data as they stand is named in the register, or a note."""
    assert [f for f in clean() if f.is_open] == []
    assert {f.severity for f in clean()} <= set(SEVERITIES)


def test_findings_come_in_the_order_of_their_places():
    found = findings(real())
    assert [(f.table, f.line) for f in found] == sorted((f.table, f.line) for f in found)
    frame = real().tables[found[0].table]
    assert frame[frame.columns[0]][found[0].line - 2] == found[0].row_id


def test_without_the_passes_and_the_ranges_this_is_said_as_notes(tmp_path):
    (tmp_path / "references.bib").write_text(
        (ROOT / "data" / "references.bib").read_text(encoding="utf-8"), encoding="utf-8"
    )
    found = findings(replace(real(), root=tmp_path))
    said = {f.reason for f in found if f.severity == "note" and f.table == "cohorts"}
    assert said == {
        "extraction_passes is missing: no row was held against the passes",
        "plausible_ranges.csv is missing or empty: no value was held against a range",
    }


HEAD = "file,quantity,words,unit,low,high,source,note\n"


@pytest.mark.parametrize("text, said", [
    (HEAD + ",ferritin,ferritin,ng/mL,200,1,a book,\n", "plausible_ranges.csv:2: low, high, unit, words and source are needed"),
    (HEAD + ",ferritin,ferritin,ng/mL,1,200,,\n", "plausible_ranges.csv:2: low, high, unit, words and source are needed"),
    (HEAD + ",ferritin,(,ng/mL,1,200,a book,\n", 'plausible_ranges.csv:2: "(" is no pattern'),
    (HEAD + ",ferritin,ferritin,ng/mL,one,200,a book,\n", "plausible_ranges.csv: cannot be read; its columns are file"),
    ("a,b\n1,2\n", "plausible_ranges.csv: cannot be read; its columns are file"),
])  # fmt: skip
def test_faulty_ranges_are_refused(tmp_path, text, said):
    (tmp_path / "plausible_ranges.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="plausible_ranges") as refused:
        plausible_ranges(tmp_path)
    assert said in str(refused.value)


def test_every_range_names_its_source_and_matches_a_row_or_a_word_of_the_data():
    ranges = plausible_ranges(ROOT / "data")
    assert ranges.height > 40
    assert ranges["source"].null_count() == 0


def test_which_denominator_counts_whom():
    """Santomasso 2018 in the review: 53 whom nobody names, 22 severe, 14 severe with MRI, 5 low-grade with MRI."""
    table = denominators(real()).filter(pl.col("cohort_id") == "santomasso2018")
    assert dict(zip(table["n_total"], table["denominator_kind"], strict=True)) == {
        53: "not_stated", 22: "severe", 14: "severe", 5: "tested",
    }  # fmt: skip
    assert table.filter(pl.col("n_total") == 22)["rows"].to_list() == [["SYM-008"]]


@pytest.mark.parametrize("text, numbers", [
    ("163.9 mg/dL", [163.9]), ("1,803 mg; 2,000 ng/mL", [1803, 2000]), ("CD19, IL-6 and 1928z", []), ("P = .031", [0.031]),
    ("95% CI 2–17", [2, 17]), ("4·5 days", [4.5]), ("", []), ("4-1BB; MCP-1; 12 of 53", [12, 53]),
])  # fmt: skip
def test_the_figures_of_a_text(text, numbers):
    assert numbers_in(text) == numbers
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    assert numbers_of(frame, ["text"], [])["number"].to_list() == numbers


def test_the_data_dictionary_prints_every_check_once():
    page = with_rules(f"# Data\n\n{BEGIN}\nold\n{END}\nafter\n")
    assert with_rules(page) == page
    assert page.endswith(f"{END}\nafter\n")
    assert all(page.count(f"| {rule.name[:1].upper()}{rule.name[1:]} | ") == 1 for rule in RULES)
    with pytest.raises(ValueError, match="lacks the lines"):
        with_rules("no markers")


def test_an_empty_project_has_nothing_to_tell(tmp_path):
    """Files of headers alone, without bibliography, passes or ranges: no crash, no finding."""
    empty = {name: frame.clear() for name, frame in real().tables.items()}
    assert findings(replace(real(), root=tmp_path, tables=MappingProxyType(empty), references=())) == []
