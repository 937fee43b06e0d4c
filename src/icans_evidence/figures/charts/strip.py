"""The one geometry of every chart: rows of studies under group heads, label left, mark in the middle, value right.

Colors are CSS variables with the light value as fallback: one picture serves light, dark and print.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from icans_evidence.figures.charts.bands import FORMS, HEAD_STEP, Axis, Band, Form, fitted_form, head_lines, place
from icans_evidence.figures.charts.marks import COLORS, marks
from icans_evidence.figures.charts.text_width import fitted, folded, width

FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"


Layer = dict[str, Any]
"""A layer of words as Vega-Lite takes it; written straight, since Altair's objects cost more than all the marks."""


def strip(rows: pl.DataFrame, axis: Axis, form_name: str) -> dict[str, Any]:
    """The Vega-Lite spec of `rows` (columns of `bands.ROW_COLUMNS`) on `axis`, in the "wide" or "narrow" form.

    Marks and grid lines are drawn by Altair; the words beside them are layers at places worked out here.
    """
    form = fitted_form(FORMS[form_name], rows)
    lines = _headline(axis.headline, form)
    placed, bands, height = place(rows, form, 20 * len(lines) + 6 if lines else 0)
    words = [*_said(lines, form), *_axis_words(axis, form, bands, placed), *_heads(bands, form), *_texts(placed, form)]
    drawn = [
        chart.to_dict(validate=False)
        for chart in (*_grid(axis, form, bands), *marks(_at(placed, form.mark_line), _x(axis, form), _y(), axis))
    ]
    layers = [{key: value for key, value in chart.items() if key not in _OF_A_CHART} for chart in drawn]
    return {
        "$schema": alt.SCHEMA_URL,
        "config": {"font": FONT, "view": {"stroke": None, "continuousWidth": 300, "continuousHeight": 300}},
        "background": "transparent",
        "padding": {"left": 0, "right": 0, "top": 4, "bottom": 4},
        "width": form.width,
        "height": height,
        "layer": [layers[0], *words, *layers[1:]] if layers else words,
        "datasets": {name: rows for chart in drawn for name, rows in chart.get("datasets", {}).items()},
    }


_OF_A_CHART = ("$schema", "config", "datasets")


def _headline(text: str, form: Form) -> list[tuple[str, bool]]:
    """The lines of a headline folded into the picture's width, each with whether it is the strong one."""
    limit = min(form.width, 660)
    return [
        (line, not place)
        for place, said in enumerate(text.splitlines())
        for line in folded(said, form.sizes[0] * (1 if place else 1.05), limit)
    ]


def _said(lines: list[tuple[str, bool]], form: Form) -> list[Layer]:
    out = []
    for strong in (True, False):
        rows = [
            {"edge": 0, "at": 10 + 20 * place, "words": words}
            for place, (words, first) in enumerate(lines)
            if first is strong
        ]
        style = {"fontWeight": 600, "color": COLORS["ink"]} if strong else {"color": COLORS["muted"]}
        if rows:
            out.append(_words(rows, "left", form.sizes[0], **style))
    return out


def _words(rows: list[dict[str, Any]], align: str, size: float, **style: Any) -> Layer:
    """Words at fixed places: `edge` from the left, `at` from the top, both in pixels."""
    places = {
        channel: {"field": field, "type": "quantitative", "scale": None, "axis": None}
        for channel, field in (("x", "edge"), ("y", "at"))
    }
    return {
        "data": {"values": rows},
        "mark": {"type": "text", "align": align, "baseline": "middle", "fontSize": size, **style},
        "encoding": {**places, "text": {"field": "words", "type": "nominal"}},
    }


def _x(axis: Axis, form: Form, field: str = "x:Q") -> alt.X:
    scale = alt.Scale(domain=[axis.low, axis.high], range=[form.left, form.right], nice=False, zero=False, clamp=True)
    return alt.X(field, scale=scale, axis=None)


def _y() -> alt.Y:
    return alt.Y("at:Q", scale=None, axis=None)


def _at(rows: pl.DataFrame, offset: int) -> pl.DataFrame:
    return rows.with_columns(at=pl.col("y") + offset)


def _grid(axis: Axis, form: Form, bands: list[Band]) -> list[alt.Chart]:
    """Faint lines down each group at the axis's numbers; where text shares their room, only beside the marks."""
    inset = 0 if form.band is None else form.mark_line - form.band // 2
    lines = [
        {"x": place, "at": band.top + inset, "end": band.end} for band in bands for place, _ in axis.ticks(form.ticks)
    ]
    dashes: dict[str, Any] = {} if form.band is None else {"strokeDash": [form.band, form.row - form.band]}
    rule = alt.Chart(pl.DataFrame(lines)).mark_rule(color=COLORS["line"], aria=False, **dashes)
    return [rule.encode(x=_x(axis, form), y=_y(), y2=alt.Y2("end:Q"))]


