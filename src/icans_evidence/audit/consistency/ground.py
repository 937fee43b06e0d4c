"""What a check of consistency is: a name, one sentence, and the rows it questions.

A check reads the Ground (all rows under each other, and what stands beside them) and tells; it never mends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from icans_evidence.evidence import Evidence
from icans_evidence.evidence.rules.draft import Draft
from icans_evidence.evidence.schemas import base_columns, columns_of
from icans_evidence.evidence.vocabulary import KINDS, Vocabulary
from icans_evidence.printed.figures import numbers_in

Say = Callable[[dict[str, Any]], str]
PLACE = ("file", "line", "row_id")


class Told(NamedTuple):
    """Rows that a check questions: `rows` has file, line, row_id and `column`; `say` turns one into its reason."""

    column: str
    rows: pl.DataFrame
    say: Say
    severity: str = "question"


class Entry(NamedTuple):
    """An entry of the register: its name, its category and the figures that it speaks of."""

    name: str
    category: str
    figures: frozenset[float]


@dataclass(frozen=True)
class Ground:
    """What the checks read: the evidence, its rows under each other, and their lines."""

    evidence: Evidence

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the project."""
        return self.evidence.vocabulary

    @property
    def declared(self) -> list[str]:
        """The columns of text that the project declares for its tables of figures."""
        tables = self.vocabulary.tables
        columns = (column.name for table in self.vocabulary.located for column in tables[table].columns)
        return list(dict.fromkeys(columns))

    def is_of(self, *kinds: str) -> pl.Expr:
        """Whether a row stands in a table of one of these kinds."""
        return pl.col("file").is_in(list(self.vocabulary.of_kind(*kinds)))

    @property
    def is_background(self) -> pl.Expr:
        """Whether a row stands in a table of what has no other home."""
        return pl.col("file").is_in(list(self.vocabulary.background))

    @property
    def is_compared(self) -> pl.Expr:
        """Whether a row may be compared with others: it is no claim, and has a home of its own."""
        return ~(self.is_of("Claim") | self.is_background)

    @cached_property
    def draft(self) -> Draft:
        """The tables with the `line` of each row, as the rules of the evidence read them."""
        lined = {name: frame.with_row_index("line", offset=2) for name, frame in self.evidence.tables.items()}
        return Draft(lined, self.evidence.vocabulary, self.evidence.references)

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The rows of all located tables with every column that any of them has, and `n_treated` of the cohort."""
        words = self.vocabulary
        columns = dict.fromkeys(name for table in words.located for name in columns_of(words, table))
        columns |= dict.fromkeys(name for kind in KINDS for name in base_columns(kind, located=True))
        treated = self.draft["cohorts"].select("cohort_id", "n_treated", "study_id", "overlaps_with", "product")
        return self.draft.of(*columns).join(treated, on="cohort_id", how="left", maintain_order="left")

    @cached_property
    def register(self) -> dict[str, list[Entry]]:
        """The entries of the register by the rows they name."""
        naming: dict[str, list[Entry]] = {}
        for entry in self.draft["discrepancies"].drop_nulls("rows").iter_rows(named=True):
            text = " | ".join(entry[name] or "" for name in ("printed", "against", "why", "reading"))
            kept = Entry(entry["discrepancy_id"], entry["category"], frozenset(numbers_in(text)))
            for row_id in entry["rows"].split(";"):
                naming.setdefault(row_id, []).append(kept)
        return naming

    def named(self, table: str, name: str) -> pl.DataFrame:
        """A table of identities with `file`, and its own name column also as `row_id`."""
        return self.draft[table].with_columns(file=pl.lit(table), row_id=pl.col(name))


@dataclass(frozen=True)
class Rule:
    """A check: its name, its sentence for the reader, and the categories of register entries that may settle it."""

    name: str
    sentence: str
    run: Callable[[Ground], Iterator[Told]] = field(repr=False)
    settled_by: frozenset[str]


RULES: list[Rule] = []


def rule(*settled_by: str) -> Callable[[Callable[[Ground], Iterator[Told]]], Callable[[Ground], Iterator[Told]]]:
    """Enter a function in RULES under its own name and its docstring; `settled_by` are categories of the register."""

    def enter(run: Callable[[Ground], Iterator[Told]]) -> Callable[[Ground], Iterator[Told]]:
        sentence = " ".join((run.__doc__ or "").split())
        RULES.append(Rule(run.__name__.replace("_", " "), sentence, run, frozenset(settled_by)))
        return run

    return enter
