"""What a rule over the data is: a name, one sentence, and the rows that break it.

Rules are named functions over a Draft; they are vectorised, take a null for "not said", and pass over absent tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import polars as pl

from icans_evidence.evidence.schemas import numeric_columns, types_of
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.files.bibtex import Reference
from icans_evidence.files.faults import Say

NO_TEXTS = pl.Series("", [], dtype=pl.String)


class Found(NamedTuple):
    """Rows that break a rule (each with its `line`, and its `file` where `file` here is empty), and how they are said.

    `column` is the one that is blamed.
    """

    table: str
    column: str
    rows: pl.DataFrame
    say: Say


@dataclass(frozen=True)
class Draft:
    """Typed tables not yet known to be right, each row with its `line`; unreadable files are absent.

    `vocabulary` says which tables and outcomes there are.
    """

    tables: dict[str, pl.DataFrame]
    vocabulary: Vocabulary
    references: tuple[Reference, ...] | None = None

    @property
    def located(self) -> tuple[str, ...]:
        """The tables whose rows are figures."""
        return self.vocabulary.located

    def __contains__(self, table: str) -> bool:
        return table in self.tables

    def __getitem__(self, table: str) -> pl.DataFrame:
        return self.tables[table]

    def of(self, *columns: str) -> pl.DataFrame:
        """Those columns of the rows of all located tables under each other, after `file`, `line`, `row_id` and
        `cohort_id`; a column that another kind lacks is null. Only what is asked for is put together."""
        asked = dict.fromkeys(("row_id", "cohort_id", *columns))
        wanted = [name for name in asked if name not in ("file", "line")]
        types = {name: kind for table in self.located for name, kind in types_of(self.vocabulary, table).items()
                 if name in wanted}  # fmt: skip
        numbers = numeric_columns()
        types |= {name: pl.Float64() if name in numbers else pl.String() for name in wanted if name not in types}
        names = pl.Enum(list(self.vocabulary.tables))
        parts = [pl.DataFrame(schema={"file": names, "line": pl.UInt32, **{name: types[name] for name in wanted}})]
        for table in self.located:
            if table in self:
                have = self[table].columns
                cells = [name if name in have else pl.lit(None, types[name]).alias(name) for name in wanted]
                parts.append(self[table].select(pl.lit(table, names).alias("file"), "line", *cells))
        return pl.concat(parts)

    @cached_property
    def row_ids(self) -> pl.Series | None:
        """Every row_id; None while a file that holds rows is unreadable, since a name might stand there."""
        return self.of()["row_id"].drop_nulls() if all(table in self for table in self.located) else None

    @cached_property
    def cited(self) -> pl.DataFrame:
        """The reference numbers in each distinct `cites` cell: `cites`, `item`."""
        cells = self.of("cites").select("cites").drop_nulls().unique()
        return cells.select("cites", item=pl.col("cites").str.split(";")).explode("item")

    @cached_property
    def registered(self) -> pl.Series:
        """The row_ids that the register of discrepancies names."""
        return items(self["discrepancies"], "rows")["item"] if "discrepancies" in self else NO_TEXTS


@dataclass(frozen=True)
class Rule:
    """A rule: its name, its sentence for the reader, and whether the register may excuse a row from it."""

    name: str
    sentence: str
    run: Callable[[Draft], Iterator[Found]] = field(repr=False)
    excusable: bool


Check = Callable[[Draft], Iterator[Found]]
RULES: list[Rule] = []


def rule(*, excusable: bool = False) -> Callable[[Check], Check]:
    """Enter a function in RULES under its own name and the first line of its docstring."""

    def enter(run: Check) -> Check:
        sentence = (run.__doc__ or "").strip().splitlines()[0]
        RULES.append(Rule(run.__name__.replace("_", " "), sentence, run, excusable))
        return run

    return enter


def items(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row for each item of a list cell (separated by ;): `line`, `item`, and `file` where the frame has it."""
    kept = [name for name in ("file", "line") if name in frame.columns]
    filled = frame.filter(pl.col(column).is_not_null())
    return filled.select(*kept, item=pl.col(column).str.split(";")).explode("item")


def among(column: str, known: pl.Series) -> pl.Expr:
    """Whether a column holds one of `known`; false for null."""
    return pl.col(column).is_in(known.implode()).fill_null(False)
