"""The engines that grade a table in a file: polars in a stream, DuckDB, and Spark on the cluster it is set up for.

All three read a CSV as text and run the same expressions; the rows keep their order.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icans_evidence.errors import DataError, UsageError, needing
from icans_evidence.files.formula_guard import PLAIN, RUNS, harmless_texts
from icans_evidence.grading.csv_shape import shape_of
from icans_evidence.grading.frames import grade_frame
from icans_evidence.wording import listing

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


def write_polars(
    table: pl.LazyFrame, target: Path, scale: str, rows: int, progress: Callable[[int, int], None] | None, misread: str
) -> None:
    """Grade a table and write it in a stream, whatever its size; DataError(`misread`) if it cannot be read."""
    import polars as pl

    graded = grade_frame(table, scale)
    if target.suffix == ".csv":
        _refuse_columns_without_text(graded.collect_schema())
    if progress is not None:
        graded = graded.map_batches(_Counter(rows, progress), streamable=True, schema=graded.collect_schema())
    if target.suffix == ".csv":
        texts = [name for name, kind in graded.collect_schema().items() if kind == pl.String]
        graded = graded.with_columns(harmless_texts(texts))
    try:
        if target.suffix == ".csv":
            graded.sink_csv(target)
        else:
            graded.sink_parquet(target)
    except pl.exceptions.PolarsError:  # its message may hold a patient's value
        raise DataError([misread]) from None


def _refuse_columns_without_text(schema: pl.Schema) -> None:
    import polars as pl

    odd = [name for name, kind in schema.items() if kind.is_nested() or kind in (pl.Binary, pl.Duration, pl.Object)]
    if odd:
        raise UsageError(f"a CSV cannot hold the columns {listing(odd)} of this table: write a .parquet file instead")


class _Counter:
    """Counts the rows that pass and tells of them."""

    def __init__(self, rows: int, progress: Callable[[int, int], None]) -> None:
        self.done, self.rows, self.progress = 0, rows, progress

    def __call__(self, batch: pl.DataFrame) -> pl.DataFrame:
        self.done += batch.height
        self.progress(self.done, self.rows)
        return batch


def write_duckdb(source: Path, target: Path, scale: str) -> None:
    """Grade a table with DuckDB; UsageError where it is not installed."""
    with needing("bulk", "--engine duckdb"):
        import duckdb
    with duckdb.connect() as engine:
        # lists of codes would become joins, which do not keep the order of the rows
        engine.execute("SET disabled_optimizers = 'in_clause'")
        table: Any
        if source.suffix.lower() == ".csv":
            shape = shape_of(source)
            kinds, form = dict.fromkeys(shape.columns, "VARCHAR"), shape.form
            table = engine.read_csv(
                str(source), header=True, sep=form.separator, skiprows=form.skipped, quotechar='"', escapechar='"',
                columns=kinds,
            )  # fmt: skip
        else:
            table = engine.read_parquet(str(source))
        graded: Any = grade_frame(table, scale)
        try:
            if target.suffix == ".csv":
                graded.project(", ".join(_harmless_in_duckdb(graded))).write_csv(str(target), header=True)
            else:
                graded.write_parquet(str(target))
        except duckdb.Error:
            raise DataError([f"{source.name}: the file cannot be read by DuckDB"]) from None


def _harmless_in_duckdb(table: Any) -> list[str]:
    """The columns of a DuckDB table in SQL, those of text as `harmless_texts` has them."""
    columns = []
    for name, kind in zip(table.columns, table.types, strict=True):
        cell = '"' + name.replace('"', '""') + '"'
        if str(kind) == "VARCHAR":
            runs = f"regexp_matches({cell}, '{RUNS}') AND NOT regexp_matches({cell}, '{PLAIN}')"
            cell = f"CASE WHEN {runs} THEN chr(39) || {cell} ELSE {cell} END AS {cell}"
        columns.append(cell)
    return columns


def _harmless_in_spark(table: Any) -> Any:
    """A Spark table, its columns of text as `harmless_texts` has them."""
    from pyspark.sql import functions

    for name, kind in table.dtypes:
        if kind == "string":
            cell = functions.col("`" + name.replace("`", "``") + "`")
            runs = cell.rlike(RUNS) & ~cell.rlike(PLAIN)
            guarded = functions.concat(functions.lit("'"), cell)
            table = table.withColumn(name, functions.when(runs, guarded).otherwise(cell))
    return table


def write_spark(source: Path, target: Path, scale: str) -> None:
    """Grade a table with Spark; its parts are put together in their order. UsageError where it is not installed."""
    with needing("spark", "--engine spark"):
        from pyspark.sql import SparkSession
    try:
        session = SparkSession.builder.appName("icans-evidence").getOrCreate()
    except Exception:
        raise UsageError("--engine spark needs a Java runtime that Spark can start") from None
    with suppress(Exception):  # a session on a remote cluster has no such setting; its logs could quote a row
        session.sparkContext.setLogLevel("OFF")
    folder = Path(tempfile.mkdtemp(prefix=".grading-", dir=target.parent))
    try:
        graded = grade_frame(_spark_table(session, source), scale)
        if target.suffix == ".csv":
            options = {"header": False, "quote": '"', "escape": '"', "emptyValue": '""'}
            spaces = dict.fromkeys(("ignoreLeadingWhiteSpace", "ignoreTrailingWhiteSpace"), False)
            _harmless_in_spark(graded).write.csv(str(folder / "parts"), **options, **spaces)
        else:
            graded.write.parquet(str(folder / "parts"))
        _put_together(sorted((folder / "parts").glob("part-*")), target, graded.columns)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _spark_table(session: Any, source: Path) -> Any:
    if source.suffix.lower() != ".csv":
        return session.read.parquet(str(source.resolve()))
    from pyspark.sql.types import StringType, StructField, StructType

    shape = shape_of(source)
    kinds = StructType([StructField(name, StringType()) for name in shape.columns])
    if shape.form.skipped:
        raise DataError([f"{source.name}: the first line is Excel's own sep=; remove it"])
    options = {"header": True, "quote": '"', "escape": '"', "multiLine": not shape.row_is_line,
               "sep": shape.form.separator}  # fmt: skip
    return session.read.csv(str(source.resolve()), schema=kinds, **options)


def _put_together(parts: list[Path], target: Path, columns: list[str]) -> None:
    import csv

    if target.suffix != ".csv":
        import polars as pl

        pl.scan_parquet(parts).sink_parquet(target)
        return
    with target.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerow(columns)
    with target.open("ab") as whole:
        for part in parts:
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, whole)
