"""What a report's cell shows: a picture or a table that knows its HTML, its Markdown and its words.

Everything that comes from data is escaped here, wherever it lands.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from typing import Any

import polars as pl

from icans_evidence.reporting.svg import to_svg


@dataclass(frozen=True)
class Shown:
    """A value that a page shows: `html` for the web, `text` for readers and places without it."""

    html: str
    text: str
    spec: dict[str, Any] | None = field(default=None, compare=False, repr=False)

    @property
    def altair(self) -> Any:
        """The picture in its wide form as an Altair chart; None for a table."""
        import altair

        return None if self.spec is None else altair.Chart.from_dict(self.spec)

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


def picture(name: str, forms: dict[str, dict[str, Any]], title: str, description: str, data: pl.DataFrame) -> Shown:
    """A chart in its forms (wide, narrow), static first, with its specs for the script and its data beneath."""
    parts = [f'<div class="chart" id="chart-{name}" tabindex="0" role="group" aria-label="{escape(title)}">']
    for form, spec in forms.items():
        alone = "" if form == "wide" else ' style="display:none"'  # a notebook has no theme that picks one of them
        svg = to_svg(spec, f"{name}-{form}", title, description)
        body = json.dumps(spec, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
        parts += [
            f'<div class="chart-{form}" data-form="{form}"{alone}><div class="chart-static">{svg}</div>',
            f'<script type="application/json" class="chart-spec">{body}</script></div>',
        ]
    parts += [
        '<details class="chart-data"><summary>Data behind this figure</summary>',
        html_table(data, caption=title), "</details></div>",
    ]  # fmt: skip
    return Shown("\n".join(parts), description, forms["wide"])


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
