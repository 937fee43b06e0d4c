"""What the page of commands shows of pooling: studies with the sentence that they give, from the table of the tests."""

from __future__ import annotations

import csv

import polars as pl

from icans_evidence.errors import UsageError
from icans_evidence.figures.display import Shown, html_table
from icans_evidence.project import project_here

CASES = "tests/spec/pooling.csv"
SHOWN = {
    "studies": "Patients with the event of all, study by study", "choice": "Method and interval",
    "answer": "The answer begins", "why": "Known from",
}  # fmt: skip


def pooling_cases() -> Shown:
    """Studies with the sentence that their pool begins with, and from where that is known."""
    path = project_here() / CASES
    if not path.is_file():
        raise UsageError(f"pooling_cases(): this project has no {CASES}")
    with path.open(newline="", encoding="utf-8") as text:
        rows = [_shown(row) for row in csv.DictReader(text)]
    return Shown(html_table(pl.DataFrame(rows).rename(SHOWN), "Studies and what their pool says"), "What a pool says")


def _shown(case: dict[str, str]) -> dict[str, str]:
    studies = ", ".join(f"{x}/{n}" for x, n in zip(case["events"].split(), case["totals"].split(), strict=True))
    choice = f"{case['method']}, {case['interval']}"
    return {"studies": studies or "none", "choice": choice, "answer": case["answer"], "why": case["why"]}
