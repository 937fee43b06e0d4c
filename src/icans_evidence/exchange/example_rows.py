"""A worked example row for each table of the form: invented, and never imported.

It shows how a printed figure is recorded; its name EXAMPLE keeps it out of the data.
"""

from __future__ import annotations

from icans_evidence.evidence.vocabulary import NOT_STATED, Vocabulary
from icans_evidence.exchange.form_columns import asked, names_of_rows

EXAMPLE = "EXAMPLE"

_PLACE = {
    "population": "adults on one ward", "denominator_kind": "treated", "relation": "=",
    "read_in": "example2020", "in_review": "false", "locator": "Table 2, row 3", "certainty": "high",
    "note": "Invented row that shows how to fill this sheet; it is never imported", "extracted_by": "AB",
}  # fmt: skip
_KINDS: dict[str, dict[str, str]] = {
    "Study": {
        "title": "An invented cohort", "authors": "Example A", "year": "2020", "journal": "Invented Journal",
        "doi": "10.1234/invented.20", "pmid": "12345678", "document": "article", "notice": "none_known",
        "notice_checked": "2026-11-22", "note": "Invented row; it is never imported",
    },
    "Cohort": {
        "study_id": "example2020", "label": "Example 2020", "population": "adults on one ward",
        "age_group": "adult", "n_treated": "40", "center": "Center A", "origin": "literature",
        "note": "Invented row; it is never imported",
    },
    "Proportion": {"n_events": "12", "n_total": "40", "percent": "30.0", "reported": "12 of 40 (30.0%)"},
    "Duration": {
        "statistic": "median", "value": "5", "low": "1", "high": "19", "spread": "range", "unit": "days",
        "n_total": "12", "reported": "median 5 days (range 1–19), n = 12",
    },
    "Measurement": {
        "statistic": "median", "value": "88", "low": "12", "high": "240", "spread": "range", "unit": "mg/L",
        "n_total": "40", "reported": "median 88 mg/L (12–240), n = 40",
    },
    "Association": {
        "factor": "age", "statistic": "hazard_ratio", "value": "1.40", "low": "1.10", "high": "1.80",
        "unit": "hazard ratio", "direction": "higher", "n_total": "40", "reported": "HR 1.40 (1.10–1.80), n = 40",
    },
    "Dose": {
        "drug": "invented drug", "indication": "grade 3", "amount": "10", "unit": "mg", "interval_hours": "6",
        "route": "IV", "denominator_kind": "", "reported": "10 mg IV every 6 hours",
    },
    "Claim": {
        "statement": "Onset is about day 5", "statistic": "median", "low": "5", "high": "5", "unit": "days",
        "n_studies": "3", "denominator_kind": "",
        "reported": "about 5 days",
    },
    "Discrepancy": {
        "category": "arithmetic", "severity": "medium", "printed": "12 of 40 (32%)", "against": "12 of 40 is 30%",
        "why": "The percentage is not that of the counts", "reading": "The counts, as printed", "confidence": "high",
        "rows": "INC-001", "raised_with_authors": "no", "outcome": "open",
    },
    "SentenceWithoutRow": {},
    "Appraisal": {"item": "JBI1", "judgement": "yes", "by": "AB", "note": "Invented row; it is never imported"},
    "LookedFor": {"core": "onset", "status": "taken", "note": "Invented row; it is never imported"},
    "PublishedPool": {
        "study_id": "example2020", "outcome": "the outcome pooled", "k_studies": "12", "n_patients": "480",
        "statistic": "proportion", "estimate": "30.0", "low": "25.0", "high": "35.0", "spread": "ci95",
        "unit": "percent", "reported": "30.0% (25.0–35.0), 12 studies, n = 480", "read_in": "example2020",
        "locator": "Abstract", "certainty": "high", "second_reading": "none",
        "note": "Invented row; it is never imported",
    },
    "Recommendation": {
        "study_id": "example2020", "topic": "monitoring", "grade": "3", "status": "stated",
        "statement": "Look at the patient twice a day", "figures": "twice a day", "read_in": "example2020",
        "locator": "Table 2", "certainty": "high", "second_reading": "none",
        "note": "Invented row; it is never imported",
    },
}  # fmt: skip
_LISTS = {"core": "core", "topic": "topics"}
"""The vocabulary of columns of files that every review has."""
_BACKGROUND = {
    "statistic": "percent", "value": "90", "low": "", "high": "", "spread": "", "unit": "percent",
    "reported": "90% of 40",
}  # fmt: skip
"""What the example of a table of background says otherwise."""


def example_row(vocabulary: Vocabulary, table: str) -> dict[str, str]:
    """The example of a table: every column with its text, empty where the example leaves it.

    Its outcome is the first that the project declares for the table, and its other words are the first of theirs.
    """
    declared = vocabulary.tables[table]
    cells = {**(_PLACE if declared.located else {}), "outcome": next(iter(declared.outcomes), "")}
    cells = cells | {"cohort_id": "example2020"} | _KINDS[declared.kind] | _named(vocabulary, table)
    cells |= {"n_treated": "40"} if table == "cohorts" else {}
    if table in vocabulary.background:
        cells |= _BACKGROUND
    if declared.kind == "Claim":
        cells |= _borne_out(vocabulary)
    if cells.get("unit") and cells["unit"] not in vocabulary.units:
        cells["unit"] = next(iter(vocabulary.units), "")
    for name in ("core", "topic"):
        if words := vocabulary.words_of(_LISTS[name]):
            cells[name] = words[0]
    named = cells | {names_of_rows(vocabulary, table)[0]: EXAMPLE}
    return {column.name: named.get(column.name, "") for column in asked(vocabulary, table)}


def _named(vocabulary: Vocabulary, table: str) -> dict[str, str]:
    """The words of the columns that a project declares: the first that its vocabulary has for each."""
    found = {}
    for column in vocabulary.tables[table].columns:
        if table == "cohorts" and (terms := vocabulary.is_name(column.name)) is not None:
            found[column.name] = next(iter(terms), NOT_STATED)
        elif words := vocabulary.words_of(column.words):
            found[column.name] = words[0]
        elif column.required:
            found[column.name] = NOT_STATED
    if product := found.get("product"):
        found |= {"target": vocabulary.target_of[product]} if product in vocabulary.target_of else {}
    return found


def _borne_out(vocabulary: Vocabulary) -> dict[str, str]:
    """The file of durations that the example of a claim rests on, and two of its rows."""
    home = next(iter(vocabulary.of_kind("Duration")), "")
    prefix = vocabulary.tables[home].prefix if home else ""
    return {"table": home, "bears": f"{prefix}-001;{prefix}-002" if home else ""}


def is_example(vocabulary: Vocabulary, table: str, texts: dict[str, str]) -> bool:
    """Whether a row that is named EXAMPLE says what the example says."""
    free = (names_of_rows(vocabulary, table)[0], "outcome")
    return all(texts[name] == text for name, text in example_row(vocabulary, table).items() if name not in free)
