"""The flow of records as a picture of boxes and arrows, said in words, and laid beneath as a table.

A count that is not known yet is written so, never left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import polars as pl

from icans_evidence import wording
from icans_evidence.figures.charts.marks import COLORS
from icans_evidence.figures.charts.strip import FONT
from icans_evidence.figures.display import Shown, html_table
from icans_evidence.figures.flow_layout import LINE, PAD, SIZE, SMALL, Arrow, Drawn, Layout, narrow, wide
from icans_evidence.summaries.flow import BOXES, FILE, UNKNOWN, Flow, read_flow

TITLE = "Flow of records into the review, after PRISMA 2020"


def shown_flow(folder: Path) -> Shown:
    """The flow of the data folder as a picture with its words and its table; without a flow.csv, that it is missing."""
    flow = read_flow(folder)
    if flow is None:
        said = f"There is no {FILE} in the data folder, so no flow of records is drawn."
        return Shown(f'<p class="note">{escape(said)}</p>', said)
    told = description(flow)
    forms = {name: drawing(lay(flow), f"flow-{name}", told) for name, lay in (("wide", wide), ("narrow", narrow))}
    html = (
        f'<div class="chart" id="chart-flow" tabindex="0" role="group" aria-label="{escape(TITLE)}">\n'
        f'<div class="chart-wide"><div class="chart-static">{forms["wide"]}</div></div>\n'
        f'<div class="chart-narrow" style="display:none"><div class="chart-static">{forms["narrow"]}</div></div>\n'
        '<details class="chart-data"><summary>Data behind this figure</summary>'
        f"{html_table(table(flow), caption=TITLE)}</details></div>"
    )
    return Shown(html, told, drawing=forms["wide"])


def table(flow: Flow) -> pl.DataFrame:
    """The flow line by line: what is counted, the part it is of, the stage, the count."""
    rows = [
        (wording.capital(BOXES[part.box].words), part.label, BOXES[part.box].stage, _n(part.count))
        for part in flow.parts
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("Counted", "Part", "Stage", "Count"), pl.String), orient="row")


def description(flow: Flow) -> str:
    """The flow in words, box by box in the order of the diagram."""
    told = [f"{wording.capital(BOXES[name].words)}: {_figure(flow, name)}" for name in flow.boxes]
    return f"{'. '.join(told)}."


def _figure(flow: Flow, box: str) -> str:
    """A box's count, with its labelled parts."""
    labelled = [f"{part.label} {_n(part.count)}" for part in flow.boxes[box] if part.label]
    return _n(flow.count(box)) + (f" ({', '.join(labelled)})" if labelled else "")


def _n(count: int | None) -> str:
    return UNKNOWN if count is None else f"{count:,}"


def drawing(layout: Layout, name: str, told: str) -> str:
    """A form of the diagram as SVG with a title and a description; colors are CSS variables, as in the charts."""
    inside = [
        *(_stage(*stage) for stage in layout.stages),
        *(part for arrow in layout.arrows for part in _arrow(arrow)),
        *(part for box in layout.boxes.values() for part in _drawn(box)),
    ]
    size = f"{layout.width:g} {layout.height:g}"
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" xmlns="http://www.w3.org/2000/svg" '
        f'width="{layout.width:g}" height="{layout.height:g}" viewBox="0 0 {size}" preserveAspectRatio="xMinYMin">'
        f'<title id="{name}-title">{escape(TITLE)}</title><desc id="{name}-desc">{escape(told)}</desc>'
        f'<g class="words" font-family="{escape(FONT)}" font-size="{SIZE}px">{"".join(inside)}</g></svg>'
    )


def _stage(name: str, top: float, end: float) -> str:
    """The name of a stage along the left side, read from below."""
    turn = f"translate(14,{(top + end) / 2:g}) rotate(-90)"
    style = f'text-anchor="middle" font-size="{SMALL}px" fill="{COLORS["muted"]}"'
    words = f'<text transform="{turn}" {style}>{escape(name)}</text>'
    return f'{words}<path d="M22 {top:g}V{end:g}" stroke="{COLORS["line"]}" stroke-width="2" fill="none"/>'


def _drawn(box: Drawn) -> Iterator[str]:
    yield (
        f'<rect x="{box.x + 0.5:g}" y="{box.y + 0.5:g}" width="{box.width - 1:g}" height="{box.height - 1:g}" rx="3" '
        f'fill="{COLORS["paper"]}" stroke="{COLORS["context"]}"/>'
    )
    for place, line in enumerate(box.lines):
        strong = ' font-weight="600"' if place < box.heads else ""
        at = f"translate({box.x + PAD:g},{box.y + PAD + LINE * place + 13:g})"
        yield f'<text transform="{at}" fill="{COLORS["ink"]}"{strong}>{escape(line)}</text>'


def _arrow(arrow: Arrow) -> Iterator[str]:
    points, has_head = arrow
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    yield f'<path d="{path}" stroke="{COLORS["context"]}" stroke-width="1.5" fill="none"/>'
    if has_head:
        (x0, y0), (x, y) = points[-2:]
        turn = 90 if y > y0 else 0 if x > x0 else 180
        place = f"translate({x:g},{y:g}) rotate({turn})"
        yield f'<path d="M0 0L-8 -4.5V4.5Z" transform="{place}" fill="{COLORS["context"]}"/>'
