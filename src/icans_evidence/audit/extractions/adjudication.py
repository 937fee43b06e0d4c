"""How differences between two passes were settled: each line of settled.csv beside the difference that it answers.

A line answers one difference: that of the same sentence, field and readings, or failing that of the same field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icans_evidence.audit.extractions.agreement import Difference
from icans_evidence.audit.signatures.signed_content import canonical
from icans_evidence.errors import DataError

FILE = "settled.csv"
COLUMNS = [
    "table", "section", "sentence", "fingerprint", "difference", "pass_a", "pass_b", "settled", "reason", "row_id",
]  # fmt: skip


@dataclass(frozen=True)
class Settled:
    """The settlement of one difference: what stands in the data, why, and in which row (empty for none)."""

    table: str
    section: str
    sentence: str
    fingerprint: str
    difference: str
    pass_a: str
    pass_b: str
    settled: str
    reason: str
    row_id: str


def read_settled(path: Path) -> list[Settled]:
    """The lines of settled.csv; DataError with every fault."""
    from icans_evidence.files.csv_text import read_texts

    faults: list[str] = []
    frame = read_texts(
        path.read_bytes(), COLUMNS, lambda line, column, text: faults.append(f"{path}:{line} {column}: {text}")
    )
    if faults:
        raise DataError(faults)
    return [] if frame is None else [Settled(*(cell or "" for cell in row[1:])) for row in frame.iter_rows()]


def answered(
    differences: Iterable[Difference], lines: Iterable[Settled]
) -> tuple[list[tuple[Difference, Settled | None]], list[Settled]]:
    """Each difference with the line that settles it, or None, in their order; and the lines that answer none."""
    asked = list(differences)
    left = list(lines)
    found: dict[int, Settled] = {}
    for question, answer in _WAYS:
        waiting: dict[Any, list[Settled]] = {}
        for line in left:
            waiting.setdefault(answer(line), []).append(line)
        for place, difference in enumerate(asked):
            if place not in found and waiting.get(question(difference)):
                found[place] = waiting[question(difference)].pop(0)
        left = [line for lines_left in waiting.values() for line in lines_left]
    return [(difference, found.get(place)) for place, difference in enumerate(asked)], left


def _reading(text: str) -> str:
    return canonical(text, True)


def _question(difference: Difference) -> tuple[str, ...]:
    return difference.entry.cells.get("fingerprint", ""), difference.field, difference.in_a, difference.in_b


def _answer(line: Settled) -> tuple[str, ...]:
    return line.fingerprint, line.difference, _reading(line.pass_a), _reading(line.pass_b)


_WAYS: tuple[tuple[Callable[[Difference], tuple[str, ...]], Callable[[Settled], tuple[str, ...]]], ...] = (
    (_question, _answer),
    (lambda difference: _question(difference)[:2], lambda line: _answer(line)[:2]),
)
"""What a difference asks and a line answers, from the closest likeness to the loosest."""
