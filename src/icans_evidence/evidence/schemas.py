"""The Pandera schema of each file of a project: the model of its kind, the columns it declares, then the provenance.

Column names and order are read from here and written nowhere else. What a column may hold comes from the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

import pandera.polars as pa
import polars as pl

from icans_evidence.evidence import kinds
from icans_evidence.evidence.vocabulary import KINDS, Vocabulary


@cache
def model_of(kind: str) -> pa.DataFrameSchema:
    """The schema of a model of `kinds` by its name, without what a vocabulary adds."""
    schema: pa.DataFrameSchema = getattr(kinds, kind).to_schema()
    return schema


@cache
def numeric_columns() -> frozenset[str]:
    """The columns that hold numbers, in whatever kind; a column that a project declares holds text."""
    models = [model_of(kind) for kind in ("Study", "Cohort", *KINDS, "Provenance", *kinds.OF_EVERY_REVIEW)]
    return frozenset(name for model in models for name, column in model.columns.items() if _is_numeric(column))


def _is_numeric(column: Any) -> bool:
    return bool(column.dtype.type.is_numeric())


def base_columns(kind: str, located: bool) -> list[str]:
    """The columns that every table of a kind has."""
    return [*model_of(kind).columns, *(model_of("Provenance").columns if located else ())]


@lru_cache(maxsize=512)
def _columns_of_kind(vocabulary: Vocabulary, kind: str) -> dict[str, Any]:
    """The columns of a model of `kinds` with the words and limits that the vocabulary sets to them."""
    own = {table for table, declared in vocabulary.tables.items() if declared.kind == kind}
    return {name: _worded(column, vocabulary, own) for name, column in model_of(kind).columns.items()}


@lru_cache(maxsize=512)
def _declared_columns(vocabulary: Vocabulary, table: str) -> dict[str, Any]:
    """The columns that a project declares for one of its tables."""
    columns = {}
    for declared in vocabulary.tables[table].columns:
        words = vocabulary.words_of(declared.words)
        checks = [pa.Check.isin(list(words))] if words else []
        columns[declared.name] = pa.Column(
            str, checks, nullable=not declared.required, name=declared.name, description=declared.meaning,
            metadata={"unit": "", "words": declared.words},
        )  # fmt: skip
    return columns


@lru_cache(maxsize=512)
def fields_of(vocabulary: Vocabulary, table: str) -> dict[str, Any]:
    """Each column of a file with its Pandera column, in their order."""
    declared = vocabulary.tables[table]
    columns = dict(_columns_of_kind(vocabulary, declared.kind))
    if declared.located:
        columns |= _columns_of_kind(vocabulary, "Provenance")
    own = _declared_columns(vocabulary, table)
    for column in declared.columns:
        columns = _put_after(columns, column.after, {column.name: own[column.name]})
    return columns


def part_of(vocabulary: Vocabulary, kind: str) -> pa.DataFrameSchema:
    """A model of `kinds` with the words and limits that the vocabulary sets to its columns."""
    return _schema(_columns_of_kind(vocabulary, kind), kind)


def declared_part(vocabulary: Vocabulary, table: str) -> pa.DataFrameSchema:
    """The columns alone that a project declares for one of its tables."""
    return _schema(_declared_columns(vocabulary, table), table)


@lru_cache(maxsize=512)
def schema_of(vocabulary: Vocabulary, table: str) -> pa.DataFrameSchema:
    """The schema of `extracted/<table>.csv`, strict and ordered, nothing coerced."""
    return _schema(fields_of(vocabulary, table), table)


def _schema(columns: dict[str, Any], name: str) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, name=name, strict=True, ordered=True, coerce=False)


def _put_after(columns: dict[str, Any], after: str, more: dict[str, Any]) -> dict[str, Any]:
    names = list(columns)
    place = names.index(after) + 1 if after in names else len(names)
    return {name: columns[name] for name in names[:place]} | more | {name: columns[name] for name in names[place:]}


def _worded(column: Any, vocabulary: Vocabulary, tables: Iterable[str]) -> Any:
    """The column with the words that a vocabulary allows in it, and the limits set to it in any of the tables."""
    words = (column.metadata or {}).get("words", "")
    known = vocabulary.words_of(words) if words else ()
    checks = [pa.Check.isin(list(known))] if known else []
    for table in tables:
        low, high = vocabulary.limits.get((table, column.name), (None, None))
        checks += [] if low is None else [pa.Check.ge(_exact(low))]
        checks += [] if high is None else [pa.Check.le(_exact(high))]
    if not checks:
        return column
    return pa.Column(
        column.dtype, [*column.checks, *checks], nullable=column.nullable, unique=column.unique, name=column.name,
        description=column.description, metadata=column.metadata,
    )  # fmt: skip


def _exact(limit: float) -> float | int:
    return int(limit) if limit == int(limit) else limit


@lru_cache(maxsize=512)
def columns_of(vocabulary: Vocabulary, table: str) -> list[str]:
    """The columns of a file, in their order."""
    return list(fields_of(vocabulary, table))


@lru_cache(maxsize=512)
def types_of(vocabulary: Vocabulary, table: str) -> dict[str, pl.DataType]:
    """The polars type of each column of a file, in their order."""
    return {name: column.dtype.type for name, column in fields_of(vocabulary, table).items()}
