"""What a form asks in each column: its type, meaning, unit, choices and limits, read from the declared schemas.

Nothing is declared here but which columns name a row; forms, readers and data packages all ask this module.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from icans_evidence.evidence.data_dictionary import dictionary
from icans_evidence.evidence.outcomes import Outcomes
from icans_evidence.evidence.schemas import schema_of
from icans_evidence.evidence.tables import TABLES
from icans_evidence.wording import capital

NOT_TYPED = ("sentences_without_row",)
"""Tables that no person types: their fingerprints are made by the audit of the review's text."""
_ROWS_WITHOUT_ID = {"appraisal": ("cohort_id", "item"), "sentences_without_row": ("fingerprint",)}
LINKS = {"cohort_id": "cohorts", "study_id": "studies", "read_in": "studies"}
"""A column that names a row of another table → that table, whose first column it names."""


class Asked(NamedTuple):
    """One column of a table; `low`, `high` and `above` are limits of a number, `choices` the only words allowed."""

    name: str
    type: str
    meaning: str
    unit: str
    allowed: str
    required: bool
    unique: bool
    choices: dict[str, str]
    low: float | None
    high: float | None
    above: float | None
    pattern: str

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.type in ("integer", "number")


def asked_in(table: str, outcomes: Outcomes | None) -> tuple[Asked, ...]:
    """The columns of a table where a project offers `outcomes` of its own; those of `asked` where it has none."""
    words = TABLES[table].outcomes if outcomes is None else dict(outcomes.get(table, {}))
    if words == TABLES[table].outcomes:
        return asked(table)
    said = "; ".join(f"{word}: {meaning}" for word, meaning in words.items())
    return tuple(c._replace(choices=words, allowed=said) if c.name == "outcome" else c for c in asked(table))


def about(table: str, outcomes: Outcomes | None) -> str:
    """What a row of a table is about; where a project offers `outcomes` of its own there, these."""
    words = {} if outcomes is None else dict(outcomes.get(table, {}))
    theirs = bool(words) and not words.keys() & TABLES[table].outcomes.keys()
    return capital(", ".join(words.values()) if theirs else TABLES[table].about)


@cache
def asked(table: str) -> tuple[Asked, ...]:
    """The columns of a table, in their order."""
    said = {entry.column: entry for entry in dictionary() if entry.table == table}
    return tuple(_asked(table, name, column, said[name]) for name, column in schema_of(table).columns.items())


def _asked(table: str, name: str, column: Any, said: Any) -> Asked:
    limits: dict[str, dict[str, Any]] = {check.name: check.statistics for check in column.checks}
    words = dict.fromkeys(limits.get("isin", {}).get("allowed_values", ()), "")
    if name == "outcome" and TABLES[table].outcomes:
        words = TABLES[table].outcomes
    types = {"Int64": "integer", "Float64": "number", "Boolean": "boolean", "String": "string"}
    return Asked(
        name, types[str(column.dtype)], said.meaning, said.unit, said.allowed, said.required, column.unique, words,
        limits.get("greater_than_or_equal_to", {}).get("min_value"),
        limits.get("less_than_or_equal_to", {}).get("max_value"),
        limits.get("greater_than", {}).get("min_value"),
        limits.get("str_matches", {}).get("pattern", ""),
    )  # fmt: skip


@cache
def names_of_rows(table: str) -> tuple[str, ...]:
    """The columns that together name a row of a table: its id, or what stands for one."""
    unique = tuple(column.name for column in asked(table) if column.unique)
    return unique or _ROWS_WITHOUT_ID[table]


def link_of(table: str, column: str) -> str:
    """The table whose rows a column names; empty where it names none, or is itself the name of its row."""
    return "" if LINKS.get(column) in (None, table) else LINKS[column]
