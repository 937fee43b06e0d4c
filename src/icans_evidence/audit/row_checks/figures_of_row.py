"""A row's figures against its sentence: each value in its role, each figure as printed, nothing left over.

It is never enough that a number occurs: it stands where its column says, as part or whole, single or end of a range.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from icans_evidence.audit.row_checks.held_figures import PRINTED_TEXTS, Held, Row, figures_in_words, held_by
from icans_evidence.audit.row_checks.reported_parts import Part, parts, places
from icans_evidence.audit.source.article import Sentence
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.printed.number_words import NONE_WORDS, WHOLE_WORDS
from icans_evidence.printed.sentence import Reading, fold

WORD = re.compile(r"[^\W\d_]+")
WHOLE = re.compile(rf"\b(?:{'|'.join(sorted(WHOLE_WORDS))})\b")
_ANOTHER = re.compile(r"\banother\b")
_BEFORE = re.compile(r"sentences? before|earlier sentence|previous sentence", re.I)
_HARMLESS = {"once", "twice", "both", "neither", "half"}


@dataclass(frozen=True)
class Difference:
    """One thing in which a row and its sentence differ: the column, what is printed, what is held, and why."""

    column: str
    printed: str
    held: str
    reason: str


@dataclass(frozen=True)
class Case:
    """A row beside its sentence and what surrounds it.

    `before` are the sentences before it in its section, nearest first; `siblings` the other rows of the sentence;
    `section_mates` all sentences of a table or figure; `cohort_mark` the reference number of the cohort's paper.
    """

    table: str
    row: Row
    sentence: Sentence
    reading: Reading
    before: tuple[tuple[Sentence, Reading], ...] = ()
    siblings: tuple[Row, ...] = field(default=(), repr=False)
    section_mates: tuple[Sentence, ...] = field(default=(), repr=False)
    cohort_mark: int | None = None
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary({}), repr=False)

    @cached_property
    def parts(self) -> list[tuple[Part, list[tuple[int, ...]] | None]]:
        """The parts of `reported` with the figures they stand for."""
        return [(part, places(part, self.reading)) for part in parts(self.row["reported"])]

    @cached_property
    def claimed(self) -> frozenset[int]:
        """The figures of the sentence that `reported` repeats."""
        return frozenset(i for _, found in self.parts for indexes in found or () for i in indexes)

    @cached_property
    def held(self) -> list[Held]:
        """The figures that the row holds."""
        return held_by(self.row)

    @cached_property
    def points_back(self) -> bool:
        """Whether the row's note says that a figure stands in a sentence before."""
        return bool(_BEFORE.search(self.row.get("note") or ""))

    def matches(self, held: Held) -> list[int]:
        """The figures of the sentence that a held figure may be, those that `reported` repeats first."""
        found = [i for i, figure in enumerate(self.reading.figures) if held.matches(figure)]
        found += [i for i, j in self.reading.ends if held.high is not None and self._ends(held, i, j)]
        return sorted(found, key=lambda i: i not in self.claimed)

    def _ends(self, held: Held, i: int, j: int) -> bool:
        first, second = self.reading.figures[i], self.reading.figures[j]
        percent = held.unit == "percent"
        single = first.high is None and second.high is None
        return single and (first.low, second.low) == (held.low, held.high) and second.is_percent == percent

    def earlier(self, held: Held) -> bool:
        """Whether a sentence before prints the figure and the row's note points there."""
        return self.points_back and any(held.matches(f) for _, reading in self.before for f in reading.figures)

    @cached_property
    def printed_figures(self) -> str:
        """The figures of the sentence, as printed."""
        return "; ".join(figure.text for figure in self.reading.figures) or "no figure"


Check = Callable[[Case], Iterator[Difference]]


def reported_stands_there(case: Case) -> Iterator[Difference]:
    """Each part of `reported` is printed in the sentence, or, where the note says so, in a sentence before."""
    for part, found in case.parts:
        if found is None and not (case.points_back and any(places(part, r) is not None for _, r in case.before)):
            what = case.printed_figures if part.reading.figures else "other words"
            yield Difference("reported", what, part.text, "these figures or words are not printed so in the sentence")


