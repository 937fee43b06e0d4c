"""Where the boxes of the flow of records stand: in columns on a wide page, one below the other on a phone.

Every place is a pixel worked out here from the words that a box holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from icans_evidence.figures.charts.text_width import folded
from icans_evidence.figures.charts.text_width import width as width_of
from icans_evidence.summaries.flow import IDENTIFIED, OTHER_IDENTIFIED, REMOVED, UNKNOWN, Flow

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "identified": ("Records identified", IDENTIFIED),
    "removed": ("Records removed before screening", REMOVED),
    "screened": ("Records screened", ("screened",)),
    "excluded": ("Records excluded", ("excluded",)),
    "sought": ("Reports sought", ("sought",)),
    "not_retrieved": ("Reports not retrieved", ("not_retrieved",)),
    "assessed": ("Reports assessed for eligibility", ("assessed",)),
    "excluded_reports": ("Reports excluded", ("excluded_reports",)),
    "other_identified": ("Identified by other methods", OTHER_IDENTIFIED),
    "other_sought": ("Reports sought, other methods", ("other_sought",)),
    "other_not_retrieved": ("Reports not retrieved", ("other_not_retrieved",)),
    "other_assessed": ("Reports assessed, other methods", ("other_assessed",)),
    "other_excluded_reports": ("Reports excluded", ("other_excluded_reports",)),
    "included": ("Studies included", ("included_studies", "included_reports")),
    "previous": ("Studies in the version before", ("previous_studies", "previous_reports")),
    "total": ("Studies included in all", ("total_studies", "total_reports")),
}
"""A drawn box → its head and the boxes of the file that it holds."""
MAIN = ("identified", "screened", "sought", "assessed")
ASIDE = {"identified": "removed", "screened": "excluded", "sought": "not_retrieved", "assessed": "excluded_reports"}
OTHER = ("other_identified", "other_sought", "other_assessed")
OTHER_ASIDE = {"other_sought": "other_not_retrieved", "other_assessed": "other_excluded_reports"}
PARTS = {
    "identified_databases": "databases", "identified_registers": "registers", "removed_duplicates": "duplicates",
    "removed_automation": "ineligible by automation tools", "removed_other": "other reasons",
    "other_websites": "websites", "other_organisations": "organisations", "other_citations": "citations",
    "included_reports": "reports of these studies", "previous_reports": "reports of these studies",
    "total_reports": "reports of these studies",
}  # fmt: skip
SIZE, SMALL, LINE, PAD, GAP = 13.5, 12.5, 18, 9, 26


@dataclass(frozen=True)
class Drawn:
    """A box in its place, in pixels, with its lines of words; the first `heads` of them are its head."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    heads: int

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def center(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


Points = tuple[tuple[float, float], ...]
Arrow = tuple[Points, bool]
"""A line through points, and whether its end is an arrow's head."""


@dataclass(frozen=True)
class Layout:
    """A form of the diagram: its size, its boxes by group, its arrows, and each stage with its top and end."""

    width: float
    height: float
    boxes: dict[str, Drawn]
    arrows: tuple[Arrow, ...]
    stages: tuple[tuple[str, float, float], ...] = ()


def _box(flow: Flow, group: str, x: float, y: float, width: float) -> Drawn | None:
    """A box at its place; None where the review has none of what it holds."""
    head, boxes = GROUPS[group]
    if not any(name in flow for name in boxes):
        return None
    count = flow.count(*(boxes[:1] if group in ("included", "previous", "total") else boxes))
    heads = _folded(head, count, width)
    told = [_folded(words, part, width) for name in boxes for words, part in _parts(flow, name)]
    lines = (*heads, *(line for lines in told for line in lines))
    return Drawn(x, y, width, 2 * PAD + LINE * len(lines), lines, len(heads))


def _parts(flow: Flow, box: str) -> Iterator[tuple[str, int | None]]:
    """Words and count of each line of a box that says more than the head does."""
    for part in flow.boxes.get(box, ()):
        if words := ": ".join(words for words in (PARTS.get(box, ""), part.label) if words):
            yield words, part.count


_JOINT = "\ue000"
"""Stands for a space at which no line is broken."""


def _folded(words: str, count: int | None, width: float) -> list[str]:
    """Words with their count, folded into a box; the count stays in one piece."""
    n = f"(n {UNKNOWN})" if count is None else f"(n = {count:,})".replace(" ", _JOINT)
    return [line.replace(_JOINT, " ") for line in folded(f"{words} {n}", SIZE, width - 2 * PAD)]


ROWS = (
    ("Identification", ("identified", "removed", "other_identified", "")),
    ("Screening", ("screened", "excluded", "", "")),
    ("Screening", ("sought", "not_retrieved", "other_sought", "other_not_retrieved")),
    ("Screening", ("assessed", "excluded_reports", "other_assessed", "other_excluded_reports")),
    ("Included", ("included", "", "", "")),
    ("Included", ("total", "previous", "", "")),
)
BAND = 30


def wide(flow: Flow) -> Layout:
    """The form for a wide page: what is left out stands beside what goes on, other methods at the right."""
    others = any(name in flow for group in OTHER for name in GROUPS[group][1])
    columns = 4 if others else 2
    width = (880 - BAND - GAP * columns + GAP) / columns
    boxes: dict[str, Drawn] = {}
    stages: dict[str, tuple[float, float]] = {}
    y = 2.0
    for stage, groups in ROWS:
        places = [(group, BAND + place * (width + GAP)) for place, group in enumerate(groups) if group]
        row = {group: box for group, x in places if (box := _box(flow, group, x, y, width))}
        if not row:
            continue
        boxes |= row
        alone = [name for name, _ in ROWS].count(stage) == 1
        end = max(*(box.bottom for box in row.values()), y + width_of(stage, SMALL) + PAD if alone else y)
        stages[stage] = (stages.get(stage, (y, 0))[0], end)
        y = end + GAP
    arrows = [*_down(boxes, (*MAIN, "included", "total")), *_down(boxes, OTHER), *_aside(boxes)]
    if "other_assessed" in boxes and "included" in boxes:
        last, included = boxes["other_assessed"], boxes["included"]
        corner = (last.center, included.middle)
        arrows.append((((last.center, last.bottom), corner, (included.x + included.width, included.middle)), True))
    if "previous" in boxes and "total" in boxes:
        before, total = boxes["previous"], boxes["total"]
        arrows.append((((before.x, before.middle), (total.x + total.width, before.middle)), True))
    return Layout(880, y - GAP + 2, boxes, tuple(arrows), tuple((name, *ends) for name, ends in stages.items()))


def _down(boxes: dict[str, Drawn], groups: tuple[str, ...]) -> Iterator[Arrow]:
    """Arrows from each of these boxes down to the next that is there."""
    there = [boxes[group] for group in groups if group in boxes]
    for above, below in pairwise(there):
        yield ((above.center, above.bottom), (above.center, below.y)), True


def _aside(boxes: dict[str, Drawn]) -> Iterator[Arrow]:
    """Arrows from a box to what is left out of it."""
    for start, end in {**ASIDE, **OTHER_ASIDE}.items():
        if start in boxes and end in boxes:
            one, other = boxes[start], boxes[end]
            y = min(one.middle, other.middle)
            yield ((one.x + one.width, y), (other.x, y)), True


COLUMN = (
    ("identified", 0), ("removed", 1), ("screened", 0), ("excluded", 1), ("sought", 0), ("not_retrieved", 1),
    ("assessed", 0), ("excluded_reports", 1), ("other_identified", 2), ("other_sought", 2), ("other_not_retrieved", 3),
    ("other_assessed", 2), ("other_excluded_reports", 3), ("included", 0), ("previous", 1), ("total", 0),
)  # fmt: skip
"""The boxes as they follow each other on a phone, each with how far it is set in."""
STEP, NARROW = 26, 343


def narrow(flow: Flow) -> Layout:
    """The form for a phone: one column, what is left out set in beneath what it is left out of."""
    boxes: dict[str, Drawn] = {}
    indents: dict[str, int] = {}
    y = 2.0
    for group, indent in COLUMN:
        if box := _box(flow, group, indent * STEP, y, NARROW - indent * STEP):
            boxes[group], indents[group] = box, indent
            y = box.bottom + GAP - 8
    arrows = [*_beside(boxes, (*MAIN, "included", "total"), 0), *_beside(boxes, (*OTHER, "included"), 2)]
    for group, indent in indents.items():
        if indent % 2:
            x = (indent - 1) * STEP + STEP / 2
            ends = ((x, boxes[group].middle), (indent * STEP, boxes[group].middle))
            arrows.append((ends, group != "previous"))
    return Layout(NARROW, y - GAP + 10, boxes, tuple(arrows))


def _beside(boxes: dict[str, Drawn], groups: tuple[str, ...], indent: int) -> Iterator[Arrow]:
    """Arrows down the left side, past the boxes that are set in, from each of these boxes to the next."""
    there = [boxes[group] for group in groups if group in boxes]
    x = indent * STEP + STEP / 2
    if len(there) > 1 and there[0].x == indent * STEP:
        for above, below in pairwise(there):
            yield ((x, above.bottom), (x, below.y)), True
