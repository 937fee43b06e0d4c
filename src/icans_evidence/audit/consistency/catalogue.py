"""The checks of consistency and the columns of plausible_ranges.csv, as they are printed in data/README.md.

The sentences are those of the functions themselves, so the page cannot say anything else than what is checked.
"""

from __future__ import annotations

from icans_evidence.audit.consistency import RULES
from icans_evidence.wording import capital

BEGIN, END = "<!-- consistency: begin -->", "<!-- consistency: end -->"
RANGES = {
    "file": "file of the rows that are held against the range; empty for every file",
    "quantity": "what is measured, in words",
    "words": "pattern that the outcome, factor or drug of a row must match",
    "unit": "unit in which both ends are",
    "low": "lowest value that is let pass",
    "high": "highest value that is let pass",
    "source": "where the range comes from, and whether that was read",
    "note": "what a value outside usually means",
}


def rules_markdown() -> str:
    """The text between the markers BEGIN and END: one table of checks, one of the columns of plausible_ranges.csv."""
    rules = [f"| {capital(rule.name)} | {_cell(rule.sentence)} |" for rule in RULES]
    columns = [f"| {name} | {meaning} |" for name, meaning in RANGES.items()]
    head = ["| check | what it holds the data to |", "|---|---|"]
    ranges = ["", "### plausible_ranges.csv", "", "| column | meaning |", "|---|---|"]
    return "\n".join([BEGIN, "", *head, *rules, *ranges, *columns, "", END])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;").replace("~", "\\~")


def with_rules(page: str) -> str:
    """A page with the text between the markers BEGIN and END replaced by the checks of today."""
    before, found, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        raise ValueError(f"the page lacks the lines {BEGIN} and {END}")
    return before + rules_markdown() + after
