"""A number or a grade turned into words; the only place that rounds. Standard library only.

Rounding is half up on the decimal digits that a reader sees, so 12.5 becomes 13 and never 12.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

EDUCATIONAL = "Educational. Not medical advice and not a medical device."


def rounded(value: float | Decimal, digits: int = 0) -> str:
    """`value` with exactly `digits` decimals, rounded half up on its shortest decimal form; `-0` is written `0`."""
    step = Decimal(1).scaleb(-digits)
    figure = _shortest(value).quantize(step, rounding=ROUND_HALF_UP)
    return f"{abs(figure) if figure == 0 else figure:,f}"


def _shortest(value: float | Decimal) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def number(value: float | Decimal, digits: int = 1) -> str:
    """`value` to at most `digits` decimals, without trailing zeros: 7.0 is "7", 2000 is "2,000"."""
    text = rounded(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_figure(fraction: float) -> str:
    """A proportion in 0..1 as a percentage without its sign.

    Whole percents from 10 to 90; one decimal nearer to either end, where a whole percent would hide a third of the
    value. Only an exact 0 or 1 is written 0 or 100; what would round there is "<0.1" or ">99.9".
    """
    if fraction in (0, 1):
        return "0" if fraction == 0 else "100"
    points = _shortest(fraction) * 100  # not in floats: 23/40 * 100 is 57.49999999999999
    if points < Decimal("0.1"):
        return "<0.1"
    if points > Decimal("99.9"):
        return ">99.9"
    return rounded(points, 0) if 10 <= points <= 90 else number(points, 1)


def percent(fraction: float) -> str:
    """A proportion in 0..1 as a percentage: "12%", "7.1%", "0%"; see `percent_figure`."""
    return percent_figure(fraction) + "%"


def interval(low: float, high: float, level: int = 95) -> str:
    """A confidence interval of a proportion (both ends 0..1): "95% CI 5.1 to 27"."""
    return f"{level}% CI {percent_figure(low)} to {percent_figure(high)}"


def listing(words: Iterable[str], last: str = "and") -> str:
    """Words joined for a sentence: "a", "a and b", "a, b and c"."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """A count with its noun: "1 study", "12 studies"; `nouns` where an "s" is not enough."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def capital(sentence: str) -> str:
    """The sentence with its first letter raised and the rest left alone (so "ICE 8" stays)."""
    return sentence[:1].upper() + sentence[1:]


def proportion(events: int, total: int, low: float, high: float) -> str:
    """A count, its percentage and interval: "19 of 22 (86%, 95% CI 67 to 95)"; ends as proportions in 0..1.

    At 0 of n the interval is said as the bound it is, since no rate was seen: "none of 53 (0%; rates up to 6.8% remain
    compatible with that)".
    """
    if events == 0:
        return f"none of {total:,} (0%; rates up to {percent(high)} remain compatible with that)"
    if events == total:
        return f"all {total:,} (100%; rates down to {percent(low)} remain compatible with that)"
    return f"{events:,} of {total:,} ({percent(events / total)}, {interval(low, high)})"


def span(low: str, high: str, unit: str = "") -> str:
    """Two ends of a range, said once when they agree: "5 to 9 days", "7 days"; the ends already in words."""
    ends = low if low == high else f"{low} to {high}"
    return f"{ends} {unit}".strip()


BOUND_WORDS = {"≤": "at most", "<": "less than", "≥": "at least", ">": "more than", "~": "about", "=": ""}


def bounded(relation: str, figure: str) -> str:
    """A figure with the bound it was printed with: "at most 20%", "more than 60 days", "12%"."""
    return f"{BOUND_WORDS[relation]} {figure}".strip()
