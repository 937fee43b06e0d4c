"""The one geometry of every chart: rows of studies under group heads, label left, mark in the middle, value right.

Positions are pixels worked out here, so that the wide and the narrow form differ in one table of numbers only. Colors
are CSS variables with the light value as fallback: one picture serves light, dark and print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from icans_evidence.reporting.fitting import fitted

FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"
COLORS = {
    name: f"var(--{name}, {light})"
    for name, light in {
        "ink": "#1d2733", "muted": "#5a6673", "line": "#d5dae0", "accent": "#0b5f9e", "pooled": "#8a3a75",
        "context": "#6b7682", "amber": "#8f5a00", "paper": "#ffffff",
    }.items()
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """Where the parts of a row stand, in pixels: a column of text is (left edge, line, width)."""

    width: int
    left: int
    right: int
    row: int
    head: int
    label: tuple[int, int, int]
    detail: tuple[int, int, int]
    product: tuple[int, int, int]
    scale: tuple[int, int, int]
    figure_line: int
    flag_line: int
    mark_line: int
    ticks: int


FORMS = {
    "wide": Form(880, 462, 730, 38, 36, (0, 12, 262), (0, 28, 262), (270, 12, 182), (270, 28, 182), 20, 32, 20, 6),
    "narrow": Form(343, 6, 332, 84, 36, (0, 12, 215), (0, 30, 335), (0, 46, 196), (204, 46, 136), 12, 30, 66, 5),
}


@dataclass(frozen=True)
class Axis:
    """What is read along the top: a domain and the unit behind each of its numbers; without a unit no axis is drawn."""

    low: float
    high: float
    unit: str = ""
    columns: tuple[str, ...] = ()


_TEXT = ("group", "label", "detail", "product", "scale", "flag", "right", "mark", "relation", "hover")
_NUMBERS = ("x", "low", "high", "cut")
ROW_COLUMNS = {**dict.fromkeys(_TEXT, pl.String), **dict.fromkeys(_NUMBERS, pl.Float64), "same": pl.Boolean}
"""Columns of a chart's rows: `same` puts a row on the line of the one before; `mark` is a name in MARKS; `x`, `low`,
`high` and `cut` are in the axis's unit."""


