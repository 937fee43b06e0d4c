"""Cells that a spreadsheet would run as a formula, made harmless in every table that is written, and read back.

One apostrophe is put before such a cell and only such an apostrophe is taken off again, so every text survives.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

BLANKS = " \\t\\r\\n\\x0b\\x0c\u00a0\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
"""Blanks and signs without width: a spreadsheet passes over some of them before it looks for a formula."""
SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
"""Signs that begin a formula, with the wide and small forms that some spreadsheets read as the same."""
RUNS = f"^(?:[\\t\\r\\n]|[{BLANKS}]*[{SIGNS}])"
PLAIN = "^(?:=|-|-(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?)$"
"""Cells that begin so and run nowhere: a plain number, the relation "=", and the dash of an empty cell."""
_GUARDED = re.compile(f"^'*(?={RUNS[1:]})")
_MADE_HARMLESS = re.compile(f"^'+(?={RUNS[1:]})")
_PLAIN = re.compile(PLAIN)


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it without running it: "=1+1" is "'=1+1"; "-2.5", "=" and "−3" are left alone.

    A cell that already reads like a harmless one gets its apostrophe too, so that `original` undoes exactly this.
    """
    return f"'{cell}" if _GUARDED.match(cell) and not _PLAIN.fullmatch(cell) else cell


def original(cell: str) -> str:
    """The cell that `harmless` was given; "'twas" and "−3" were never touched."""
    return cell[1:] if _MADE_HARMLESS.match(cell) else cell


def harmless_texts(names: list[str]) -> list[pl.Expr]:
    """The text columns `names` of a frame made harmless; a cell that begins with an apostrophe is so already.

    For tables that we write and do not read back: written twice, they hold one apostrophe all the same.
    """
    import polars as pl

    def guarded(cells: pl.Series) -> pl.Series:
        runs = cells.str.contains(RUNS)
        if not runs.any():  # nearly always: the rest costs twice as much
            return cells
        with_sign = pl.when(runs & ~cells.str.contains(PLAIN)).then(pl.lit("'") + cells).otherwise(cells)
        return pl.select(with_sign.alias(cells.name)).to_series()

    return [pl.col(name).map_batches(guarded, return_dtype=pl.String, is_elementwise=True) for name in names]
