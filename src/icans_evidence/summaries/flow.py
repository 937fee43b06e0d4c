"""The flow of records into a review after PRISMA 2020 (doi 10.1136/bmj.n71), from `flow.csv` in the data folder.

A line is a box of the diagram, a label where the box has several parts, and a count; an empty count is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from icans_evidence.errors import DataError
from icans_evidence.files.csv_text import read_texts
from icans_evidence.files.faults import Faults, allowed, shown
from icans_evidence.wording import listing

FILE = "flow.csv"
COLUMNS = ("box", "label", "count")
UNKNOWN = "not counted yet"


class Box(NamedTuple):
    """A box of the diagram: its words, the stage it stands in, and whether a review must name it."""

    words: str
    stage: str
    needed: bool = False


BOXES = {
    "identified_databases": Box("records identified in databases", "Identification", True),
    "identified_registers": Box("records identified in registers", "Identification"),
    "removed_duplicates": Box("duplicates removed before screening", "Identification"),
    "removed_automation": Box("records that automation tools marked as ineligible", "Identification"),
    "removed_other": Box("records removed before screening for other reasons", "Identification"),
    "other_websites": Box("records identified on websites", "Identification"),
    "other_organisations": Box("records identified at organisations", "Identification"),
    "other_citations": Box("records identified by following citations", "Identification"),
    "screened": Box("records screened", "Screening", True),
    "excluded": Box("records excluded", "Screening", True),
    "sought": Box("reports sought", "Screening", True),
    "not_retrieved": Box("reports not retrieved", "Screening", True),
    "assessed": Box("reports assessed for eligibility", "Screening", True),
    "excluded_reports": Box("reports excluded", "Screening"),
    "other_sought": Box("reports sought, by other methods", "Screening"),
    "other_not_retrieved": Box("reports not retrieved, by other methods", "Screening"),
    "other_assessed": Box("reports assessed, by other methods", "Screening"),
    "other_excluded_reports": Box("reports excluded, by other methods", "Screening"),
    "included_studies": Box("studies included", "Included", True),
    "included_reports": Box("reports of included studies", "Included", True),
    "previous_studies": Box("studies in the version before", "Included"),
    "previous_reports": Box("reports of studies in the version before", "Included"),
    "total_studies": Box("studies included in all", "Included"),
    "total_reports": Box("reports of studies included in all", "Included"),
}
OTHER_IDENTIFIED = ("other_websites", "other_organisations", "other_citations")
IDENTIFIED = ("identified_databases", "identified_registers")
REMOVED = ("removed_duplicates", "removed_automation", "removed_other")
SUMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "screened": (IDENTIFIED, REMOVED),
    "sought": (("screened",), ("excluded",)),
    "assessed": (("sought",), ("not_retrieved",)),
    "other_assessed": (("other_sought",), ("other_not_retrieved",)),
    "included_reports": (("assessed", "other_assessed"), ("excluded_reports", "other_excluded_reports")),
    "total_studies": (("previous_studies", "included_studies"), ()),
    "total_reports": (("previous_reports", "included_reports"), ()),
}
"""A box → what is added and what is taken away to get it; a box that the review does not have counts nothing."""


@dataclass(frozen=True)
class Part:
    """A line of the file: the box, its label ("" without one), the count (None while unknown) and the line's number."""

    box: str
    label: str
    count: int | None
    line: int


@dataclass(frozen=True)
class Flow:
    """The lines of the file in the order of the boxes; the arithmetic between them is checked by `wrong_sums`."""

    parts: tuple[Part, ...]

    @cached_property
    def boxes(self) -> dict[str, tuple[Part, ...]]:
        """For each box that the review has, its lines."""
        return {name: found for name in BOXES if (found := tuple(part for part in self.parts if part.box == name))}

    def __contains__(self, box: str) -> bool:
        return box in self.boxes

    def count(self, *boxes: str) -> int | None:
        """The counts of these boxes together, a box that the review lacks as 0; None while one is not known."""
        counts = [part.count for box in boxes for part in self.boxes.get(box, ())]
        return None if None in counts else sum(count for count in counts if count is not None)


