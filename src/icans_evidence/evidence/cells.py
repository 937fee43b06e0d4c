"""Texts turned into numbers, truth values and clean text, cell by cell.

Nothing is mended: a cell that is not written as it should be is a fault that says what it looks like and what to write.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from icans_evidence.files.faults import Faults, shown
from icans_evidence.printed.number_hints import explain_number

LONGEST = 10_000
_INTEGER = r"^-?[0-9]{1,15}$"
_DECIMAL = r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$"
_DAY_MONTH = r"^[0-9]{1,2}-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$"
_DATED = ("reported", "cut_off", "printed", "locator", "repeats")
_HIDDEN = "[\\x00-\\x1f\\x7f-\\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff]"
_TAG = r"<[A-Za-z/!?]"
_FORMULA = r"^[+@]|^=.|^-(\D|$|[0-9].*[^0-9.,%])"


def typed(
    frame: pl.DataFrame, table: str, types: dict[str, pl.DataType], hints: set[str], faults: Faults
) -> pl.DataFrame:
    """The frame with each column in its type of `types`; faulty cells are told to `faults` and become null.

    `hints` are the tests that the bytes of the file give reason for; see `hints`.
    """
    frame = _sized(frame, table, faults)
    _check_texts(frame, table, [c for c, dtype in types.items() if dtype == pl.String], hints, faults)
    faults.close_stage()
    numeric = {column: _written(column, dtype) for column, dtype in types.items() if dtype != pl.String}
    if not numeric:
        return frame
    values = frame.with_columns(**numeric)
    wrong = {column: pl.col(column).is_not_null() & written.is_null() for column, written in numeric.items()}
    hits = frame.select(**{column: test.any() for column, test in wrong.items()}).row(0, named=True)
    for column in [name for name, hit in hits.items() if hit]:
        rows = frame.filter(wrong[column]).select("line", value=column)
        faults.among(table, column, rows, lambda r, dtype=types[column]: _say_wrong(r["value"], dtype))  # type: ignore
    return values


def _written(column: str, dtype: pl.DataType) -> pl.Expr:
    """The value that a cell writes, null where it is not written as it should be."""
    cell = pl.col(column)
    if dtype == pl.Boolean:
        return pl.when(cell == "true").then(True).when(cell == "false").then(False)
    return pl.when(cell.str.contains(_INTEGER if dtype == pl.Int64 else _DECIMAL)).then(cell).cast(dtype)


def _say_wrong(value: str, dtype: pl.DataType) -> str:
    if dtype == pl.Boolean:
        return f"{shown(value)} is neither true nor false"
    return explain_number(value, whole=dtype == pl.Int64)


def _sized(frame: pl.DataFrame, table: str, faults: Faults) -> pl.DataFrame:
    """The frame without cells longer than LONGEST; their text is nowhere printed."""
    longest = frame.select(pl.col(pl.String).str.len_bytes().max()).row(0, named=True) if frame.height else {}
    for column in [name for name, size in longest.items() if size and size > LONGEST]:
        size = pl.col(column).str.len_chars()
        over = frame.filter(size > LONGEST).select("line", size=size)
        faults.among(table, column, over,
                     lambda r: f"holds {r['size']:,} characters; a cell holds at most {LONGEST:,}")  # fmt: skip
        frame = frame.with_columns(pl.when(size <= LONGEST).then(pl.col(column)).alias(column))
    return frame


def _say_hidden(value: str) -> str:
    hidden = re.search(_HIDDEN, value)
    assert hidden
    return f"{shown(value)} holds the invisible character U+{ord(hidden[0]):04X}; remove it"


def _say_formula(value: str) -> str:
    if value in ("-", "--"):
        return f"{shown(value)} is no value; leave a missing value empty"
    return f"{shown(value)} begins with {value[0]}, which a spreadsheet runs as a formula; begin with a word"


_Test = tuple[Callable[[str], pl.Expr], Callable[[str], str]]
_TESTS: dict[str, _Test] = {
    "blank": (lambda c: pl.col(c).str.starts_with(" ") | pl.col(c).str.ends_with(" "),
              lambda value: f"{shown(value)} begins or ends with a space"),
    "hidden": (lambda c: pl.col(c).str.contains(_HIDDEN), _say_hidden),
    "tag": (lambda c: pl.col(c).str.contains(_TAG),
            lambda value: f"{shown(value)} holds what reads as an HTML tag; cells are plain text"),
    "formula": (lambda c: pl.col(c).str.contains(_FORMULA), _say_formula),
    "date": (lambda c: pl.col(c).str.contains(_DAY_MONTH), lambda value: explain_number(value, whole=False)),
}  # fmt: skip


def _check_texts(frame: pl.DataFrame, table: str, columns: list[str], hints: set[str], faults: Faults) -> None:
    pairs = [(test, column) for test in _TESTS for column in columns
             if test in hints or (test == "date" and column in _DATED)]  # fmt: skip
    if not pairs:
        return
    found = frame.select([_TESTS[t][0](c).any().alias(str(n)) for n, (t, c) in enumerate(pairs)]).row(0)
    for (test, column), hit in zip(pairs, found, strict=True):
        if hit:
            matches, say = _TESTS[test]
            rows = frame.filter(matches(column)).select("line", value=column)
            faults.among(table, column, rows, lambda r, say=say: say(r["value"]))  # type: ignore[misc]
