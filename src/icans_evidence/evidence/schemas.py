"""The Pandera schema of each file: the model of its kind, its own columns, then the provenance.

Column names and order are read from here and written nowhere else.
"""

from __future__ import annotations

from functools import cache

import pandera.polars as pa
import polars as pl

from icans_evidence.evidence import kinds
from icans_evidence.evidence.tables import TABLES


@cache
def model_of(kind: str) -> pa.DataFrameSchema:
    """The schema of a model of `kinds` by its name."""
    return getattr(kinds, kind).to_schema()


@cache
def schema_of(table: str) -> pa.DataFrameSchema:
    """The schema of `data/extracted/<table>.csv`, strict and ordered, nothing coerced."""
    declared = TABLES[table]
    columns = dict(model_of(declared.kind).columns)
    for name, description in declared.extra.items():
        columns[name] = pa.Column(str, nullable=True, name=name, description=description, metadata={"unit": ""})
    if declared.located:
        columns |= model_of("Provenance").columns
    return pa.DataFrameSchema(columns, name=table, strict=True, ordered=True, coerce=False)


@cache
def columns_of(table: str) -> list[str]:
    """The columns of a file, in their order."""
    return list(schema_of(table).columns)


@cache
def types_of(table: str) -> dict[str, pl.DataType]:
    """The polars type of each column of a file, in their order."""
    return {name: column.dtype.type for name, column in schema_of(table).columns.items()}
