"""A data folder made larger for measuring: every row many times over, each copy under names of its own.

Rows that the register names are not copied, since the register excuses a row by its name; documents stay as they are.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl

from icans_evidence.evidence.vocabulary_files import read_vocabulary

_RENAMED = ("cohort_id", "overlaps_with")
_KEPT = ("studies", "discrepancies", "sentences_without_row")


def scale(source: Path, target: Path, times: int) -> int:
    """Write `source`, a data folder, to `target` with its rows `times` over; returns the number of rows written.

    Copy 0 keeps its names. In copy 3, cohort adams2020 is adams2020x3 and a row's number is raised by three times the
    greatest number of its file, in the rows and wherever a claim names them.
    """
    (target / "extracted").mkdir(parents=True)
    for name in ("VERSION", "references.bib"):
        shutil.copy(source / name, target / name)
    shutil.copytree(source / "vocabulary", target / "vocabulary")
    declared = read_vocabulary(source).tables
    files = {table: source / "extracted" / f"{table}.csv" for table in declared}
    tables = {table: _read(path) for table, path in files.items() if path.exists()}
    named = tables["discrepancies"]["rows"].drop_nulls().str.split(";").explode()
    greatest = {declared[t].prefix: _greatest(frame) for t, frame in tables.items() if declared[t].located}
    total = 0
    for table, frame in tables.items():
        copies = frame if table in _KEPT else _copies(frame, named, greatest, times)
        copies.write_csv(target / "extracted" / f"{table}.csv")
        total += copies.height
    return total


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def _greatest(frame: pl.DataFrame) -> int:
    return int(frame["row_id"].str.slice(4).cast(pl.Int64).max() or 0) if frame.height else 0  # type: ignore[arg-type]


def _copies(frame: pl.DataFrame, named: pl.Series, greatest: dict[str, int], times: int) -> pl.DataFrame:
    again = pl.DataFrame({"copy": range(times)})
    many = again.join(frame, how="cross")
    if "row_id" in frame.columns:
        many = many.filter((pl.col("copy") == 0) | ~pl.col("row_id").is_in(named.implode()))
        many = many.with_columns(_raised("row_id", greatest))
    if "bears" in frame.columns:
        many = _each(many, "bears", named, greatest)
    renamed = [_suffixed(column) for column in _RENAMED if column in frame.columns]
    return many.with_columns(renamed).drop("copy").select(frame.columns)


def _raised(column: str, greatest: dict[str, int]) -> pl.Expr:
    prefix = pl.col(column).str.slice(0, 3)
    step = prefix.replace_strict(greatest, default=0, return_dtype=pl.Int64)
    number = pl.col(column).str.slice(4).cast(pl.Int64) + pl.col("copy") * step
    return pl.concat_str(prefix, pl.lit("-"), number.cast(pl.String).str.zfill(3)).alias(column)


def _each(many: pl.DataFrame, column: str, named: pl.Series, greatest: dict[str, int]) -> pl.DataFrame:
    indexed = many.with_row_index("n")
    single = indexed.select("n", "copy", pl.col(column).str.split(";")).explode(column).drop_nulls()
    single = single.filter((pl.col("copy") == 0) | ~pl.col(column).is_in(named.implode()))
    lists = single.with_columns(_raised(column, greatest)).group_by("n").agg(pl.col(column).str.join(";"))
    return indexed.drop(column).join(lists, on="n", how="left", maintain_order="left").drop("n")


def _suffixed(column: str) -> pl.Expr:
    suffix = pl.concat_str(pl.lit("x"), pl.col("copy").cast(pl.String))
    new = pl.col(column).str.split(";").list.join(pl.concat_str(suffix, pl.lit(";"))) + suffix
    return pl.when(pl.col(column).is_null() | (pl.col("copy") == 0)).then(pl.col(column)).otherwise(new).alias(column)
