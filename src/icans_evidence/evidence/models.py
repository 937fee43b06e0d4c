"""What Pandera finds in a typed frame, said in our words.

Pandera's own message is never shown; the faulty rows are taken from each check's result, so their number costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaError, SchemaErrors

from icans_evidence.evidence.schemas import declared_part, part_of
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.files.faults import Faults, Say, allowed, shown

PATTERNS = {
    r"^10\.[0-9]{4,9}/\S+$": ("DOI", "reads 10.1234/name, without https://doi.org/"),
    r"^[0-9]{6,9}$": ("PMID", "has 6 to 9 digits"),
    r"^[0-9]{4}-[0-9][0-9]-[0-9][0-9]$": ("date", "is written year-month-day, as in 2026-11-22"),
    r"^[A-Z]{3}-[0-9]{3,}$": ("row name", "has three capitals, a hyphen and at least three digits, as in SEI-014"),
    r"^[0-9]+(;[0-9]+)*$": ("list of reference numbers", "is written as in 10;15;16"),
    r"^[0-9a-f]{12}$": ("fingerprint", "has 12 digits of 0-9 and a-f"),
    r"^D[0-9]{2,3}$": ("name of an entry", "is D and two or three digits, as in D07"),
    r"^POOL-[0-9]{3,}$": ("name of an estimate", "is POOL- and at least three digits, as in POOL-007"),
    r"^REC-[0-9]{3,}$": ("name of a recommendation", "is REC- and at least three digits, as in REC-007"),
    r"^(JBI[1-9]|JBICS([1-9]|10))$": ("checklist item", "is one of JBI1 to JBI9 or JBICS1 to JBICS10"),
}
LIMITS: dict[str, Callable[[dict[str, Any]], str]] = {
    "greater_than_or_equal_to": lambda limits: f"{limits['min_value']} or more",
    "less_than_or_equal_to": lambda limits: f"{limits['max_value']} or less",
    "greater_than": lambda limits: f"more than {limits['min_value']}",
    "isin": lambda limits: ", ".join(limits["allowed_values"]),
    "str_matches": lambda limits: "a {} {}".format(*PATTERNS[limits["pattern"]]),
}


def check_models(tables: dict[str, pl.DataFrame], vocabulary: Vocabulary, faults: Faults) -> None:
    """Hold typed tables (each row with its `line`) against their models; every failing cell is told to `faults`.

    The rows of one kind are held against its model together, those of every file of figures against Provenance, and the
    columns that a project declares against its own words.
    """
    declared = vocabulary.tables
    for kind in dict.fromkeys(table.kind for table in declared.values()):
        _check(part_of(vocabulary, kind), [name for name in tables if declared[name].kind == kind], tables, faults)
    _check(part_of(vocabulary, "Provenance"), [name for name in tables if declared[name].located], tables, faults)
    for name in tables:
        if declared[name].columns:
            _check(declared_part(vocabulary, name), [name], tables, faults)


def _check(schema: pa.DataFrameSchema, names: list[str], tables: dict[str, pl.DataFrame], faults: Faults) -> None:
    if not names:
        return
    columns = list(schema.columns)
    frame = pl.concat([tables[name].select("line", *columns) for name in names])
    try:
        schema.validate(frame.select(columns), lazy=True)
    except SchemaErrors as failed:
        table = pl.concat([pl.select(file=pl.repeat(name, tables[name].height)) for name in names])
        for error in failed.schema_errors:
            _tell(error, pl.concat([table, frame], how="horizontal"), faults)


def _tell(error: SchemaError, frame: pl.DataFrame, faults: Faults) -> None:
    column = error.column_name or error.schema.name
    passed = error.check_output
    if not isinstance(passed, pl.DataFrame) or passed.height != frame.height:
        raise RuntimeError(f"{error.schema.name}.{column}: {error.reason_code} is not a failure of single rows")
    rows = frame.filter(~passed.to_series().fill_null(False)).select("file", "line", value=column)
    if error.check == "field_uniqueness":
        first = [pl.col(name).first().over("value").alias(f"other_{name}") for name in ("file", "line")]
        elsewhere = (pl.col("line") != pl.col("other_line")) | (pl.col("file") != pl.col("other_file"))
        rows = rows.with_columns(first).filter(elsewhere)
    for (table,), part in rows.partition_by("file", as_dict=True, maintain_order=True).items():
        faults.among(str(table), column, part, _words(error.check))


def _twice(row: dict[str, Any]) -> str:
    place = f"line {row['other_line']}" + ("" if row["file"] == row["other_file"] else f" of {row['other_file']}.csv")
    return f"{shown(row['value'])} stands already in {place}; it must stand once"


def _words(check: Any) -> Say:
    """How a failing value of a check is said."""
    if check == "not_nullable":
        return lambda row: "is missing; this column is never empty"
    if check == "field_uniqueness":
        return _twice
    limits = check.statistics
    if check.name == "isin":
        words = limits["allowed_values"]
        return lambda row: f"{shown(row['value'])} is not allowed here; {allowed(row['value'], words)}"
    if check.name == "str_matches":
        what, form = PATTERNS[limits["pattern"]]
        return lambda row: f"{shown(row['value'])} is no {what}; a {what} {form}"
    return lambda row: f"{_plain(row['value'])} is not allowed here; allowed: {LIMITS[check.name](limits)}"


def _plain(value: float) -> str:
    return f'"{value:g}"' if isinstance(value, float) else f'"{value}"'
