"""The reader of what is printed: numbers, ranges, percentages, bounds and number words of a text, each with its place.

Validation, the audit and the results all read by `find_figures`. A digit that is part of a name (IL-6, T2, 4-1BB)
is no figure, nor is the level of an interval (95% CI); a grade, a day and a count are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from icans_evidence.printed.digits import DASHES, NUMBER, PERCENT, UNITS_GLUED, number_of, plain
from icans_evidence.printed.number_words import WORD_PATTERN, word_number

RELATIONS = {
    "up to": "≤", "as many as": "≤", "as much as": "≤", "at most": "≤", "no more than": "≤",
    "not more than": "≤", "not to exceed": "≤", "within": "≤", "at least": "≥", "no fewer than": "≥",
    "not less than": "≥", "no less than": "≥", "more than": ">", "greater than": ">", "older than": ">",
    "longer than": ">", "exceeding": ">", "over": ">", "above": ">", "less than": "<", "fewer than": "<",
    "younger than": "<", "lower than": "<", "shorter than": "<", "under": "<", "below": "<", "about": "~",
    "approximately": "~", "around": "~", "nearly": "~", "almost": "~", "some": "~",
}  # fmt: skip
"""The words before a figure that make it a bound or an estimate."""
_AT_MOST = ("fewer", "less", "below", "younger", "lower", "shorter", "under")
_AT_LEAST = ("more", "older", "over", "above", "worse", "higher", "longer", "greater", "later")
AFTER = dict.fromkeys(_AT_MOST, "≤") | dict.fromkeys(_AT_LEAST, "≥")
"""The words after a figure, as in "10 or more"."""
_PERCENT = re.compile(rf"\s{{0,3}}-?{PERCENT}", re.I)
_FIGURE = re.compile(
    rf"(?P<relation>[<>≤≥~±=]\s*|\b(?:{'|'.join(RELATIONS)})\s+(?:an?\s+)?)?"
    rf"(?<![^\W_])(?<!\.)(?P<sign>[+−])?(?P<low>{NUMBER})"
    rf"(?:\s*(?:[{DASHES}]|\bto\b|(?<=[0-9])~(?=[0-9]))\s*(?P<high>{NUMBER}))?"
    rf"(?!(?!(?:{UNITS_GLUED}|{PERCENT})(?![A-Za-z0-9]))\w|\.[0-9]|-\d?(?-i:[A-Z]))"
    rf"(?P<percent>{_PERCENT.pattern})?(?P<after>(?:\s?[\w°/]{{1,12}})?\s+or\s+(?:{'|'.join(AFTER)})\b)?",
    re.I,
)
_NAMES = re.compile(
    r"\b(?:(?-i:[A-Z]{2,})|interleukin|T|sIL)-?\d+\w*|\b\d+-\d+[A-Z]\w*|\bphase\s+[I\d]+"
    r"|(?-i:\b[A-Z]+-\d+\w*)|https?://\S+|\bdoi:\S+",
    re.I,
)
_LEVEL = re.compile(r"\b(?:90|95|99)\s?%\s?-?(?:CI|CrI|(?:confidence|credible|prediction) intervals?)\b", re.I)
_WORD = re.compile(WORD_PATTERN, re.I)
_ARTICLE_ONE = re.compile(
    r"one (?:\w+ )?(?:study|trial|of the|proposed|inflammatory|another|series|report|center)|\bno one\b", re.I
)
_LIST = re.compile(rf"\s*(?:,|/|\(|[{DASHES}]|,?\s*\b(?:and|or|to|versus|vs\.?)\b)\s*", re.I)


@dataclass(frozen=True)
class Figure:
    """One figure: `low` (and `high` for a range) with the decimals printed, relation (= ≤ ≥ < > ~), and its place.

    `is_percent`: it carries a percent sign or word; `in_list`: it has none, but the list that it begins ends with one,
    as 40.0 in "40.0 and 20%"; `is_word`: it is written as a word.
    """

    text: str
    low: Decimal
    high: Decimal | None
    relation: str
    is_percent: bool
    start: int
    end: int = -1
    in_list: bool = False
    is_word: bool = False

    @property
    def values(self) -> tuple[Decimal, ...]:
        """The one or two numbers of the figure."""
        return (self.low,) if self.high is None else (self.low, self.high)


def find_figures(text: str) -> Iterator[Figure]:
    """The figures of a text in order; names that carry digits and levels of intervals are passed over.

    >>> [(str(f.low), f.is_percent) for f in find_figures("12·0 per cent of 43")]
    [('12.0', True), ('43', False)]
    """
    clear = plain(text)
    for pattern in (_LEVEL, _NAMES):
        clear = pattern.sub(lambda m: "x" * len(m[0]), clear)
    figures = sorted([*_digits(clear, text), *_words(clear, text)], key=lambda figure: figure.start)
    yield from _with_lists(figures, clear)


def numbers_in(text: str) -> list[float]:
    """The numbers that a text writes in digits, in order, both ends of a range.

    >>> numbers_in("IL6, 4–9 days, n = 1,803")
    [4.0, 9.0, 1803.0]
    """
    return [float(value) for figure in find_figures(text) if not figure.is_word for value in figure.values]


def prints_percent(text: str) -> bool:
    """Whether a text prints a percentage: a figure with a percent sign or word."""
    return any(figure.is_percent for figure in find_figures(text))


def digits_printed(text: str) -> frozenset[str]:
    """The numbers of a text with the decimals printed, however their point and thousands were set: "12.0", "1803"."""
    return frozenset(str(v) for figure in find_figures(text) if not figure.is_word for v in figure.values)


def _digits(clear: str, text: str) -> Iterator[Figure]:
    for m in _FIGURE.finditer(clear):
        before = " ".join((m["relation"] or "=").split()).lower().removesuffix(" an").removesuffix(" a")
        after = (m["after"] or "").split()[-1:]
        relation = AFTER[after[0].lower()] if after else RELATIONS.get(before, before)
        share = bool(m["percent"])
        high = number_of(m["high"], is_percent=share) if m["high"] else None
        end = m.end("percent") if share else m.end("high") if m["high"] else m.end("low")
        words = text[m.start() : m.end()].strip()
        yield Figure(words, number_of(m["low"], is_percent=share), high, relation, share, m.start("low"), end)


def _words(clear: str, text: str) -> Iterator[Figure]:
    articles = {m.start() for m in _ARTICLE_ONE.finditer(clear)}
    for m in _WORD.finditer(clear):
        value = word_number(m[0].lower())
        if m.start() not in articles and value is not None:
            share = _PERCENT.match(clear, m.end())
            end = share.end() if share else m.end()
            yield Figure(text[m.start() : end], value, None, "=", bool(share), m.start(), end, is_word=True)


def _with_lists(figures: list[Figure], clear: str) -> list[Figure]:
    """The figures with `in_list` set on those whose percent sign stands at the end of their list."""
    out = figures[-1:]
    for first, second in reversed(list(pairwise(figures))):
        signed = (out[0].is_percent or out[0].in_list) and not first.is_percent
        listed = signed and bool(_LIST.fullmatch(clear, first.end, second.start))
        out.insert(0, replace(first, in_list=True) if listed else first)
    return out
