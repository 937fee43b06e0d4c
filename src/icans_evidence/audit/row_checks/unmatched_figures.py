"""The figures of a sentence that no row of it repeats.

What numbers a table or counts the studies of a sentence is no finding, and needs no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from icans_evidence.audit.row_checks.held_figures import Row
from icans_evidence.audit.row_checks.reported_parts import parts, places
from icans_evidence.printed.sentence import Reading

_LABEL = re.compile(r"\b(?:table|figure|fig\.|e?table|phase|reference|ref\.)\s*$", re.I)
_STUDY = re.compile(r"\W+(?:[\w-]+\W+){0,3}?(?:stud(?:y|ies)|trials?|series|scoring systems?)\b", re.I)
_ISSUE = re.compile(r"\b(?:19|20)\d\d;\s?\d")
_PRONOUNS = {"both", "neither", "once", "half"}


def leftover(sentence: Reading, rows: Iterable[Row]) -> tuple[str, ...]:
    """The figures of a sentence, as printed, that stand in the `reported` of none of its rows."""
    taken: set[int] = set()
    for row in rows:
        for part in parts(row["reported"]):
            taken |= {index for indexes in places(part, sentence) or () for index in indexes}
    left = (figure for index, figure in enumerate(sentence.figures) if index not in taken)
    return tuple(f.text for f in left if not _needs_none(sentence.text, f.text, f.start, f.end))


def _needs_none(text: str, printed: str, start: int, end: int) -> bool:
    if _ISSUE.search(text[max(0, start - 6) : end + 6]):
        return True
    label = _LABEL.search(text[max(0, start - 20) : start])
    one_study = printed.casefold() in ("1", "one", "second", "2") and _STUDY.match(text[end : end + 60])
    return bool(label or one_study) or printed.casefold() in _PRONOUNS
