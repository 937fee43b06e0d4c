"""GRIM: whether a printed percentage can come from whole patients out of a known number (Brown and Heathers 2017).

Decimal arithmetic at the digits that were printed; a percentage counts as possible when rounding half up, half
to even or cutting off gives it. Never for medians or for measured quantities.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, Inexact, localcontext

POSSIBLE, IMPOSSIBLE, NOT_INFORMATIVE = "possible", "impossible", "not informative"
_HUNDRED = Decimal(100)
_LONGEST = 40


def grim(printed: str, total: int) -> str:
    """The verdict on a percentage as printed ("58.9", "40.0") of `total` patients: see the three constants.

    Trailing zeros count: "40.0" has one decimal. Where the printed digits are as coarse as the steps of one patient or
    coarser (whole percents from 100 patients on, tenths from 1,000), every percentage is possible and the verdict is
    NOT_INFORMATIVE. Raises ValueError for a total below 1 or a text that is no percentage from 0 to 100.
    """
    figure = _percentage(printed)
    if total < 1:
        raise ValueError(f"{total} is no number of patients")
    if total * _step(figure) >= _HUNDRED:
        return NOT_INFORMATIVE
    return POSSIBLE if counts_behind(printed, total) else IMPOSSIBLE


def counts_behind(printed: str, total: int) -> list[int]:
    """The counts out of `total` that print as this percentage, in order; empty when there is none.

    >>> counts_behind("7.1", 56)
    [4]
    """
    figure = _percentage(printed)
    guess = int(figure * total / _HUNDRED)
    span = int(_step(figure) * total / _HUNDRED) + 2
    return [
        count for count in range(max(0, guess - span), min(total, guess + span) + 1) if prints(count, total, printed)
    ]


def prints(count: int, total: int, printed: str, *, cut: bool = True) -> bool:
    """Whether `count` of `total` prints as this percentage; without `cut`, by rounding only."""
    figure = _percentage(printed)
    ways = (ROUND_HALF_UP, ROUND_HALF_EVEN, *([ROUND_DOWN] if cut else []))
    return any(_rounded(count, total, figure, way) == figure for way in ways)


def _rounded(count: int, total: int, figure: Decimal, way: str) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        context.traps[Inexact] = False
        return (Decimal(count) * _HUNDRED / Decimal(total)).quantize(_step(figure), rounding=way)


def _step(figure: Decimal) -> Decimal:
    """The unit of the last printed digit: 1 for "58", 0.1 for "58.9"."""
    exponent = figure.as_tuple().exponent
    return Decimal(1).scaleb(min(int(exponent), 0))


def _percentage(printed: str) -> Decimal:
    text = printed.strip()
    plain = text.replace(".", "", 1)
    if not (plain.isascii() and plain.isdigit()) or len(text) > _LONGEST or not 0 <= Decimal(text) <= _HUNDRED:
        raise ValueError(f'"{printed[:_LONGEST]}" is no percentage from 0 to 100')
    return Decimal(text)
