"""A row's references against the marks printed in its sentence, and its cohort against the references.

The marks of a row are the marks of the sentence, or of those places in it that belong to the row, one after another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from icans_evidence.audit.row_checks.figures_of_row import Case, Difference
from icans_evidence.audit.row_checks.reported_parts import ends_of
from icans_evidence.audit.source.article import Sentence
from icans_evidence.printed.sentence import fold

_EXPLAINED = re.compile(r"\bmarks?\b|\breferences?\b|\binference\b", re.I)
"""Words of a note that say why a row does not carry the marks of its sentence."""


def references_agree(case: Case) -> Iterator[Difference]:
    """The row cites what its sentence marks; where that has no mark, what the sentence before it or its table marks."""
    cited = _numbers(case.row.get("cites"))
    groups = case.sentence.mark_groups
    printed = ";".join(str(mark) for mark in case.sentence.marks)
    held = ";".join(str(mark) for mark in sorted(cited))
    if not cited:
        if groups and not _EXPLAINED.search(case.row.get("note") or ""):
            yield Difference("cites", printed, "", "the sentence carries marks that the row does not")
    elif groups:
        if cited not in _runs(groups):
            yield Difference("cites", printed, held, "the marks of the sentence are others")
        elif not _shared(case) and not cited >= set(_group_after(case)):
            yield Difference("cites", printed, held, "the mark that follows in the sentence is another")
    elif _has_surroundings(case) and cited != set(_marks_nearby(case)):
        nearby = ";".join(str(mark) for mark in _marks_nearby(case))
        yield Difference("cites", nearby, held, "the sentence has no mark, and those near it are others")


def the_cohort_is_cited(case: Case) -> Iterator[Difference]:
    """The paper of the row's cohort is among the references marked in the sentence, or near it where it has none."""
    cohort = case.row.get("cohort_id")
    marks = case.sentence.marks or _marks_nearby(case)
    cited = _numbers(case.row.get("cites")) & set(marks) or set(marks)
    if cohort and case.cohort_mark not in cited:
        printed = ";".join(str(mark) for mark in marks)
        yield Difference("cohort_id", printed, cohort, "the sentence does not mark the paper of this cohort")


def _numbers(cites: str | None) -> set[int]:
    return {int(number) for number in (cites or "").split(";") if number}


def _runs(groups: tuple[tuple[int, ...], ...]) -> list[set[int]]:
    """The marks of each run of neighbouring places of a sentence."""
    if len(groups) > _MOST_GROUPS:
        return [{mark for group in groups for mark in group}]
    ends = range(1, len(groups) + 1)
    return [{m for group in groups[first:last] for m in group} for last in ends for first in range(last)]


def _shared(case: Case) -> bool:
    """Whether other rows of the sentence report the same words or figures with other marks."""
    own = (case.row["reported"], case.row["cites"])
    return any(row["reported"] == own[0] and row["cites"] != own[1] for row in case.siblings)


def _group_after(case: Case) -> tuple[int, ...]:
    """The marks that follow the words or figures of a row, where they stand in one place of the sentence only."""
    ends = {place for part, found in case.parts for place in ends_of(part, found, case.reading)}
    after = [
        group for group, place in zip(case.sentence.mark_groups, case.sentence.mark_places, strict=False)
        if ends and len(fold(case.sentence.text[:place])) >= max(ends)
    ]  # fmt: skip
    return after[0] if after else ()


def _has_surroundings(case: Case) -> bool:
    """Whether the copy shows what stands around the sentence."""
    return bool(case.section_mates if (case.row["section"] or "").startswith(TABLES) else case.before)


def _marks_nearby(case: Case) -> tuple[int, ...]:
    """The marks of the nearest marked sentence before, or of a table's own note."""
    nearby: list[Sentence] = [sentence for sentence, _ in case.before]
    if (case.row["section"] or "").startswith(TABLES):
        nearby = list(case.section_mates)
    return next((sentence.marks for sentence in nearby if sentence.marks), ())


_MOST_GROUPS = 40
TABLES = ("Table", "Figure")
"""The beginnings of the names of sections whose marks stand in their own notes."""
CHECKS = (references_agree, the_cohort_is_cited)
