"""The cell `reported` against a sentence: each of its parts, separated by ";", found where the sentence prints it.

A part with figures stands there figure by figure in its order, with no other figure between but one listed with it; a
part of words alone stands there word by word. What stands in parentheses is a reading and is not looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from icans_evidence.printed.figures import Figure
from icans_evidence.printed.sentence import Reading

_READING = re.compile(r"\([^()]{0,80}\)")
_LONGEST_GAP = 6
"""Words that may stand between two words of one part, as in "100 mg (subcutaneously or IV) twice daily"."""


@dataclass(frozen=True)
class Part:
    """One part of `reported`: as written, read, and the readings given in parentheses."""

    text: str
    reading: Reading
    implied: str


@lru_cache(maxsize=20_000)
def parts(reported: str) -> tuple[Part, ...]:
    """The parts of a cell `reported`."""
    found = []
    for text in filter(None, (part.strip() for part in reported.split(";"))):
        implied = " ".join(_READING.findall(text)).casefold()
        found.append(Part(text, Reading(_READING.sub(" ", text)), implied))
    return tuple(found)


def places(part: Part, sentence: Reading) -> list[tuple[int, ...]] | None:
    """The figures of the sentence that a part stands for, one entry for each place; None where it does not stand.

    A part of words alone gives one empty entry.
    """
    if not part.reading.figures:
        return [()] if part.reading.stems <= sentence.stems else None
    found = []
    for start in sentence.positions.get(part.reading.tokens[0].stem, ()):
        indexes = _walk(part.reading, sentence, start)
        if indexes is not None and _alike(part.reading.figures, indexes, sentence):
            found.append(indexes)
    return found or None


def _walk(part: Reading, sentence: Reading, start: int) -> tuple[int, ...] | None:
    """The figures passed while the tokens of a part are met in order from a token of the sentence on."""
    indexes: list[int] = []
    place, gap = start, 0
    for at, wanted in enumerate(part.tokens):
        while place < len(sentence.tokens) and not _same(part, at, sentence, place):
            gap += 1
            if gap > _LONGEST_GAP or not _may_be_passed(sentence, place):
                return None
            place += 1
        if place == len(sentence.tokens):
            return None
        index = sentence.figure_at[place]
        if index is not None and part.figure_at[at] is not None and index not in indexes:
            indexes.append(index)
        place += 1
        gap = 0 if wanted else gap
    return tuple(indexes)


def _may_be_passed(sentence: Reading, place: int) -> bool:
    """Whether a part may skip a token: any word, and a figure that is listed with the next, as in "days +1 and +3"."""
    index = sentence.figure_at[place]
    return index is None or (index, index + 1) in sentence.ends


def _same(part: Reading, at: int, sentence: Reading, place: int) -> bool:
    wanted, there = part.tokens[at], sentence.tokens[place]
    if part.figure_at[at] is not None or wanted.text[0].isdigit():
        return wanted.text == there.text
    return wanted.stem == there.stem


def _alike(figures: tuple[Figure, ...], indexes: tuple[int, ...], sentence: Reading) -> bool:
    there = [sentence.figures[index] for index in indexes]
    return len(figures) == len(there) and all(
        (a.low, a.high, a.is_percent) == (b.low, b.high, b.is_percent) for a, b in zip(figures, there, strict=True)
    )


def ends_of(part: Part, found: list[tuple[int, ...]] | None, sentence: Reading) -> list[int]:
    """Where a found part ends in the folded sentence, one entry for each place it may stand."""
    if part.reading.figures:
        return [sentence.figures[max(indexes)].end for indexes in found or () if indexes]
    last = part.reading.tokens[-1].stem if part.reading.tokens else ""
    tokens = (sentence.tokens[place] for place in sentence.positions.get(last, ()))
    return [token.start + len(token.text) for token in tokens]
