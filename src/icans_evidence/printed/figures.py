"""The figures in a sentence: numbers, ranges, percentages, bounds and number words, each with its place.

A digit that is part of a name (CD19, IL-6, T2, 4-1BB) is not a figure; a grade, a day and a count are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_COUNTED = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
WORDS = {word: float(value) for value, word in enumerate(_COUNTED.split())} | {
    "twenty": 20.0, "thirty": 30.0, "once": 1.0, "twice": 2.0, "neither": 0.0, "both": 2.0, "half": 0.5,
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_RELATIONS = {
    "up to a": "≤", "up to": "≤", "as many as": "≤", "as much as": "≤", "at most": "≤", "no more than": "≤",
    "not more than": "≤", "not to exceed": "≤", "within": "≤", "at least": "≥", "no fewer than": "≥",
    "not less than": "≥", "no less than": "≥", "more than": ">", "greater than": ">", "older than": ">",
    "longer than": ">", "exceeding": ">", "over": ">", "above": ">", "less than": "<", "fewer than": "<",
    "younger than": "<", "lower than": "<", "shorter than": "<", "under": "<", "below": "<", "about": "~",
    "approximately": "~", "around": "~", "nearly": "~", "almost": "~", "some": "~",
}  # fmt: skip
"""The words before a figure that make it a bound or an estimate, longest first where one begins another."""
_AFTER = dict.fromkeys(("fewer", "less", "below", "younger", "lower", "shorter", "under"), "≤")
_FIGURE = re.compile(
    rf"(?P<relation>[<>≤≥~±=]\s*|\b(?:{'|'.join(_RELATIONS)})\s+)?"
    rf"(?<![\w.])(?P<sign>[+−])?(?P<low>{_NUMBER})"
    rf"(?:\s*(?:[–—-]|\bto\b)\s*(?P<high>{_NUMBER}))?(?![\w]|-\d?(?-i:[A-Z]))"
    rf"(?P<percent>\s?%)?(?P<after>(?:\s+\w{{1,12}})?\s+or\s+"
    rf"(?:fewer|less|more|older|over|above|below|worse|higher|younger|longer|greater|later|lower|shorter|under)\b)?",
    re.I,
)
_NAMES = re.compile(
    r"\b(?:CD|IL|interleukin|T|BCMA|MCP|CTLA?|PD|GM|COVID|sIL)-?\d+\w*|\b4-1BB\b|\bphase\s+[I\d]+"
    r"|https?://\S+|\bdoi:\S+",
    re.I,
)
_WORD = re.compile(r"\b(" + "|".join(sorted(WORDS, key=len, reverse=True)) + r")\b(?!-)", re.I)
_ARTICLE_ONE = re.compile(
    r"one (?:\w+ )?(?:study|trial|of the|proposed|inflammatory|another|series|report|center)|\bno one\b", re.I
)


@dataclass(frozen=True)
class Figure:
    """One figure: `low` (and `high` for a range), relation (= ≤ ≥ < > ~), whether a percentage, and where it stands."""

    text: str
    low: Decimal
    high: Decimal | None
    relation: str
    is_percent: bool
    start: int
    end: int = -1

    @property
    def values(self) -> tuple[Decimal, ...]:
        """The one or two numbers of the figure."""
        return (self.low,) if self.high is None else (self.low, self.high)


def find_figures(sentence: str) -> Iterator[Figure]:
    """The figures of a sentence in order; names that carry digits are passed over."""
    blanked = _NAMES.sub(lambda m: "x" * len(m[0]), sentence)
    found = [*_digits(blanked, sentence), *_words(blanked, sentence)]
    yield from sorted(found, key=lambda figure: figure.start)


def _digits(blanked: str, sentence: str) -> Iterator[Figure]:
    for m in _FIGURE.finditer(blanked):
        before = " ".join((m["relation"] or "=").split()).lower()
        after = (m["after"] or "").split()[-1:]
        relation = _AFTER.get(after[0].lower(), "≥") if after else _RELATIONS.get(before, before)
        high = _decimal(m["high"]) if m["high"] else None
        text = sentence[m.start() : m.end()].strip()
        end = m.end("percent") if m["percent"] else m.end("high") if m["high"] else m.end("low")
        yield Figure(text, _decimal(m["low"]), high, relation, bool(m["percent"]), m.start("low"), end)


def _words(blanked: str, sentence: str) -> Iterator[Figure]:
    articles = {m.start() for m in _ARTICLE_ONE.finditer(blanked)}
    for m in _WORD.finditer(blanked):
        if m.start() not in articles:
            value = Decimal(f"{WORDS[m[1].lower()]:g}")
            yield Figure(sentence[m.start() : m.end()], value, None, "=", False, m.start(), m.end())


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))
