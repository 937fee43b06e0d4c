"""Tables of assessments in files: read whole as they are, graded by an engine, written in the order of the rows.

Every cell of a CSV is read as text, so nothing is guessed or repaired; no value of a cell enters a message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from icans_evidence.errors import DataError, UsageError
from icans_evidence.files.writing import whole_file
from icans_evidence.grading.csv_shape import SHOWN, form_in, shape_of
from icans_evidence.grading.scales import Grader, grader
from icans_evidence.wording import listing

if TYPE_CHECKING:
    import polars as pl

SUFFIXES = (".csv", ".parquet")
ENGINES = ("polars", "duckdb", "spark")
CSV_MISREAD = "the file cannot be read as comma-separated text in UTF-8"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Graded:
    """What became of a table: its rows, those with a problem, and those that carry a caution.

    `first` are the first problems, each with its row number and without any value; `cautions` maps the text of a
    caution to the number of rows that carry it; `absent` are the findings for which there is no column; `taken` says
    what of the file's form is not the usual, such as "cells separated by semicolons".
    """

    rows: int
    problems: int
    first: tuple[str, ...]
    cautions: dict[str, int]
    absent: tuple[str, ...] = ()
    taken: str = ""


def grade_table(
    source: Path, target: Path, engine: str = "polars", progress: Progress | None = None, scale: str = "icans"
) -> Graded:
    """Grade the table in `source` (CSV or Parquet) and write it, whole and in order, to `target`.

    `scale` is a name of rules/scales.csv; `engine` is polars, duckdb or spark; `progress` is called with rows done and
    rows in all (polars only). The target appears only when it is complete. UsageError for other names, DataError for a
    file that is no table.
    """
    if engine not in ENGINES:
        raise UsageError(f"engine must be {listing(ENGINES, 'or')}")
    if _suffix(target) and source.resolve() == target.resolve():
        raise UsageError("the output must be another file than the table")
    if not target.resolve().parent.is_dir():
        raise UsageError(f"the folder of {target} does not exist")
    by = grader(scale)
    rows = count_rows(source, scale)
    with whole_file(target) as unfinished:
        _write(source, unfinished, scale, engine, rows, progress)
        taken = "" if _suffix(source) != ".csv" else form_in(source).words
        return replace(_told(unfinished, rows, by), taken=taken)


def count_rows(path: Path, scale: str = "icans") -> int:
    """The number of rows of a table in a file, after its shape was checked; DataError where it has none."""
    import polars as pl

    if not path.is_file():
        raise UsageError(f"{path} is not a file")
    if _suffix(path) == ".csv":
        shape = shape_of(path)
        columns, rows = shape.columns, shape.rows
    else:
        try:
            table = pl.scan_parquet(path)
            columns, rows = tuple(table.collect_schema()), table.select(pl.len()).collect().item()
        except pl.exceptions.PolarsError:
            raise DataError([f"{path.name}: the file cannot be read as Parquet"]) from None
    _refuse_other_tables(path, columns, grader(scale))
    return rows


def _refuse_other_tables(path: Path, columns: tuple[str, ...], by: Grader) -> None:
    known = (*by.domains, "patient_id")
    if not {name.strip().lower() for name in columns} & set(known):
        raise DataError([f"{path.name}: none of the columns {listing(known)} is there"])


def read_table(path: Path) -> pl.DataFrame:
    """The table in a file as polars reads it: every column of a CSV as text, of a Parquet file in its type."""
    import polars as pl

    count_rows(path)
    try:
        return scanned(path).collect()
    except pl.exceptions.PolarsError:
        raise DataError([f"{path.name}: {CSV_MISREAD}"]) from None


def scanned(path: Path) -> pl.LazyFrame:
    """The table in a file, not yet read."""
    import polars as pl

    if _suffix(path) == ".csv":
        form = form_in(path)
        return pl.scan_csv(path, infer_schema=False, separator=form.separator, skip_lines=form.skipped)
    table = pl.scan_parquet(path)
    named = [name for name, kind in table.collect_schema().items() if isinstance(kind, pl.Categorical | pl.Enum)]
    return table.with_columns(pl.col(named).cast(pl.String))  # a category is compared three times as slowly as its text


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"{path.name} must end in {listing(SUFFIXES, 'or')}")
    return suffix


def _write(source: Path, target: Path, scale: str, engine: str, rows: int, progress: Progress | None) -> None:
    from icans_evidence.grading import engines

    if engine == "polars":
        engines.write_polars(scanned(source), target, scale, rows, progress, f"{source.name}: {CSV_MISREAD}")
    else:
        {"duckdb": engines.write_duckdb, "spark": engines.write_spark}[engine](source, target, scale)


def _told(path: Path, rows: int, by: Grader) -> Graded:
    """What the written table says of itself."""
    import polars as pl

    from icans_evidence.grading.frames import count_cautions

    table = scanned(path)
    if table.select(pl.len()).collect(engine="streaming").item() != rows:
        raise DataError([f"{CSV_MISREAD}: not every line of it was read as a row; nothing was written"])
    bad = table.with_row_index("row", offset=1).select("row", "problem").filter(pl.col("problem").is_not_null())
    first = bad.head(SHOWN).collect(engine="streaming")
    problems = bad.select(pl.len()).collect(engine="streaming").item() if first.height == SHOWN else first.height
    texts = by.caution_texts
    columns = set(table.collect_schema())
    counts = count_cautions(table.with_columns(pl.col("minimum").cast(pl.Int8)), by.name)
    return Graded(
        rows,
        problems,
        tuple(f"row {row}: {text}" for row, text in first.iter_rows()),
        {texts[code]: count for code, count in counts.items() if count},
        tuple(code for code in by.domains if code not in columns),
    )
