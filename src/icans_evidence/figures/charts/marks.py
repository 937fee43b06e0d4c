"""How figures are drawn: a shape besides a color, so that print and color blindness keep the difference.

A bound is an arrow from where it stands, never a point; colors are CSS variables with the light value as fallback.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from icans_evidence.figures.charts.bands import Axis

COLORS = {
    name: f"var(--{name}, {light})"
    for name, light in {
        "ink": "#1d2733", "muted": "#5a6673", "line": "#d5dae0", "accent": "#0b5f9e", "pooled": "#8a3a75",
        "context": "#6b7682", "amber": "#8f5a00", "paper": "#ffffff",
    }.items()
}  # fmt: skip

_OPEN = {"filled": False, "fill": COLORS["paper"], "color": COLORS["accent"], "strokeWidth": 1.8}
_CLOSED = {"filled": True, "color": COLORS["accent"]}
MARKS: dict[str, dict[str, Any]] = {
    "cohort": {**_CLOSED, "shape": "circle", "size": 80, "fillOpacity": 0.55},
    "apart": {**_OPEN, "shape": "triangle-down", "size": 80, "fillOpacity": 0.75},
    "counted": {**_CLOSED, "shape": "circle", "size": 76},
    "printed": {**_OPEN, "shape": "circle", "size": 64},
    "reconstructed": {**_OPEN, "shape": "diamond", "size": 80},
    "study": {**_CLOSED, "shape": "square", "size": 60},
    "study_rebuilt": {**_OPEN, "shape": "square", "size": 60},
    "context": {"shape": "square", "filled": True, "color": COLORS["context"], "size": 56},
    "own_center": {"shape": "triangle-up", "filled": True, "color": COLORS["pooled"], "size": 90},
    "pooled": {"shape": "diamond", "filled": True, "color": COLORS["pooled"], "size": 160},
}
"""The mark of each kind of figure; "diamond" and "prediction" span an interval and are drawn apart."""

_ARROWS = {"≤": "triangle-left", "<": "triangle-left", "≥": "triangle-right", ">": "triangle-right"}
_SPANNING = ["diamond", "prediction"]
TIPS = [alt.Tooltip("label:N", title="Study"), alt.Tooltip("hover:N", title="Figure")]


def marks(lines: pl.DataFrame, x: alt.X, y: alt.Y, axis: Axis) -> list[alt.Chart]:
    """The layers of marks for rows that carry their height in `at`: intervals, cut-offs, bounds, points, pools."""
    single = lines.filter(pl.col("mark").is_null() | ~pl.col("mark").is_in(_SPANNING))
    at = single.filter(pl.col("x").is_not_null())
    out = [*_intervals(single, x, y), *_cut_offs(at, x, y)]
    for relation, turn in _ARROWS.items():
        out += _arrow(at.filter(pl.col("relation") == relation), turn, x, y, axis)
    exact = at.filter(pl.col("relation").is_in(["=", "~"]))
    for name, style in MARKS.items():
        out += _points(exact.filter(pl.col("mark") == name), style, x, y)
    out += _diamonds(lines.filter(pl.col("mark") == "diamond"), x, y)
    return out + _predictions(lines.filter(pl.col("mark") == "prediction"), x, y)


def _intervals(rows: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    ranged = rows.filter(pl.col("low").is_not_null() & pl.col("high").is_not_null())
    if ranged.is_empty():
        return []
    bar = alt.Chart(ranged.with_columns(x=pl.col("low"))).mark_rule(
        strokeWidth=1.8, color=COLORS["context"], aria=False
    )
    return [bar.encode(x=x, x2=alt.X2("high:Q"), y=y, tooltip=TIPS)]


def _cut_offs(rows: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    cuts = rows.filter(pl.col("cut").is_not_null())
    if cuts.is_empty():
        return []
    placed = cuts.with_columns(x=pl.col("cut"), at=pl.col("at") - 9, end=pl.col("at") + 9)
    tick = alt.Chart(placed).mark_rule(strokeWidth=1.6, strokeDash=[3, 2], color=COLORS["amber"], aria=False)
    return [tick.encode(x=x, y=y, y2=alt.Y2("end:Q"))]


def _points(rows: pl.DataFrame, style: dict[str, Any], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Marks at `x`; those with a `weight` have that area."""
    out = []
    for weighed in (False, True):
        part = rows.filter(pl.col("weight").is_not_null() == weighed)
        if part.height:
            chart = alt.Chart(part).mark_point(**{"opacity": 1, **style}).encode(x=x, y=y, tooltip=TIPS)
            out.append(chart.encode(size=alt.Size("weight:Q", scale=None, legend=None)) if weighed else chart)
    return out


def _arrow(rows: pl.DataFrame, shape: str, x: alt.X, y: alt.Y, axis: Axis) -> list[alt.Chart]:
    """A bound: a tick where it stands and an arrow to the side on which the value lies; never a point."""
    if rows.is_empty():
        return []
    step = (axis.high - axis.low) * 0.09 * (1 if shape == "triangle-right" else -1)
    ends = rows.with_columns(tip=(pl.col("x") + step).clip(axis.low, axis.high))
    line = alt.Chart(ends).mark_rule(strokeWidth=1.8, color=COLORS["context"], aria=False)
    tick = alt.Chart(ends.with_columns(at=pl.col("at") - 6, end=pl.col("at") + 6))
    head = alt.Chart(ends.with_columns(x=pl.col("tip")))
    return [
        line.encode(x=x, x2=alt.X2("tip:Q"), y=y),
        tick.mark_rule(strokeWidth=1.8, color=COLORS["context"], aria=False).encode(x=x, y=y, y2=alt.Y2("end:Q")),
        head.mark_point(shape=shape, filled=True, opacity=1, size=60, color=COLORS["context"]).encode(
            x=x, y=y, tooltip=TIPS
        ),
    ]


def _diamonds(rows: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A pooled result: a diamond from the low to the high end of its interval, widest at the estimate."""
    corners = [
        {
            "x": place,
            "at": row["at"] + rise,
            "row": number,
            "order": order,
            "label": row["label"],
            "hover": row["hover"],
        }
        for number, row in enumerate(rows.iter_rows(named=True))
        for order, (place, rise) in enumerate(
            ((row["low"], 0), (row["x"], -7), (row["high"], 0), (row["x"], 7), (row["low"], 0))
        )
    ]
    if not corners:
        return []
    shape = alt.Chart(pl.DataFrame(corners)).mark_line(fill=COLORS["pooled"], stroke=COLORS["pooled"], strokeWidth=1)
    return [shape.encode(x=x, y=y, detail=alt.Detail("row:N"), order=alt.Order("order:Q"), tooltip=TIPS)]


def _predictions(rows: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Where a new study would lie: a pale bar with an upright at each end."""
    if rows.is_empty():
        return []
    style: dict[str, Any] = {"color": COLORS["pooled"], "aria": False}
    bar = alt.Chart(rows.with_columns(x=pl.col("low"))).mark_rule(strokeWidth=8, opacity=0.35, **style)
    ends = [
        alt.Chart(rows.with_columns(x=pl.col(end), at=pl.col("at") - 6, end=pl.col("at") + 6)).mark_rule(
            strokeWidth=2, **style
        )
        for end in ("low", "high")
    ]
    uprights = [end.encode(x=x, y=y, y2=alt.Y2("end:Q")) for end in ends]
    return [bar.encode(x=x, x2=alt.X2("high:Q"), y=y, tooltip=TIPS), *uprights]
