"""What a report's cell shows: a picture or a table that knows its HTML, its Markdown and its words.

Everything that comes from data is escaped here, wherever it lands.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

FONTS = Path(__file__).parent.parent / "publishing" / "theme" / "fonts"
_VARIABLE = re.compile(r"var\(--[a-z0-9-]+, (#[0-9a-f]{6})\)")


@dataclass(frozen=True)
class Shown:
    """A value that a page shows: `html` for the web, `text` for readers and places without it."""

    html: str
    text: str
    altair: Any = field(default=None, compare=False)
    """The Altair chart behind a picture, in its wide form; None for a table."""

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/html": self.html, "text/plain": self.text}


@dataclass(frozen=True)
class Words:
    """A sentence or figure that renders itself as Markdown, so that Quarto and the embedded engine print it alike."""

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __str__(self) -> str:
        return self.markdown


@cache
def converter() -> Any:
    """vl-convert with the project's fonts registered, so that labels measure as a browser draws them."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def to_svg(spec: dict[str, Any], name: str, title: str, description: str) -> str:
    """The spec as an inline SVG with its own ids, a title and a description; colors stay CSS variables."""
    svg = converter().vegalite_to_svg(spec)
    svg = re.sub(r'(id="|url\(#)(clip|gradient)', rf"\1{name}-\2", svg)
    svg = re.sub(r' (?:role|aria-roledescription|aria-label|aria-hidden)="[^"]*"', "", svg)
    opening = f'<svg role="img" aria-labelledby="{name}-title {name}-desc" class="marks" preserveAspectRatio="xMinYMin"'
    words = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    svg = re.sub(
        r'<svg (xmlns="[^"]*") xmlns:xlink="[^"]*" version="1.1" class="marks"', rf"{opening} \1", svg, count=1
    )
    return svg.replace(">", f">{words}", 1)


def printable(svg_or_spec: str) -> str:
    """The same text with every color variable replaced by its light value, for print and for other renderers."""
    return _VARIABLE.sub(r"\1", svg_or_spec)


def picture(name: str, charts: dict[str, Any], title: str, description: str, data: pl.DataFrame) -> Shown:
    """A chart in its forms (wide, narrow), static first, with its specs for the script and its data beneath."""
    parts = [f'<div class="chart" id="chart-{name}" tabindex="0" role="group" aria-label="{escape(title)}">']
    for form, chart in charts.items():
        spec = chart.to_dict(validate=False)
        svg = to_svg(spec, f"{name}-{form}", title, description)
        body = json.dumps(spec, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
        parts += [
            f'<div class="chart-{form}" data-form="{form}"><div class="chart-static">{svg}</div>',
            f'<script type="application/json" class="chart-spec">{body}</script></div>',
        ]
    parts += [
        '<details class="chart-data"><summary>Data behind this figure</summary>',
        html_table(data, caption=title), "</details></div>",
    ]  # fmt: skip
    return Shown("\n".join(parts), description, charts["wide"])


def html_table(data: pl.DataFrame, caption: str = "", classes: str = "data", table_id: str = "") -> str:
    """A plain table of text cells, escaped; the first column heads its row, numbers are marked for alignment."""
    numeric = {name for name, kind in data.schema.items() if kind.is_numeric()}
    head = "".join(f'<th scope="col"{_align(name in numeric)}>{escape(name)}</th>' for name in data.columns)
    name = f' id="{table_id}"' if table_id else ""
    lines = [f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(caption or "Table")}">']
    lines.append(f'<table class="{classes}"{name}>')
    if caption:
        lines.append(f'<caption class="visually-hidden">{escape(caption)}</caption>')
    lines.append(f"<thead><tr>{head}</tr></thead><tbody>")
    for row in data.iter_rows():
        cells = [_cell(value, column, column in numeric) for value, column in zip(row, data.columns, strict=True)]
        first = cells[0].replace("<td", '<th scope="row"', 1).replace("</td>", "</th>")
        lines.append(f"<tr>{first}{''.join(cells[1:])}</tr>")
    return "\n".join([*lines, "</tbody></table></div>"])


def _align(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _cell(value: Any, column: str, is_number: bool) -> str:
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return f'<td data-label="{escape(column)}"{_align(is_number)}>{escape(text)}</td>'
