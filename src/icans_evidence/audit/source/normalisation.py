"""A copy's text made alike however it was saved: running heads gone, headings apart, one form for each sign.

Nothing that carries a value is changed: digits, decimal points and bounds stay as they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from icans_evidence.printed.sentence import fold

_NUMBERED = re.compile(r" \(\d+\)$")
_BOUNDS = ((">=", "≥"), ("<=", "≤"))
_HEAD_LENGTH = 140
_DIGITS = re.compile(r"\d{1,9}")
_ENDS = re.compile(r"[a-z)%][.?!]\S{0,12}(?:\s+[A-Z]|$)")
_LETTERS = 12
_OFTEN = 3
"""Times that a line, whatever its numbers, must stand alone to be a running head."""


def tidied(text: str, headings: Iterable[str]) -> str:
    """The text without running heads and page numbers, each of the known headings a line of its own marked by "# "."""
    for written, sign in _BOUNDS:
        text = text.replace(written, sign)
    known = {_heading(name): _NUMBERED.sub("", name) for name in (*headings, "References") if name}
    lines = text.splitlines()
    heads = _running_heads(lines, known)
    out = []
    for line in lines:
        begins = len(line) <= _HEAD_LENGTH and line.strip("#* \t")[:1].isupper()
        name = known.get(_heading(line)) if begins else None
        if name is not None:
            out.append(f"\n# {name}\n")
        elif _shape(line) not in heads:
            out.append(line)
    return "\n".join(out)


def _heading(line: str) -> str:
    return _NUMBERED.sub("", fold(line.strip("#* \t"))).casefold()


def _running_heads(lines: list[str], known: dict[str, str]) -> set[str]:
    """The shapes of lines that return, alike but for a number that rises from page to page, and of bare numbers."""
    numbers: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for line in lines:
        if len(line) <= _HEAD_LENGTH and any(letter.isdigit() for letter in line) and _may_be_head(line):
            numbers[_shape(line)].append(tuple(_DIGITS.findall(line)))
    heads = {shape for shape, found in numbers.items() if len(found) >= _OFTEN and _is_paged(shape, found)}
    return heads - set(known)


def _may_be_head(line: str) -> bool:
    """Whether a line begins as a line of its own does and holds no end of a sentence."""
    return not line.lstrip()[:1].islower() and not _ENDS.search(line)


def _is_paged(shape: str, found: list[tuple[str, ...]]) -> bool:
    """Whether of all numbers of a line that returns at most one changes, and that one only rises."""
    changing = [values for values in zip(*found, strict=True) if len(set(values)) > 1]
    rising = all(int(a) <= int(b) for values in changing for a, b in pairwise(values))
    return rising and len(changing) <= 1 and (shape == "#" or sum(letter.isalpha() for letter in shape) >= _LETTERS)


def _shape(line: str) -> str:
    """A line with every number as #, so that page numbers do not tell running heads apart."""
    return _DIGITS.sub("#", " ".join(line.split())) if len(line) <= _HEAD_LENGTH else ""
