"""Printed percentages: how many decimals were printed, which counts lie behind one, and when a count may be rebuilt.

A count prints as a percentage when its share, rounded half up, rounded half to even or cut off at the printed digits,
is that percentage (GRIM, Brown and Heathers 2017). The rules of the data, the audit and the results ask here, and one
rule holds for all: a count is rebuilt only where exactly one whole count prints so. Arithmetic is in whole numbers:
58.9 is 589 units of a tenth. Never for medians or for measured quantities.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from icans_evidence.printed.digits import decimals_of, number_of, plain
from icans_evidence.printed.figures import find_figures

POSSIBLE, IMPOSSIBLE, NOT_INFORMATIVE = "possible", "impossible", "not informative"
ROUNDING, CUTTING, EITHER = "rounding", "cutting", "rounding or cutting"
_LONGEST = 40


class Rebuilt(NamedTuple):
    """The only count behind a printed percentage, and by which rule it prints so: ROUNDING, CUTTING or EITHER."""

    number: int
    rule: str


def grim(printed: str, total: int) -> str:
    """The verdict on a percentage as printed ("58.9", "40.0") of `total` patients: see the three constants.

    Trailing zeros count: "40.0" has one decimal. Where the printed digits are as coarse as the steps of one patient or
    coarser (whole percents from 100 patients on, tenths from 1,000), every percentage is possible and the verdict is
    NOT_INFORMATIVE. Raises ValueError for a total below 1 or a text that is no percentage from 0 to 100.
    """
    _, unit = _units(printed)
    if total < 1:
        raise ValueError(f"{total} is no number of patients")
    if total >= 100 * unit:
        return NOT_INFORMATIVE
    return POSSIBLE if _ends(printed, total) else IMPOSSIBLE


def counts_behind(printed: str, total: int) -> list[int]:
    """The counts out of `total` that print as this percentage, in order; empty when there is none.

    >>> counts_behind("7.1", 56)
    [4]
    """
    return list(_ends(printed, total))


def rebuilt(printed: str, total: int) -> Rebuilt | None:
    """The count behind a percentage as printed, where exactly one whole count prints so; None if none or several do.

    >>> rebuilt("14.0", 43)  # 6/43 = 13.95, which cut off would be 13.9
    Rebuilt(number=6, rule='rounding')
    >>> rebuilt("12.0", 43) is None  # 5/43 = 11.6, 6/43 = 14.0
    True
    """
    counts = _ends(printed, total)
    if len(counts) != 1:
        return None
    (count,), (number, unit) = counts, _units(printed)
    rounds, cut = rounds_to(count, total, number, unit), cuts_to(count, total, number, unit)
    return Rebuilt(count, EITHER if rounds and cut else ROUNDING if rounds else CUTTING)


def prints(count: int, total: int, printed: str, *, cut: bool = True) -> bool:
    """Whether `count` of `total` prints as this percentage; without `cut`, by rounding only."""
    number, unit = _units(printed)
    return rounds_to(count, total, number, unit) or (cut and cuts_to(count, total, number, unit))


def rounds_to(count: Any, total: Any, number: Any, unit: Any) -> Any:
    """Whether count / total, rounded half up or half to even, is `number` units of 1/`unit` percent.

    For whole numbers and, alike, for columns of them: 58.9% is `number` 589 of `unit` 10.
    """
    gap = 200 * unit * count - 2 * number * total
    return ((gap >= -total) & (gap < total)) | ((gap == total) & (number % 2 == 0))


def cuts_to(count: Any, total: Any, number: Any, unit: Any) -> Any:
    """Whether count / total, cut off, is `number` units of 1/`unit` percent; see `rounds_to`."""
    rest = 100 * unit * count - number * total
    return (rest >= 0) & (rest < total)


def decimals_printed(value: float, text: str) -> int:
    """With how many decimals a text prints a value: those of the figure that equals it.

    A figure with a percent sign (either end of a range) goes before one that shares the sign of its list, and that
    before any other; of two, the one with more decimals. Where the text does not print the value, those it has itself.

    >>> decimals_printed(40.0, "40.0 and 20%; n = 43"), decimals_printed(12.0, "12%; 12.0 mg")
    (1, 0)
    """
    wanted = Decimal(repr(value))
    found = [
        (2 * figure.is_percent + figure.in_list, decimals_of(number))
        for figure in find_figures(text)
        for number in figure.values
        if number == wanted
    ]
    return max(found)[1] if found else decimals_of(wanted.normalize())


def percent_printed(value: float, text: str) -> str:
    """A percentage with the decimals that the text prints: 12.0 of "12·0%; n = 43" is "12.0"."""
    return f"{value:.{decimals_printed(value, text)}f}"


def _ends(printed: str, total: int) -> range:
    """The counts that print so: their shares reach from half a unit below the figure to less than a unit above it."""
    number, unit = _units(printed)
    lowest = -(-total * (2 * number - 1) // (200 * unit))
    beyond = -(-total * (number + 1) // (100 * unit))
    return range(max(0, lowest), min(total + 1, beyond))


def _units(printed: str) -> tuple[int, int]:
    """A percentage as a whole number of units and the units in one percent: "58.9" is 589 and 10."""
    text = plain(printed).strip()
    bare = text.replace(".", "", 1)
    if not (bare.isascii() and bare.isdigit()) or len(text) > _LONGEST or not 0 <= Decimal(text) <= 100:
        raise ValueError(f'"{printed[:_LONGEST]}" is no percentage from 0 to 100')
    unit = 10 ** decimals_of(number_of(text))
    return int(number_of(text) * unit), unit
