"""What a sentence prints: its figures with their units, which of two is the part and which the whole, and its words.

A figure is more than its digits: "9" is not printed in "4–9", and "33" is not printed in "33%".
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from icans_evidence.printed.figures import Figure, find_figures
from icans_evidence.printed.pairs import OF

_SAME = str.maketrans({**dict.fromkeys("–—−‐‑‒", "-"), **dict.fromkeys("“”„\"’‘'`´", " "), "µ": "μ"})
_TOKEN = re.compile(r"[^\W\d_][^\W_]*|\d+(?:[.,]\d+)*|[<>≤≥=~%°/+]|(?<=\d)\s?-\s?(?=\d)")
_THIN_GROUPS = re.compile("(?<=[0-9])[\u2009\u202f](?=[0-9]{3}(?![0-9]))")
"""A thin space that parts thousands: it becomes a comma, or 2 000 would fall apart."""
_NEGATIONS = frozenset(["no", "not", "none", "neither", "nor", "never", "without", "negative", "cannot", "nobody"])
_UNITS: tuple[tuple[str, str], ...] = (
    ("mg/kg/d", r"mg/kg/d(?:ay)?\b"), ("mg/kg", r"mg/kg\b"), ("mg/dL", r"mg/dl\b"), ("mg/L", r"mg/l\b"),
    ("mg/d", r"mg/d(?:ay)?\b"), ("ng/mL", r"ng/ml\b"), ("pg/mL", r"pg/ml\b"),
    ("cells/µL", r"cells?(?:\s+per\s+microlit(?:er|re)|/μl|/mm3)\b"), ("10⁹/L", r"[x×]?\s?10\^?9/l\b"),
    ("per mL", r"(?:/|per\s+)ml\b"), ("per µL", r"(?:/|per\s+)(?:μl|microlit(?:er|re))\b"), ("°C", r"°\s?c\b"),
    ("mg", r"mg\b"), ("kg", r"kg\b"), ("g", r"g\b"), ("minutes", r"min(?:utes?|s)?\b"), ("hours", r"h(?:ours?|rs?)?\b"),
    ("days", r"days?\b"), ("weeks", r"weeks?\b"), ("months", r"months?\b"), ("years", r"years?\b"),
    ("points", r"points?\b"), ("studies", r"(?:stud(?:y|ies)|trials?|series)\b"), ("patients", r"patients?\b"),
)  # fmt: skip
_UNIT = re.compile(r"[\s-]?(?:" + "|".join(f"(?P<u{i}>{form})" for i, (_, form) in enumerate(_UNITS)) + ")", re.I)
_BEFORE = re.compile(r"\b(?:(grade|day)s?\s*[+]?|(n)\s*=)\s*$", re.I)
_AND = re.compile(r"\s*(?:to|and|or|-|,?\s*(?:and|or)\s+grade)\s*[+<>≤≥]?\s*", re.I)
MEASURES = frozenset(name for name, _ in _UNITS) - {"studies", "patients", "points"}


TIMES = frozenset(("minutes", "hours", "days", "weeks", "months", "years"))


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign of a text, lower case, with where it starts."""

    text: str
    start: int

    @property
    def stem(self) -> str:
        """The word without its ending, every negation as one word."""
        return stem(self.text)


def fold(text: str) -> str:
    """A text with one form for each dash, quotation mark, ligature and space; letters keep their case."""
    if text.isascii():
        return " ".join(text.replace('"', " ").replace("'", " ").replace("`", " ").split())
    grouped = _THIN_GROUPS.sub(",", text)
    return " ".join(unicodedata.normalize("NFKC", grouped).translate(_SAME).split())


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word cut to what its forms share, so that "decreased" and "decreasing" are alike; negations are one word."""
    if word in _NEGATIONS:
        return "no"
    bare = word[:-1] if word.endswith("s") and len(word) > 3 else word
    return bare[:6] if len(bare) > 6 else bare


def tokens_of(text: str) -> Iterator[Token]:
    """The words, numbers and signs of a folded text."""
    for match in _TOKEN.finditer(text):
        yield Token(match[0].strip().casefold(), match.start())


class Reading:
    """A sentence read for comparison: `text` folded, its `figures`, and, when asked, what stands beside each."""

    def __init__(self, sentence: str) -> None:
        self.text = fold(sentence)
        self.figures: tuple[Figure, ...] = tuple(find_figures(self.text))

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words, numbers and signs in order."""
        return tuple(tokens_of(self.text))

    @cached_property
    def lower(self) -> str:
        """The folded text in lower case."""
        return self.text.casefold()

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """For each stem the places of its tokens."""
        found: dict[str, list[int]] = {}
        for place, token in enumerate(self.tokens):
            found.setdefault(stem(token.text), []).append(place)
        return found

    @property
    def stems(self) -> Set[str]:
        """The stems of its words."""
        return self.positions.keys()

    @cached_property
    def figure_at(self) -> tuple[int | None, ...]:
        """For each token the figure it belongs to."""
        starts = [figure.start for figure in self.figures]
        places = []
        for token in self.tokens:
            index = bisect_right(starts, token.start) - 1
            inside = index >= 0 and token.start < self.figures[index].end
            places.append(index if inside else None)
        return tuple(places)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The unit printed directly with each figure, empty where none is."""
        return tuple(self._unit_of(figure) for figure in self.figures)

    def _unit_of(self, figure: Figure) -> str:
        if figure.is_percent:
            return "percent"
        after = _UNIT.match(self.text, figure.end)
        if after:
            return next(name for i, (name, _) in enumerate(_UNITS) if after[f"u{i}"])
        before = _BEFORE.search(self.text[max(0, figure.start - 12) : figure.start])
        return {"grade": "grade", "day": "days", "n": "patients"}[(before[1] or before[2]).lower()] if before else ""

    @cached_property
    def pairs(self) -> frozenset[tuple[int, int]]:
        """Figures printed as part and whole, "19 of 22" or "20 of the 21", by their places among the figures."""
        return frozenset(self._joined(OF))

    @cached_property
    def ends(self) -> frozenset[tuple[int, int]]:
        """Single figures printed as two ends, "10% to 33%" or "grade 3 or 4"."""
        return frozenset(self._joined(_AND))

    def _joined(self, between: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        for i, (first, second) in enumerate(pairwise(self.figures)):
            gap = self.text[first.end : second.start]
            if len(gap) < 30 and between.fullmatch(gap):
                yield i, i + 1

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether its words, in lower case, hold a pattern."""
        return pattern.search(self.lower) is not None
