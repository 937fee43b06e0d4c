"""The rule of the printed form: every figure of a row stands in its `reported`, as digits or as a word.

Most rows are settled by one search for the digits; only the rest are read word by word, each distinct cell once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from icans_evidence.evidence.rules.draft import Draft, Found, rule
from icans_evidence.files.faults import shown
from icans_evidence.printed.number_words import ONES, TENS, WORDS

FIGURES = (
    "n_events", "n_total", "percent", "percent_low", "percent_high", "value", "low", "high", "threshold", "n_studies",
    "amount", "amount_high", "weight_min_kg", "weight_below_kg", "cap", "duration_days",
)  # fmt: skip
_ALL = {"all", "every", "each", "both"}
_TOKEN = re.compile(r"\d+(?:\.\d+)?|\.\d+|[a-z]+(?:-(?:" + "|".join(ONES[1:10]) + r")\b)?")
_THOUSANDS = re.compile(r"(?<=\d)[,\u2009\u202f](?=\d{3}(?!\d))")


@rule()
def reported_holds_the_figures(draft: Draft) -> Iterator[Found]:
    """Every figure of a row stands in its `reported`, as digits or as a word (one, twice, all, none)."""
    spaced = (
        draft.of("reported", *FIGURES)
        .select("file", "line", "reported", *FIGURES)
        .with_columns(printed=_digits_of("reported"))
    )
    for column in FIGURES:
        yield Found("", column, _not_found(spaced, column), _say)


def _digits_of(column: str) -> pl.Expr:
    """The numbers of a text with one space around each; one with a comma in it is left whole, to be read by words."""
    numbers = pl.col(column).str.replace_all(r"[^0-9.,·\x{2009}\x{202f}]+|[.,·\x{2009}\x{202f}](?:\D|$)", " ")
    return pl.concat_str(pl.lit(" "), numbers, pl.lit(" "))


def _not_found(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """`file`, `line`, `value`, `reported` of the rows whose figure is neither among the digits nor among the words."""
    digits = pl.col(column).abs().cast(pl.String).str.replace(r"\.0$", "")
    missing = frame.filter(pl.col(column).is_not_null() & pl.col("reported").is_not_null()).filter(
        ~pl.col("printed").str.contains(pl.concat_str(pl.lit(" "), digits, pl.lit(" ")), literal=True)
    )
    whole = pl.col(column) == pl.col("n_total") if column == "n_events" else pl.lit(False)
    missing = missing.select("file", "line", "reported", value=pl.col(column).cast(pl.Float64), whole=whole,
                             share=pl.lit(column.startswith("percent")))  # fmt: skip
    if missing.is_empty():
        return missing
    cases = missing.select("reported", "value", "whole", "share").unique()
    held = [_holds(*case) for case in cases.iter_rows()]
    open_cases = cases.filter(~pl.Series(held, dtype=pl.Boolean))
    return missing.join(open_cases, on=["reported", "value", "whole", "share"], how="semi", nulls_equal=True)


def _holds(reported: str, value: float, whole: bool | None, share: bool) -> bool:
    """Whether a text prints a value; `whole`: it is the number of all patients, `share`: it is a percentage."""
    tokens = _TOKEN.findall(_THOUSANDS.sub("", reported.casefold().replace("·", ".")))
    if set(tokens) & _ALL and (whole or (share and value == 100)):
        return True
    return any(_value(token) == abs(value) for token in tokens)


def _value(token: str) -> float | None:
    if token[0].isdigit() or token[0] == ".":
        return float(token)
    tens, _, ones = token.partition("-")
    if ones:
        return TENS[tens] + ONES.index(ones) if tens in TENS else None
    return WORDS.get(token)


def _say(row: dict) -> str:
    return f'"{row["value"]:g}" does not stand in reported, {shown(row["reported"])}'