def read_flow(folder: Path) -> Flow | None:
    """The flow in the data folder `folder`, None where it has no flow.csv.

    Raises DataError with every fault: of a cell with its place, and of the arithmetic with the sum that fails.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    faults = Faults({FILE: list(COLUMNS)}, {FILE: path.as_posix()})
    lines = read_texts(path.read_bytes(), list(COLUMNS), lambda line, column, text: faults.at(FILE, line, column, text))
    parts = [] if lines is None else list(_parts(lines.iter_rows(named=True), faults))
    order = list(BOXES)
    flow = Flow(tuple(sorted(parts, key=lambda part: order.index(part.box))))
    for name in (name for name, box in BOXES.items() if box.needed and name not in flow):
        faults.about(path.as_posix(), f"the box {name} is missing ({BOXES[name].words})")
    faults.raise_any()
    if wrong := list(wrong_sums(flow)):
        raise DataError([f"{path.as_posix()}:{line} count: {text}" for line, text in sorted(wrong)])
    return flow


def _parts(rows: Iterable[dict[str, Any]], faults: Faults) -> Iterator[Part]:
    """The lines that can be read; what is wrong in the others is told to `faults`."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        box, label, line = row["box"] or "", row["label"] or "", row["line"]
        count = _count(row["count"])
        if box not in BOXES:
            faults.at(FILE, line, "box", f"{shown(box)} is no box; {allowed(box, BOXES)}")
        elif (box, label) in seen:
            again = f"{shown(box)} stands already in line {seen[box, label]}; give each line of a box its own label"
            faults.at(FILE, line, "box", again)
        elif count == BAD:
            faults.at(FILE, line, "count", f"{shown(row['count'])} is no count; a whole number, or nothing yet")
        else:
            yield Part(box, label, count, line)
        seen.setdefault((box, label), line)


BAD = -1


def _count(text: str | None) -> int | None:
    """A count, None for an empty cell, BAD for anything else."""
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else BAD


def wrong_sums(flow: Flow) -> Iterator[tuple[int, str]]:
    """Each sum that does not come out, with the line of its result; sums with an unknown count are passed over."""
    for name, (added, taken) in SUMS.items():
        have, whole = flow.count(name), flow.count(*added, *taken)
        if name not in flow or have is None or whole is None:
            continue
        line = flow.boxes[name][0].line
        if name.startswith("total_") and added[0] not in flow:
            yield line, f"{name} needs the box {added[0]}; without a version before, leave {name} out"
            continue
        should = (flow.count(*added) or 0) - (flow.count(*taken) or 0)
        if have != should:
            names, figures = _said(flow, added, taken)
            yield line, f"{name} is {have:,}, but {names} = {figures} = {should:,}"
    yield from _too_many(flow, ("other_sought",), OTHER_IDENTIFIED)
    yield from _too_many(flow, ("included_studies",), ("included_reports",))


def _said(flow: Flow, added: tuple[str, ...], taken: tuple[str, ...]) -> tuple[str, str]:
    """A sum in the names of its boxes, and in figures."""
    terms = [(sign, box) for sign, boxes in ((" + ", added), (" − ", taken)) for box in boxes if box in flow]
    names = "".join(sign + box for sign, box in terms).removeprefix(" + ")
    return names, "".join(f"{sign}{flow.count(box):,}" for sign, box in terms).removeprefix(" + ")


def _too_many(flow: Flow, part: tuple[str, ...], whole: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """A box that holds more than what it is taken from."""
    have, most = flow.count(*part), flow.count(*whole)
    if part[0] in flow and have is not None and most is not None and have > most:
        names = listing(name for name in whole if name in flow) or listing(whole, "or")
        yield flow.boxes[part[0]][0].line, f"{part[0]} is {have:,}, more than the {most:,} of {names}"