def place(rows: pl.DataFrame, form: Form) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Rows with `y`, their top in pixels; the group heads with theirs; and the height of all."""
    tops, heads, y, last = [], [], 0, None
    for group, same in rows.select("group", pl.col("same").fill_null(False)).iter_rows():
        if group != last and group is not None:
            heads.append({"head": group, "y": y})
            y += form.head
        last = group
        tops.append(y - form.row if same else y)
        y += 0 if same else form.row
    placed = rows.with_columns(y=pl.Series(tops, dtype=pl.Int64))
    return placed, pl.DataFrame(heads, schema={"head": pl.String, "y": pl.Int64}), y + 6


def strip(rows: pl.DataFrame, axis: Axis, form_name: str) -> alt.LayerChart:
    """The chart of `rows` (columns of `ROW_COLUMNS`) on `axis`, in the "wide" or "narrow" form."""
    form = FORMS[form_name]
    placed, heads, height = place(rows, form)
    layers = [*_grid(axis, form, height), *_heads(heads, form), *_texts(placed, form), *_marks(placed, axis, form)]
    return (
        alt.layer(*layers)
        .properties(width=form.width, height=height, padding=4, background="transparent")
        .configure(font=FONT, view={"stroke": None})
    )


def _scale(axis: Axis, form: Form) -> alt.Scale:
    return alt.Scale(domain=[axis.low, axis.high], range=[form.left, form.right], nice=False, zero=False, clamp=True)


def _y() -> alt.Y:
    return alt.Y("at:Q", scale=None, axis=None)


def _at(rows: pl.DataFrame, offset: int) -> pl.DataFrame:
    return rows.with_columns(at=pl.col("y") + offset)


def _grid(axis: Axis, form: Form, height: int) -> list[alt.Chart]:
    if axis.columns:
        return _columns(axis, form, height)
    if not axis.unit:
        return []
    ends = pl.DataFrame({"x": [float(axis.low), float(axis.high)], "at": [0, 0]})
    picture = alt.Axis(
        orient="top",
        labelExpr=f"datum.label + '{axis.unit}'",
        tickCount=form.ticks,
        title=None,
        domain=False,
        ticks=False,
        labelPadding=8,
        labelFontSize=12,
        gridColor=COLORS["line"],
        labelColor=COLORS["muted"],
    )
    invisible = alt.Chart(ends).mark_point(opacity=0, aria=False)
    return [invisible.encode(x=alt.X("x:Q", scale=_scale(axis, form), axis=picture), y=_y())]


def _columns(axis: Axis, form: Form, height: int) -> list[alt.Chart]:
    """For directions: a faint line down each column; the words stand beside each mark, so a column needs no head."""
    lines = pl.DataFrame({"x": [float(i) for i in range(len(axis.columns))], "at": 0, "end": height})
    rule = alt.Chart(lines).mark_rule(color=COLORS["line"], aria=False)
    x = alt.X("x:Q", scale=_scale(axis, form), axis=None)
    return [rule.encode(x=x, y=_y(), y2=alt.Y2("end:Q"))]


def _heads(heads: pl.DataFrame, form: Form) -> list[alt.Chart]:
    if heads.is_empty():
        return []
    fitting = pl.Series("head", [fitted(head, 14.5, form.width) for head in heads["head"]])
    text = alt.Chart(_at(heads.with_columns(fitting), form.head - 14)).mark_text(
        align="left", baseline="middle", fontWeight=600, fontSize=13.5, color=COLORS["ink"]
    )
    return [text.encode(x=alt.value(0), y=_y(), text="head:N")]


def _texts(rows: pl.DataFrame, form: Form) -> list[alt.Chart]:
    """Label, patients, product and scale at the left, the figure at the right, and beneath it any flag in amber."""
    out = [
        _text(rows, "label", form.label, 13, "ink"),
        _text(rows, "detail", form.detail, 12, "muted"),
        _text(rows, "product", form.product, 12, "muted"),
        _text(rows, "scale", form.scale, 12, "muted"),
        _figure(rows.filter(pl.col("flag").is_null()), "right", form.figure_line, "ink", form),
        _figure(
            rows.filter(pl.col("flag").is_not_null()),
            "right",
            form.figure_line - (7 if form.width > 500 else 0),
            "ink",
            form,
        ),
        _figure(rows, "flag", form.flag_line, "amber", form),
    ]
    return [layer for layer in out if layer is not None]


def _text(rows: pl.DataFrame, column: str, place: tuple[int, int, int], size: int, color: str) -> alt.Chart | None:
    edge, line, limit = place
    shown = rows.filter(pl.col(column).is_not_null())
    if shown.is_empty():
        return None
    words = pl.Series(column, [fitted(text, size, limit) for text in shown[column]])
    mark = alt.Chart(_at(shown.select("y", words), line)).mark_text(
        align="left", baseline="middle", fontSize=size, color=COLORS[color]
    )
    return mark.encode(x=alt.value(edge), y=_y(), text=f"{column}:N")


def _figure(rows: pl.DataFrame, column: str, line: int, color: str, form: Form) -> alt.Chart | None:
    shown = rows.filter(pl.col(column).is_not_null())
    if shown.is_empty():
        return None
    mark = alt.Chart(_at(shown.select("y", column), line)).mark_text(
        align="right", baseline="middle", fontSize=13 if color == "ink" else 12, color=COLORS[color]
    )
    return mark.encode(x=alt.value(form.width), y=_y(), text=f"{column}:N")


MARKS: dict[str, dict[str, Any]] = {
    "counted": {"shape": "circle", "filled": True, "color": COLORS["accent"], "size": 70},
    "printed": {"shape": "circle", "filled": False, "color": COLORS["accent"], "size": 64, "strokeWidth": 1.8},
    "reconstructed": {"shape": "diamond", "filled": False, "color": COLORS["accent"], "size": 80, "strokeWidth": 1.8},
    "context": {"shape": "square", "filled": True, "color": COLORS["context"], "size": 52},
    "own_center": {"shape": "triangle-up", "filled": True, "color": COLORS["pooled"], "size": 90},
    "pooled": {"shape": "diamond", "filled": True, "color": COLORS["pooled"], "size": 160},
}
"""How each kind of figure is drawn; a shape besides a color, so that print and color blindness keep the difference."""


def _marks(rows: pl.DataFrame, axis: Axis, form: Form) -> list[alt.Chart]:
    x = alt.X("x:Q", scale=_scale(axis, form))
    tips = [alt.Tooltip("label:N", title="Study"), alt.Tooltip("hover:N", title="Figure")]
    at = _at(rows, form.mark_line).filter(pl.col("x").is_not_null())
    out = []
    ranged = at.filter(pl.col("low").is_not_null() & pl.col("high").is_not_null())
    if ranged.height:
        bar = alt.Chart(ranged.with_columns(x=pl.col("low"))).mark_rule(
            strokeWidth=2.2, color=COLORS["muted"], aria=False
        )
        out.append(bar.encode(x=x, x2=alt.X2("high:Q"), y=_y(), tooltip=tips))
    cuts = at.filter(pl.col("cut").is_not_null()).with_columns(
        x=pl.col("cut"), at=pl.col("at") - 9, end=pl.col("at") + 9
    )
    if cuts.height:
        tick = alt.Chart(cuts).mark_rule(strokeWidth=1.6, strokeDash=[3, 2], color=COLORS["amber"], aria=False)
        out.append(tick.encode(x=x, y=_y(), y2=alt.Y2("end:Q")))
    for relation, turn in (
        ("≤", "triangle-left"),
        ("<", "triangle-left"),
        ("≥", "triangle-right"),
        (">", "triangle-right"),
    ):
        out += _arrow(at.filter(pl.col("relation") == relation), turn, x, axis, tips)
    exact = at.filter(pl.col("relation").is_in(["=", "~"]))
    for name, style in MARKS.items():
        marked = exact.filter(pl.col("mark") == name)
        if marked.height:
            out.append(alt.Chart(marked).mark_point(**{"opacity": 1, **style}).encode(x=x, y=_y(), tooltip=tips))
    return out


def _arrow(rows: pl.DataFrame, shape: str, x: alt.X, axis: Axis, tips: list[alt.Tooltip]) -> list[alt.Chart]:
    """A bound: a tick where it stands and an arrow to the side on which the value lies; never a point."""
    if rows.is_empty():
        return []
    step = (axis.high - axis.low) * 0.09 * (1 if shape == "triangle-right" else -1)
    ends = rows.with_columns(tip=(pl.col("x") + step).clip(axis.low, axis.high))
    line = alt.Chart(ends).mark_rule(strokeWidth=1.8, color=COLORS["context"], aria=False)
    tick = alt.Chart(ends.with_columns(at=pl.col("at") - 6, end=pl.col("at") + 6))
    head = alt.Chart(ends.with_columns(x=pl.col("tip")))
    return [
        line.encode(x=x, x2=alt.X2("tip:Q"), y=_y()),
        tick.mark_rule(strokeWidth=1.8, color=COLORS["context"], aria=False).encode(x=x, y=_y(), y2=alt.Y2("end:Q")),
        head.mark_point(shape=shape, filled=True, opacity=1, size=60, color=COLORS["context"]).encode(
            x=x, y=_y(), tooltip=tips
        ),
    ]
