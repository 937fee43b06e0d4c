"""Columns of texts read by the same reader as single texts: plain cells by one search, the rest once a distinct cell.

A plain cell has ASCII, – and ≤ ≥ ± only, no comma inside a number, no number that begins with its point and no letter
beside a digit: there, the digits that stand between spaces are the figures. Every other cell is read by `find_figures`,
so both ways give one answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl

from icans_evidence.printed.figures import find_figures, numbers_in
from icans_evidence.printed.number_words import WHOLE_WORDS, numbers_in_words
from icans_evidence.printed.percents import cuts_to, decimals_printed, rounds_to

_NOT_PLAIN = (
    r"[^ -~–≤≥±]|[0-9],[0-9]|[A-Za-z_]-?[0-9]|[0-9]-?[A-Za-z_]|[0-9]\.[0-9]+\.|(?:^|[^0-9])\.[0-9]"
    r"|9[059] ?% ?-?[CcPp]|(?i:phase|http|doi)"
)


def each_distinct(frame: pl.DataFrame, read: Callable[..., Any], columns: list[str], name: str) -> pl.DataFrame:
    """The frame with a column `name`, `read` called once for each distinct set of cells of `columns`."""
    cases = frame.select(columns).unique(maintain_order=True)
    values = pl.Series(name, [read(*case) for case in cases.iter_rows()])
    return frame.join(cases.with_columns(values), on=columns, how="left", nulls_equal=True, maintain_order="left")


def numbers_of(frame: pl.DataFrame, columns: list[str], keys: list[str]) -> pl.DataFrame:
    """One line for each number in the texts of `columns`: the `keys` and `number`, a float."""
    text = pl.concat_str([pl.col(name).fill_null("") for name in columns], separator=" ; ")
    lists = each_distinct(frame.select(*keys, _text=text), numbers_in, ["_text"], "number").select(*keys, "number")
    return lists.cast({"number": pl.List(pl.Float64)}).explode("number").drop_nulls("number")


def words_of(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """The numbers that a column writes as words (one, twice, tenth): one line each, `row_id` and `number`."""
    lists = each_distinct(frame.select("row_id", text=pl.col(column).fill_null("")), _words, ["text"], "number")
    return lists.select("row_id", pl.col("number").cast(pl.List(pl.Float64))).explode("number").drop_nulls()


def _words(text: str) -> list[float]:
    return sorted(float(value) for value in numbers_in_words(text, share=True))


def with_decimals(frame: pl.DataFrame, figure: str, text: str, name: str) -> pl.DataFrame:
    """The frame with a column `name`: the decimals with which `text` prints `figure`, as `decimals_printed` reads them.

    A plain cell that does not hold the figure followed by a zero prints it with the decimals that it has.
    """
    digits = pl.col(figure).cast(pl.String).str.replace(r"\.0$", "")
    fraction = digits.str.extract(r"\.(\d+)$")
    longer = pl.when(fraction.is_null()).then(digits + ".0").otherwise(digits + "0")
    cell = pl.col(text).fill_null("")
    odd = cell.str.contains(longer, literal=True) | cell.str.contains(_NOT_PLAIN)
    own = fraction.str.len_bytes().fill_null(0).cast(pl.Int64)
    frame = frame.with_columns(own.alias(name), _odd=odd & pl.col(figure).is_not_null())
    cases = frame.filter("_odd").select(figure, text).unique()
    read = [decimals_printed(value, printed or "") for value, printed in cases.iter_rows()]
    cases = cases.with_columns(_read=pl.Series(read, dtype=pl.Int64), _odd=pl.lit(True))
    frame = frame.join(cases, on=[figure, text, "_odd"], how="left", nulls_equal=True, maintain_order="left")
    return frame.with_columns(pl.coalesce("_read", name).alias(name)).drop("_read", "_odd")


def prints_as(count: str, total: str, percent: str, decimals: str) -> pl.Expr:
    """Whether a count of a total prints as a percentage at its decimals, by rounding or by cutting: see `percents`."""
    unit = pl.lit(10, pl.Int64).pow(pl.col(decimals).clip(0, 6)).cast(pl.Int64)
    number = (pl.col(percent) * unit).round().cast(pl.Int64)
    whole = (pl.col(count).cast(pl.Int64), pl.col(total).cast(pl.Int64))
    fits: pl.Expr = rounds_to(*whole, number, unit) | cuts_to(*whole, number, unit)
    return fits


def with_digits(frame: pl.DataFrame, text: str, name: str) -> pl.DataFrame:
    """The frame with a column `name`: the numbers of a plain cell with one space around each, for `not_printed`;
    of any other cell nothing, so that it is read."""
    numbers = pl.col(text).str.replace_all(r"[^0-9.]+|\.(?:\D|$)", " ")
    spaced = pl.concat_str(pl.lit(" "), numbers, pl.lit(" "))
    return frame.with_columns(pl.when(~pl.col(text).str.contains(_NOT_PLAIN)).then(spaced).fill_null("").alias(name))


def not_printed(frame: pl.DataFrame, figure: str, digits: str, text: str, whole: pl.Expr) -> pl.DataFrame:
    """The rows whose `figure` the `text` does not print, neither in digits nor in words; see `is_printed`.

    `digits` is the column that `with_digits` made; `whole` says where the figure is the number of all patients.
    """
    number = pl.col(figure).abs().cast(pl.String).str.replace(r"\.0$", "")
    spaced = pl.concat_str(pl.lit(" "), number, pl.lit(" "))
    rows = frame.filter(pl.col(figure).is_not_null() & pl.col(text).is_not_null())
    rows = rows.filter(~pl.col(digits).str.contains(spaced, literal=True))
    if rows.is_empty():
        return rows
    rows = rows.with_columns(_value=pl.col(figure).cast(pl.Float64), _whole=whole.fill_null(False))
    cases = rows.select(text, "_value", "_whole").unique()
    share = figure.startswith("percent")
    printed = [is_printed(*case, share=share) for case in cases.iter_rows()]
    left = cases.filter(~pl.Series(printed, dtype=pl.Boolean))
    return rows.join(left, on=left.columns, how="semi").drop("_value", "_whole")


def is_printed(text: str, value: float, whole: bool = False, *, share: bool = False) -> bool:
    """Whether a text prints a value, whatever its sign: as a figure, or as a word for it.

    `whole`: it is the number of all patients, which "all" prints; of a `share`, "all" is 100 and "half" is 50.

    >>> is_printed("three of 9", 3), is_printed("13 of 9", 3), is_printed("12,5%", 12.5)
    (True, False, True)
    """
    wanted = Decimal(repr(value)).copy_abs()
    if any(number == wanted for figure in find_figures(text) for number in figure.values):
        return True
    if wanted in numbers_in_words(text, share=share):
        return True
    everybody = whole or (share and value == 100)
    return everybody and not WHOLE_WORDS.isdisjoint(re.findall("[a-z]+", text.casefold()))
