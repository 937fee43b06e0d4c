"""Where the sentence of a row stands in a reader's copy: found by fingerprint, by its section, or nearly.

A copy that was wrapped, paged or cut otherwise is searched once more, line by line, for what was not found at first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from hashlib import sha256

from icans_evidence.audit.source.article import Sentence, normalised, pieces_of_lines, plain, read_sentences, set_apart
from icans_evidence.audit.source.documents import Budget
from icans_evidence.audit.source.normalisation import tidied
from icans_evidence.errors import DataError
from icans_evidence.printed.figures import digits_printed
from icans_evidence.printed.sentence import Reading, stem

_LONGEST = 3_000
"""Letters and digits of the longest sentence that is put together from lines."""
_LONGEST_PASSAGE = 50_000
_MOST_PIECES = 60
_RARE = 40
"""Sentences that may share a word for it to tell one from another."""


class Copy:
    """A reader's copy of one document: its sentences in order, and where each fingerprint stands."""

    def __init__(self, text: str, headings: Iterable[str] = ()) -> None:
        self.text = tidied(text, headings)
        self.budget = Budget()
        self.sentences = read_sentences(self.text, self.budget.ask)
        self.readings: dict[int, Reading] = {}
        self.by_fingerprint: dict[str, list[Sentence]] = defaultdict(list)
        self.by_section: dict[str, list[Sentence]] = defaultdict(list)
        self._joined: list[Sentence] = []
        self._pieced: list[str] = []
        for sentence in self.sentences:
            self.budget.ask()
            if len(sentence.text) > _LONGEST_PASSAGE:
                length = f"{len(sentence.text):,} characters without the end of a sentence"
                raise DataError([f"the copy holds {length}, at most {_LONGEST_PASSAGE:,} are read; is it a table?"])
            self.by_fingerprint[sentence.fingerprint].append(sentence)
            self.by_section[sentence.section].append(sentence)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the normalised text: the same for two copies that differ in lines, quotes or dashes alone."""
        return sha256(normalised(self.text).encode()).hexdigest()

    def read(self, sentence: Sentence) -> Reading:
        """The sentence read for comparison, each once."""
        key = id(sentence)
        if key not in self.readings:
            self.readings[key] = Reading(sentence.text)
        return self.readings[key]

    def before(self, sentence: Sentence, most: int = 8) -> tuple[Sentence, ...]:
        """The sentences before one in its section, nearest first."""
        if sentence.ordinal == 0:
            return tuple(self._joined[: self._joined.index(sentence)][-most:][::-1])
        mates = self.by_section.get(sentence.section, [])
        return tuple(mates[max(0, sentence.ordinal - 1 - most) : max(0, sentence.ordinal - 1)][::-1])

    def look_line_by_line(self, wanted: set[str], known: set[str]) -> None:
        """Search the lines, joined as they follow, for all known fingerprints when the paragraphs lack a wanted one.

        A sentence so found has the ordinal 0 and no section: where it stands is not known.
        """
        if wanted <= set(self.by_fingerprint):
            return
        self._joined = list(_joined_lines(self.text, wanted | known, self.budget.ask))
        for sentence in self._joined:
            if not any(other.ordinal for other in self.by_fingerprint.get(sentence.fingerprint, ())):
                self.by_fingerprint[sentence.fingerprint].append(sentence)
                self._pieced.append(normalised(sentence.text))

    def beyond_pieced(self, sentence: Sentence) -> bool:
        """Whether a sentence has a digit beside those of the sentences that were put together from its lines."""
        left = normalised(sentence.text)
        if self._pieced:
            if left in "".join(self._pieced):
                return False
            for whole in self._pieced:
                left = left.replace(whole, " ")
        return any(letter.isdigit() for letter in left)

    def hold_together(self, numbers: frozenset[str]) -> bool:
        """Whether one sentence holds all of some numbers, with the decimals printed."""
        return any(numbers <= held for held in self._numbers)

    @cached_property
    def _numbers(self) -> set[frozenset[str]]:
        return {digits_printed(sentence.text) for sentence in self.sentences}

    @cached_property
    def _holding(self) -> dict[str, list[Sentence]]:
        """The sentences that hold a figure or a word, by its digits or stem."""
        index: dict[str, list[Sentence]] = defaultdict(list)
        for sentence in self.sentences:
            for word in {stem(part) for part in re.findall(r"\w+", sentence.text.casefold())}:
                index[word].append(sentence)
        return index

    def nearest(self, section: str | None, ordinal: int | None, words: str) -> Sentence | None:
        """The sentence most like one that is not found: by place, by the figures and by the words a row gives."""
        scores: Counter[int] = Counter()
        there = {id(sentence): sentence for sentence in self._around(section, ordinal)}
        for sentence in there.values():
            scores[id(sentence)] += 3 if sentence.ordinal == ordinal else 1
        for word in {stem(part) for part in re.findall(r"\w+", words.casefold())}:
            holding = self._holding.get(word, [])
            for sentence in holding if len(holding) <= _RARE else []:
                there[id(sentence)] = sentence
                scores[id(sentence)] += 2 if word[0].isdigit() else 1
        return there[max(scores, key=scores.__getitem__)] if scores else None

    def _around(self, section: str | None, ordinal: int | None) -> list[Sentence]:
        if section is None or ordinal is None:
            return []
        return self.by_section.get(section, [])[max(0, ordinal - 3) : ordinal + 2]


def _joined_lines(text: str, known: set[str], ask: Callable[[], None]) -> Iterator[Sentence]:
    """Sentences put together from pieces of lines that follow each other, where their fingerprint is known."""
    pieces, letters = [], []
    for piece in pieces_of_lines(plain(text)):
        ask()
        pieces.append(set_apart(piece))
        letters.append(normalised(pieces[-1][0]).encode())
    for first in range(len(pieces)):
        ask()
        digest, length = sha256(), 0
        for last in range(first, min(first + _MOST_PIECES, len(pieces))):
            digest.update(letters[last])
            length += len(letters[last])
            if length > _LONGEST:
                break
            if digest.hexdigest()[:12] in known:
                yield _joined(pieces[first : last + 1])


def _joined(pieces: list[tuple[str, tuple[tuple[int, ...], ...], tuple[int, ...]]]) -> Sentence:
    """One sentence of several pieces, its marks shifted by the letters before them."""
    words = ""
    groups: list[tuple[int, ...]] = []
    places: list[int] = []
    for text, of_piece, within in pieces:
        before = len(words) + 1 if words else 0
        words = f"{words} {text}".strip()
        groups += of_piece
        places += [before + place for place in within]
    marks = tuple(dict.fromkeys(mark for group in groups for mark in group))
    return Sentence("", 0, words, marks, tuple(groups), tuple(places))
