"""Figures that are printed together: a part and its whole, a count beside its percentage, a range, "n = 43"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from icans_evidence.printed.digits import DASHES, plain
from icans_evidence.printed.figures import Figure, find_figures

OF = re.compile(r"\s*/\s*|\s+(?:out\s+)?of\s+(?:the\s+|all\s+|a\s+total\s+of\s+)?", re.I)
"""What stands between a part and its whole."""
_TO = re.compile(rf"\s*(?:[{DASHES}]|to)\s*", re.I)
_N = re.compile(r"\bn\s*=\s*$", re.I)


def part_and_whole(text: str) -> tuple[int, int] | None:
    """The first count printed with its whole: "18 of the 45; 40.0%" and "18/45" are 18 and 45; None without one.

    >>> part_and_whole("18 of the 45; 40.0%")
    (18, 45)
    """
    text = plain(text)
    figures = list(find_figures(text))
    pairs = (
        (int(part.low), int(whole.low)) for part, whole in pairwise(figures)
        if _is_count(part) and _is_count(whole) and OF.fullmatch(text, part.end, whole.start)
    )  # fmt: skip
    return next(pairs, None)


def stated_total(text: str) -> int | None:
    """The number printed after "n =", the first of several; None without one.

    >>> stated_total("12·0%; n = 1,803")
    1803
    """
    text = plain(text)
    totals = (int(f.low) for f in find_figures(text) if _is_count(f) and _N.search(_before(text, f)))
    return next(totals, None)


def count_with_percent(text: str) -> tuple[int, int | None, Decimal] | None:
    """A count, its whole where that is printed, and the percentage behind the next semicolon.

    >>> count_with_percent("31 of 45; 68.9%")
    (31, 45, Decimal('68.9'))
    """
    text = plain(text)
    figures = list(find_figures(text))
    for first, share in pairwise(figures):
        if _is_count(first) and share.is_percent and text[first.end : share.start].strip() == ";":
            index = figures.index(first)
            before = figures[index - 1] if index else None
            if before is not None and _is_count(before) and OF.fullmatch(text, before.end, first.start):
                return int(before.low), int(first.low), share.low
            return int(first.low), None, share.low
    return None


def first_range(text: str) -> tuple[Decimal, Decimal] | None:
    """The two ends of the first range, in the order printed: "4–9", "10% to 33%"; None without one."""
    return next(_ranges(text), None)


def _ranges(text: str) -> Iterator[tuple[Decimal, Decimal]]:
    text = plain(text)
    figures = list(find_figures(text))
    for first, second in pairwise([*figures, None]):
        if first is not None and first.high is not None:
            yield first.low, first.high
        elif first is not None and second is not None and _TO.fullmatch(text, first.end, second.start):
            yield first.low, second.low


def _before(text: str, figure: Figure) -> str:
    return text[max(0, figure.start - 8) : figure.start]


def _is_count(figure: Figure) -> bool:
    """Whether a figure is one whole number in digits without a percent sign."""
    whole = figure.low == figure.low.to_integral_value()
    return whole and figure.high is None and not (figure.is_percent or figure.is_word)
