"""What a form asks in each column: its type, meaning, unit, choices and limits, read from the declared schemas.

Nothing is declared here but which columns name a row; forms, readers and data packages all ask this module.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from icans_evidence.evidence.data_dictionary import dictionary
from icans_evidence.evidence.schemas import fields_of
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.evidence.vocabulary_files import KEYS
from icans_evidence.wording import capital

NOT_TYPED = ("sentences_without_row",)
"""Tables that no person types: their fingerprints are made by the audit of the review's text."""
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


def about(vocabulary: Vocabulary, table: str) -> str:
    """What a row of a table is about."""
    return capital(vocabulary.tables[table].about)


@lru_cache(maxsize=512)
def asked(vocabulary: Vocabulary, table: str) -> tuple[Asked, ...]:
    """The columns of a table, in their order."""
    meant = {entry.column: entry for entry in dictionary(vocabulary) if entry.table == table}
    columns = fields_of(vocabulary, table).items()
    return tuple(_asked(vocabulary, table, name, column, meant[name]) for name, column in columns)


def _asked(vocabulary: Vocabulary, table: str, name: str, column: Any, said: Any) -> Asked:
    limits: dict[str, dict[str, Any]] = {check.name: check.statistics for check in column.checks}
    words = dict.fromkeys(limits.get("isin", {}).get("allowed_values", ()), "")
    if name == "outcome" and vocabulary.tables[table].located:
        words = dict(vocabulary.tables[table].outcomes)
    types = {"Int64": "integer", "Float64": "number", "Boolean": "boolean", "String": "string"}
    return Asked(
        name, types[str(column.dtype)], said.meaning, said.unit, said.allowed, said.required, column.unique, words,
        limits.get("greater_than_or_equal_to", {}).get("min_value"),
        limits.get("less_than_or_equal_to", {}).get("max_value"),
        limits.get("greater_than", {}).get("min_value"),
        limits.get("str_matches", {}).get("pattern", ""),
    )  # fmt: skip


def names_of_rows(vocabulary: Vocabulary, table: str) -> tuple[str, ...]:
    """The columns that together name a row of a table: its id, or what stands for one."""
    unique = tuple(column.name for column in asked(vocabulary, table) if column.unique)
    return unique or KEYS[table]


def link_of(table: str, column: str) -> str:
    """The table whose rows a column names; empty where it names none, or is itself the name of its row."""
    return "" if LINKS.get(column) in (None, table) else LINKS[column]
