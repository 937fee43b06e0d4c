"""Where everything in a strip chart stands: the columns of its two forms, its rows, group heads and axis lines.

Every position is a pixel worked out here, so that the wide and the narrow form differ in one table of numbers only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, log10

import polars as pl

from icans_evidence.figures.charts.text_width import folded

_TEXT = (
    "group", "label", "detail", "product", "scale", "flag", "note", "right", "count", "share", "interval", "mark",
    "relation", "hover",
)  # fmt: skip
_NUMBERS = ("x", "low", "high", "cut", "weight")
ROW_COLUMNS = {**dict.fromkeys(_TEXT, pl.String), **dict.fromkeys(_NUMBERS, pl.Float64), "same": pl.Boolean}
"""Columns of a chart's rows, which are fields of FigureRow: `same` puts a row on the line of the one before; `mark`
is a name in MARKS, or "diamond" or "prediction"; `x`, `low`, `high` and `cut` are in the axis's unit, `weight` is the
mark's area in square pixels; `right` is the figure in one piece, `count`, `share` and `interval` its parts where it has
them; `note` and `flag` stand beneath it."""


@dataclass(frozen=True)
class Form:
    """Where the parts of a row stand, in pixels: a column of text is (left edge, line, width).

    `count`, `share` and `interval` are right edges of the columns of figures; a form without them says the figure in
    one piece. `band` is the height of the grid's part in each row, all of it where it is None.
    """

    width: int
    left: int
    right: int
    row: int
    head: int
    axis: int
    every: int
    label: tuple[int, int, int]
    detail: tuple[int, int, int]
    product: tuple[int, int, int]
    scale: tuple[int, int, int]
    figure_line: int
    flag_line: int
    mark_line: int
    ticks: int
    sizes: tuple[float, float]
    count: int | None = None
    share: int | None = None
    interval: int | None = None
    band: int | None = None


FORMS = {
    "wide": Form(
        880, 412, 662, 40, 40, 22, 560, (0, 12, 238), (0, 29, 238), (248, 12, 150), (248, 29, 150), 21, 30, 20, 6,
        (13.5, 12.5), 748, 800, 880,
    ),
    "narrow": Form(
        343, 8, 322, 88, 36, 20, 900, (0, 12, 255), (0, 30, 335), (0, 47, 190), (198, 47, 142), 12, 30, 69, 6,
        (13, 12), band=22,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Axis:
    """What is read along the top: a domain and the unit behind each of its numbers, or the names of its columns.

    `headline` is what the picture says above its rows, a line of it per line; the first is the strongest.
    """

    low: float
    high: float
    unit: str = ""
    columns: tuple[str, ...] = ()
    headline: str = ""

    def ticks(self, count: int) -> list[tuple[float, str]]:
        """Places along the axis with their words: about `count` round numbers, or the columns at 0, 1, 2 …"""
        if self.columns:
            return [(float(place), name) for place, name in enumerate(self.columns)]
        if not self.unit:
            return [(self.low, "")]
        step = _round_step((self.high - self.low) / count)
        places = [step * i for i in range(ceil(self.low / step), floor(self.high / step * (1 + 1e-9)) + 1)]
        return [(place, f"{place:g}{self.unit}") for place in places]


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** floor(log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


def fitted_form(form: Form, rows: pl.DataFrame) -> Form:
    """The form for these rows: columns that no row fills give their room to the label, the plot and the figure."""
    if form.interval is None:
        return form if _filled(rows, "product") else replace(form, row=form.row - 18, mark_line=form.mark_line - 18)
    longest = max((len(words) for words in rows["right"].drop_nulls()), default=0)
    right = form.right + 60 if not _filled(rows, "interval") and longest < 14 else form.right
    if _filled(rows, "product"):
        return replace(form, right=right)
    label, detail = (0, form.label[1], 320), (0, form.detail[1], 320)
    return replace(form, left=344, right=right, label=label, detail=detail)


def _filled(rows: pl.DataFrame, column: str) -> bool:
    return rows[column].null_count() < rows.height


@dataclass(frozen=True)
class Band:
    """One group of rows: its head (None without one), the line of its axis if it has one, and where its rows lie."""

    head: str | None
    head_line: int
    axis_line: int | None
    top: int
    end: int


HEAD_STEP = 17
"""Pixels from one line of a group's head to the next."""


def head_lines(head: str, form: Form) -> list[str]:
    """A group's head in as many lines as the form's width asks for: what is counted must not be cut off."""
    return folded(head, form.sizes[0] + 1.5, form.width)


def place(rows: pl.DataFrame, form: Form, below: int = 0) -> tuple[pl.DataFrame, list[Band], int]:
    """Rows with `y`, their top in pixels from `below` on; the groups; and the height of all.

    The axis is repeated at a group that begins far below the last one, so that it is on the screen with its rows.
    """
    tops: list[int] = []
    bands: list[Band] = []
    y, axis_at = below, -form.every
    for group, flags in _groups(rows):
        start, axis_line = y, None
        y += form.head + HEAD_STEP * (len(head_lines(group, form)) - 1) if group is not None else 0
        if axis_at < 0 or start - axis_at >= form.every:
            y += form.axis
            axis_at, axis_line = start, y - 12
        top = y
        for same in flags:
            tops.append(y - form.row if same else y)
            y += 0 if same else form.row
        bands.append(Band(group, start + form.head - 14, axis_line, top, y))
    return rows.with_columns(y=pl.Series(tops, dtype=pl.Int64)), bands, y + 6


def _groups(rows: pl.DataFrame) -> list[tuple[str | None, list[bool]]]:
    """Groups as they follow each other, each with the `same` marks of its rows; a row of no group joins the last."""
    found: list[tuple[str | None, list[bool]]] = []
    for group, same in rows.select("group", pl.col("same").fill_null(False)).iter_rows():
        if not found or (group is not None and group != found[-1][0]):
            found.append((group, []))
        found[-1][1].append(same)
    return found
