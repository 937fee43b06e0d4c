"""The figures of a cell of text as numbers: digits with their thousands, never the digits of a name (CD19, IL-6).

One reading for single texts and one for whole columns, from the same patterns.
"""

from __future__ import annotations

import re

import polars as pl

from icans_evidence.printed.number_words import WORDS

_NAME = r"\d+-\d+[A-Z]\w*|[A-Za-z]+-?\d\w*|\d+-?[A-Z]+\w*|\d{3,}z"
_THOUSANDS = r"(\d)[,\x{2009}\x{202f}](\d{3})"
_NUMBER = r"\d+(?:\.\d+)?|\.\d+"
_LEVEL = "95% CI"
_ORDINALS = {"third": 3.0, "fifth": 5.0, "tenth": 10.0, "only": 1.0, "another": 1.0}


def numbers_in(column: str) -> pl.Expr:
    """The numbers of a column of texts, row by row, as a list of floats; empty for a missing text."""
    text = (
        pl.col(column)
        .fill_null("")
        .str.replace_all(_LEVEL, " ", literal=True)
        .str.replace_all(_NAME, " ")
        .str.replace_all("·", ".", literal=True)
    )
    text = text.str.replace_all(_THOUSANDS, "${1}${2}")
    return text.str.extract_all(_NUMBER).cast(pl.List(pl.Float64))


def numbers_in_words(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """The numbers that a column writes as words (one, twice, tenth): one line each, `row_id` and `number`."""
    values = {word: float(value) for word, value in WORDS.items()} | _ORDINALS
    words = frame.select("row_id", word=pl.col(column).str.to_lowercase().str.extract_all(r"[a-z]+")).explode("word")
    return words.select("row_id", number=pl.col("word").replace_strict(values, default=None)).drop_nulls()


def figures_in(text: str) -> list[float]:
    """The numbers of one text, as `numbers_in` reads a column."""
    plain = re.sub(_NAME, " ", text.replace(_LEVEL, " "), flags=re.A).replace("·", ".")
    plain = re.sub("(\\d)[,\u2009\u202f](\\d{3})", r"\1\2", plain, flags=re.A)
    return [float(found) for found in re.findall(_NUMBER, plain, flags=re.A)]


def told_numbers(frame: pl.DataFrame, columns: list[str], keys: list[str]) -> pl.DataFrame:
    """One line for each number in the texts of `columns`: the `keys` and `number`."""
    text = pl.concat_str([pl.col(name).fill_null("") for name in columns], separator=" ; ")
    lists = frame.select(*keys, text=text).select(*keys, number=numbers_in("text"))
    return lists.explode("number").drop_nulls("number")
