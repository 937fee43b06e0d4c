"""A worked example row for each table of the form: invented, and never imported.

It shows how a printed figure is recorded; its name EXAMPLE keeps it out of the data.
"""

from __future__ import annotations

from icans_evidence.evidence.outcomes import Outcomes, leaves_out
from icans_evidence.evidence.tables import TABLES
from icans_evidence.exchange.form_columns import asked, names_of_rows

EXAMPLE = "EXAMPLE"

_PLACE = {
    "population": "adults with lymphoma who received the cells", "denominator_kind": "treated", "relation": "=",
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
        "study_id": "example2020", "label": "Example 2020", "population": "adults with relapsed lymphoma",
        "product": "axicabtagene ciloleucel", "target": "CD19", "disease": "large B-cell lymphoma",
        "age_group": "adult", "n_treated": "40", "scale": "astct2019", "center": "Center A", "origin": "literature",
        "note": "Invented row; it is never imported",
    },
    "Proportion": {"n_events": "12", "n_total": "40", "percent": "30.0", "reported": "12 of 40 (30.0%)"},
    "Duration": {
        "statistic": "median", "value": "5", "low": "1", "high": "19", "spread": "range", "unit": "days",
        "n_total": "12", "denominator_kind": "any_neurotoxicity", "reported": "median 5 days (range 1–19), n = 12",
    },
    "Measurement": {
        "statistic": "median", "value": "88", "low": "12", "high": "240", "spread": "range", "unit": "mg/L",
        "n_total": "40", "reported": "median 88 mg/L (12–240), n = 40",
    },
    "Association": {
        "factor": "tumor burden", "statistic": "hazard_ratio", "value": "1.40", "low": "1.10", "high": "1.80",
        "unit": "hazard ratio", "direction": "higher", "n_total": "40", "reported": "HR 1.40 (1.10–1.80), n = 40",
    },
    "Dose": {
        "drug": "invented drug", "indication": "grade 3", "amount": "10", "unit": "mg", "interval_hours": "6",
        "route": "IV", "denominator_kind": "", "reported": "10 mg IV every 6 hours",
    },
    "Claim": {
        "statement": "Onset is about day 5", "statistic": "median", "low": "5", "high": "5", "unit": "days",
        "n_studies": "3", "table": "onset_days", "bears": "ONS-001;ONS-002", "denominator_kind": "",
        "reported": "about 5 days",
    },
    "Discrepancy": {
        "category": "arithmetic", "severity": "medium", "printed": "12 of 40 (32%)", "against": "12 of 40 is 30%",
        "why": "The percentage is not that of the counts", "reading": "The counts, as printed", "confidence": "high",
        "rows": "INC-001", "raised_with_authors": "no", "outcome": "open",
    },
    "SentenceWithoutRow": {},
    "Appraisal": {"item": "JBI1", "judgement": "yes", "by": "AB", "note": "Invented row; it is never imported"},
}  # fmt: skip
_TABLES: dict[str, dict[str, str]] = {
    "csf_findings": {"cut_off": "> 5 cells/µL"},
    "laboratory_values": {"specimen": "blood"},
    "context": {"statistic": "percent", "value": "90", "low": "", "high": "", "spread": "", "unit": "percent",
                "reported": "90% of 40"},
}  # fmt: skip


_ELSEWHERE: dict[str, str] = {
    "population": "adults on one ward", "product": "not_stated", "target": "not_stated", "disease": "not_stated",
    "scale": "not_stated", "denominator_kind": "treated", "factor": "age",
}  # fmt: skip
"""What the example says instead in a project of another topic."""


def example_row(table: str, outcomes: Outcomes | None = None) -> dict[str, str]:
    """The example of a table: every column with its text, empty where the example leaves it.

    `outcomes` are those that a project offers: the first of them is the example's.
    """
    declared = TABLES[table]
    offered = declared.outcomes if outcomes is None else outcomes[table]
    cells = {**(_PLACE if declared.located else {}), "outcome": next(iter(offered), "")}
    cells = cells | {"cohort_id": "example2020"} | _KINDS[declared.kind] | _TABLES.get(table, {})
    if any(leaves_out(outcomes, name) for name in TABLES):
        cells |= {name: text for name, text in _ELSEWHERE.items() if cells.get(name)}
    named = cells | {names_of_rows(table)[0]: EXAMPLE}
    return {column.name: named.get(column.name, "") for column in asked(table)}


def is_example(table: str, texts: dict[str, str]) -> bool:
    """Whether a row that is named EXAMPLE says what the example says, in a project of any topic."""
    free = (names_of_rows(table)[0], "outcome")
    return all(
        texts[name] in ({text, _ELSEWHERE.get(name, text)} if text else {""})
        for name, text in example_row(table).items()
        if name not in free
    )
