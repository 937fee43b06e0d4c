"""Tables of pandas and pyarrow, graded through polars: only the columns that grading reads are converted, and the
grades are added to the table as it was given.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl

from icans_evidence.grading.entries import as_text

PANDAS_TYPES = {pl.Int8: "Int8", pl.Boolean: "boolean", pl.String: "string"}


def as_polars(frame: Any, asked: Collection[str]) -> tuple[list[str], pl.DataFrame]:
    """The names of all columns as text, and the columns that are asked for."""
    is_arrow = type(frame).__module__.startswith("pyarrow")
    names = frame.column_names if is_arrow else list(frame.columns)
    own = [name for name in names if name in asked]
    if is_arrow:
        columns = [pl.Series(name, pl.from_arrow(frame.column(name))) for name in own]
    else:
        columns = [_of_pandas(frame[name]) for name in own]
    rows = pl.Series("row", range(len(frame)))  # so that a table without any column that is asked for keeps its rows
    return [str(name) for name in names], pl.DataFrame([rows, *columns])


def _of_pandas(column: Any) -> pl.Series:
    """A column of pandas, whose NaN means that nothing was entered; mixed entries become text."""
    name = column.name
    if column.dtype.kind in "iuf":
        return pl.Series(name, column.to_numpy(dtype="float64", na_value=float("nan")), nan_to_null=True)
    values = [None if missing else value for value, missing in zip(column, column.isna(), strict=True)]
    given = [value for value in values if value is not None]
    if given and all(isinstance(value, bool) or type(value).__name__ == "bool_" for value in given):
        return pl.Series(name, [None if value is None else bool(value) for value in values], dtype=pl.Boolean)
    return pl.Series(name, [None if value is None else as_text(value) or str(value) for value in values], pl.String)


def with_columns_of(frame: Any, added: pl.DataFrame) -> Any:
    """The table as it was given, with the columns of a polars table of as many rows beside it."""
    if type(frame).__module__.startswith("pyarrow"):
        for column in added:
            frame = frame.append_column(column.name, column.to_arrow())
        return frame
    import pandas

    columns = {
        column.name: pandas.array(column.to_list(), dtype=PANDAS_TYPES[type(column.dtype)])
        if type(column.dtype) in PANDAS_TYPES
        else column.to_list()
        for column in added
    }
    return frame.assign(**columns)
