"""The data dictionary: every column of every file with its meaning, unit and allowed values.

It is read from the models and from the vocabulary, so it cannot say anything else than what is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from icans_evidence.evidence.models import LIMITS
from icans_evidence.evidence.schemas import fields_of
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.wording import capital

BEGIN, END = "<!-- dictionary: begin -->", "<!-- dictionary: end -->"
_TYPES = {"String": "text", "Int64": "whole number", "Float64": "number", "Boolean": "true or false"}


class Entry(NamedTuple):
    """One column of one file; `allowed` is empty where any text may stand."""

    table: str
    column: str
    meaning: str
    unit: str
    allowed: str
    required: bool


@lru_cache(maxsize=8)
def dictionary(vocabulary: Vocabulary) -> tuple[Entry, ...]:
    """Every column of every file, in the order of the files and of their columns."""
    return tuple(
        _entry(table, name, column, vocabulary.tables[table].outcomes)
        for table in vocabulary.tables
        for name, column in fields_of(vocabulary, table).items()
    )


def _entry(table: str, name: str, column: Any, outcomes: Mapping[str, str]) -> Entry:
    kind = _TYPES[str(column.dtype)]
    words = [LIMITS[check.name](check.statistics) for check in column.checks]
    if name == "outcome" and outcomes:
        words.append("; ".join(f"{word}: {meaning}" for word, meaning in outcomes.items()))
    if column.unique:
        words.append("each once")
    allowed = "; ".join([*([] if kind == "text" else [kind]), *words])
    unit = (column.metadata or {}).get("unit", "")
    return Entry(table, name, column.description, unit, allowed, not column.nullable)


def dictionary_markdown(vocabulary: Vocabulary) -> str:
    """The tables for data/README.md, between the markers BEGIN and END: one heading and one table a file."""
    return "\n\n".join([BEGIN, *(_section(vocabulary, table) for table in vocabulary.tables), END])


def _section(vocabulary: Vocabulary, table: str) -> str:
    declared = vocabulary.tables[table]
    rows = [entry for entry in dictionary(vocabulary) if entry.table == table]
    lines = [_row(entry) for entry in rows]
    ids = f" Row names begin with {declared.prefix}." if declared.prefix else ""
    head = ["| column | meaning | unit | allowed | required |", "|---|---|---|---|---|"]
    return "\n".join([f"### {table}.csv", "", f"{capital(declared.about)}.{ids}", "", *head, *lines])


def _row(entry: Entry) -> str:
    required = "yes" if entry.required else ""
    return f"| {entry.column} | {_cell(entry.meaning)} | {_cell(entry.unit)} | {_cell(entry.allowed)} | {required} |"


def _cell(text: str) -> str:
    """A text that cannot break a Markdown table, nor be taken for a tag."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;").replace("~", "\\~")


def replaced_between_markers(page: str, vocabulary: Vocabulary) -> str:
    """A page with the text between the markers BEGIN and END replaced by the dictionary of today."""
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"the page lacks the lines {BEGIN} and {END}")
    return before + dictionary_markdown(vocabulary) + after