def _axis_words(axis: Axis, form: Form, bands: list[Band], figures: pl.DataFrame) -> list[Layer]:
    """The axis's numbers, and over the columns of figures what they hold."""
    share = (form.right - form.left) / (axis.high - axis.low)
    places = [(form.left + (at - axis.low) * share, "center", word) for at, word in axis.ticks(form.ticks) if word]
    if form.interval is not None and figures["interval"].null_count() < figures.height:
        edges = {"count": (form.count, "n/N"), "share": (form.share, axis.unit), "interval": (form.interval, "95% CI")}
        filled = [edges[name] for name in edges if figures[name].null_count() < figures.height]
        places += [(edge or 0, "right", word) for edge, word in filled]
    shown = [band.axis_line for band in bands if band.axis_line is not None]
    words = {
        align: [
            {"edge": edge, "at": line, "words": word} for edge, side, word in places for line in shown if side == align
        ]
        for align in ("center", "right")
    }
    return [_words(rows, align, form.sizes[1], color=COLORS["muted"]) for align, rows in words.items() if rows]


def _heads(bands: list[Band], form: Form) -> list[Layer]:
    heads = [
        {"edge": 0, "at": band.head_line + HEAD_STEP * place, "words": words}
        for band in bands
        if band.head is not None
        for place, words in enumerate(head_lines(band.head, form))
    ]
    return [_words(heads, "left", form.sizes[0] + 0.5, fontWeight=600, color=COLORS["ink"])] if heads else []


def _texts(rows: pl.DataFrame, form: Form) -> list[Layer]:
    """Label, patients, product and scale at the left, the figure at the right, and beneath it any note and flag."""
    out = [
        _text(rows, "label", form.label, "ink", form),
        _text(rows, "detail", form.detail, "muted", form),
        _text(rows, "product", form.product, "muted", form),
        _text(rows, "scale", form.scale, "muted", form),
    ]
    beneath = pl.col("flag").is_not_null() | pl.col("note").is_not_null()
    for part, lift in ((rows.filter(~beneath), 0), (rows.filter(beneath), 8 if form.interval else 0)):
        line = form.figure_line - lift
        whole = part if form.interval is None else part.filter(pl.col("share").is_null())
        out.append(_figure(whole, "right", line, "ink", form, form.width))
        if form.interval is not None:
            out.append(_figure(part, "count", line, "muted", form, form.count or 0))
            out.append(_figure(part, "share", line, "ink", form, form.share or 0))
            out.append(_figure(part, "interval", line, "muted", form, form.interval))
    noted = rows.filter(pl.col("flag").is_null())
    out.append(_figure(noted, "note", form.flag_line, "muted", form, form.width))
    out.append(_figure(rows, "flag", form.flag_line, "amber", form, form.width))
    return [layer for layer in out if layer is not None]


def _text(rows: pl.DataFrame, column: str, place: tuple[int, int, int], color: str, form: Form) -> Layer | None:
    edge, line, limit = place
    shown = rows.filter(pl.col(column).is_not_null())
    if shown.is_empty():
        return None
    size = form.sizes[0 if color == "ink" else 1]
    beside = {"label": shown["right"], "detail": shown["flag"].fill_null(shown["note"])}.get(column)
    if form.interval is not None:
        neighbor = {"label": "product", "detail": "scale"}.get(column, column)
        rooms = [float(limit if words else form.left - 14) for words in shown[neighbor]]
    elif beside is None:
        rooms = [float(limit)] * shown.height
    else:
        rooms = [form.width - width(taken, size) - 10 if taken else float(limit) for taken in beside]
    cells = zip(shown["y"], shown[column], rooms, strict=True)
    words = [{"edge": edge, "at": y + line, "words": fitted(text, size, room)} for y, text, room in cells]
    return _words(words, "left", size, color=COLORS[color])


def _figure(rows: pl.DataFrame, column: str, line: int, color: str, form: Form, edge: int) -> Layer | None:
    shown = rows.filter(pl.col(column).is_not_null())
    if shown.is_empty():
        return None
    words = [{"edge": edge, "at": y + line, "words": text} for y, text in shown.select("y", column).iter_rows()]
    return _words(words, "right", form.sizes[0 if color == "ink" else 1], color=COLORS[color])