def values_are_printed(case: Case) -> Iterator[Difference]:
    """Each figure that the row holds is printed in the sentence and repeated in `reported`."""
    for held in case.held:
        found = case.matches(held)
        if not found and not _derived(case, held) and not case.earlier(held):
            yield Difference(held.column, case.printed_figures, held.text, "the sentence prints no such figure")
        elif found and found[0] not in case.claimed and not _derived(case, held):
            reported = case.row["reported"]
            yield Difference(held.column, reported, held.text, "the figure is not among those reported")


def _derived(case: Case, held: Held) -> bool:
    """Whether a held figure follows from words by a stated reading: none is 0, all is the whole, another is one."""
    reported = fold(case.row["reported"]).casefold()
    words = set(WORD.findall(reported))
    if held.column in ("n_events", "n_studies", "value") and held.low == 0 and held.high is None:
        return bool(words & NONE_WORDS) and "no" in case.reading.stems
    if held.column == "n_events" and held.low == case.row.get("n_total"):
        return bool(WHOLE.search(reported)) and case.reading.says(WHOLE)
    if held.column == "interval_hours":
        return {12: "twice daily", 24: "daily"}.get(int(held.low), "\0") in case.reading.lower
    return held.low == 1 and "another" in words and case.reading.says(_ANOTHER)


def nothing_is_left_over(case: Case) -> Iterator[Difference]:
    """Each figure in `reported` is held by a column of the row; a grade may be held by another row of the sentence."""
    known = {value for held in case.held for value in (held.low, held.high)}
    if all(set(figure.values) <= known for part, _ in case.parts for figure in part.reading.figures):
        return
    known |= figures_in_words(case.row)
    if "statement" in case.row:
        known |= {value for row in case.siblings for held in held_by(row) for value in (held.low, held.high)}
    for part, _ in case.parts:
        for figure, unit in zip(part.reading.figures, part.reading.units, strict=True):
            held = set(figure.values) <= (known | _grades(case) if unit == "grade" else known)
            if not held and figure.text.casefold() not in _HARMLESS:
                yield Difference("reported", part.text, "", f"no column holds the figure {figure.text}")


def _grades(case: Case) -> set[Decimal]:
    """The grades that other rows of the sentence hold."""
    return {held.low for row in case.siblings if row.get("unit") == "grade" for held in held_by(row)}


def words_print_their_figures(case: Case) -> Iterator[Difference]:
    """The figures in a factor, a cut-off, an indication or a repeat are printed in the sentence."""
    there = {value for figure in case.reading.figures for value in figure.values}
    for column in PRINTED_TEXTS:
        for figure in Reading(case.row[column]).figures if case.row.get(column) else ():
            if not set(figure.values) <= there:
                yield Difference(column, case.printed_figures, figure.text, "the sentence prints no such figure")


def parts_and_wholes(case: Case) -> Iterator[Difference]:
    """Where the sentence prints "x of y", x is the part and y the whole, and neither is held without the other."""
    row, figures = case.row, case.reading.figures
    wholes = {figures[i].low: figures[j] for i, j in case.reading.pairs if figures[i].high is None}
    parts_of = {figures[j].low: figures[i] for i, j in case.reading.pairs}
    events, total = row.get("n_events"), row.get("n_total")
    if events is not None and total is not None and events > total:
        yield Difference("n_events", case.printed_figures, f"{events} of {total}", "part and whole are exchanged")
    elif events is not None and _only(case, events, {i for i, _ in case.reading.pairs}):
        whole = wholes[Decimal(events)]
        if total not in (whole.low, events):
            yield Difference("n_total", f"{events} of {whole.text}", _or_empty(total), "the whole printed is another")
    if total is not None and _is_count_alone(row) and _only(case, total, {j for _, j in case.reading.pairs}):
        yield Difference("n_events", f"{parts_of[Decimal(total)].text} of {total}", "", "the part printed is not held")


def _is_count_alone(row: Row) -> bool:
    """Whether a row counts patients and holds no figure but their total."""
    return "n_events" in row and all(row.get(name) is None for name in ("n_events", "percent", "value"))


def _only(case: Case, value: int, indexes: set[int]) -> bool:
    """Whether a value is printed in the given places and nowhere else."""
    at = {i for i, figure in enumerate(case.reading.figures) if figure.low == value and figure.high is None}
    return bool(at) and at <= indexes


def _or_empty(value: Any) -> str:
    return "" if value is None else str(value)


CHECKS: tuple[Check, ...] = (
    reported_stands_there, values_are_printed, nothing_is_left_over, words_print_their_figures, parts_and_wholes,
)  # fmt: skip
