"""What a report's cell shows: a picture or a table that knows its HTML, its Markdown and its words.

Everything that comes from data is escaped here, wherever it lands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, cast

import polars as pl

from icans_evidence.figures import paper
from icans_evidence.figures.charts.svg import to_svg
from icans_evidence.figures.drawing_cache import made


@dataclass(frozen=True)
class Shown:
    """A value that a page shows: `html` for the web, `text` for readers and places without it.

    A picture has its `spec` and, for paper, its `drawing`: the wide form as SVG.
    """

    html: str
    text: str
    spec: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    drawing: str = field(default="", compare=False, repr=False)

    @property
    def altair(self) -> Any:
        """The picture in its wide form as an Altair chart; None for a table."""
        import altair

        return None if self.spec is None else altair.Chart.from_dict(self.spec)

    def _repr_html_(self) -> str:
        return self.html

    def _paper_html_(self, draw: paper.Draw) -> str:
        """HTML for paper, its drawings as images that `draw` makes; what only a browser runs is said in words."""
        if self.drawing:
            return paper.picture(self.drawing, draw, self.text)
        if "<form" in self.html:
            return f"<p>{escape(self.text)}</p>"
        return paper.on_paper(self.html, draw)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if form := _paper_of_quarto():
            return {
                "text/markdown": f"{FENCE}{{=html}}\n{self._paper_html_(paper.inline(form))}\n{FENCE}",
                "text/plain": self.text,
            }
        return {"text/html": self.html, "text/plain": self.text}


FENCE = "`" * 12
PAPER_WRITERS = {"typst": "svg", "docx": "png"}
"""pandoc's writers whose pages are paper, with the form in which they take drawings."""


_quarto = [""]


def run_by_quarto(info: str) -> None:
    """The file in which Quarto says what it makes of the cells of this process; said by the door of pages alone."""
    _quarto[0] = info


def _paper_of_quarto() -> str:
    """The form of drawings where Quarto runs this cell for paper, "" elsewhere; Quarto names its format in a file."""
    told = _quarto[0]
    if not told or not Path(told).is_file():
        return ""
    writer = json.loads(Path(told).read_text(encoding="utf-8")).get("format", {}).get("pandoc", {}).get("to", "")
    return PAPER_WRITERS.get(str(writer).partition("+")[0].partition("-")[0], "")


def nothing_yet(title: str) -> Shown:
    """What stands in the place of a picture or a table that has no row: that it has none yet."""
    said = f"{title.rstrip('.')}: no row yet."
    return Shown(f'<p class="note">{escape(said)}</p>', said)


@dataclass(frozen=True, repr=False)
class Words:
    """A sentence or figure: Markdown on a page, whichever engine makes it; plain text where it is printed."""

    markdown: str

    @property
    def plain(self) -> str:
        """The words alone, as a person reads them: no link, no mark of Markdown."""
        return _without_marks(self.markdown)

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __str__(self) -> str:
        return self.plain

    def __repr__(self) -> str:
        return self.plain


_MARKS = re.compile(
    r"\\(?P<sign>.)|`[^`]*`\{=html\}|\*\*"
    r"|\[(?P<words>(?:\\.|[^\]\\])*)\](?:\((?:\\.|[^)\\])*\))?(?:\{[^}]*\})?",
    re.DOTALL,
)
"""An escaped sign, markup for the web alone, a mark of bold, and a link or span with its words."""


def _without_marks(markdown: str) -> str:
    return _MARKS.sub(lambda mark: mark["sign"] or _without_marks(mark["words"] or ""), markdown)


Forms = dict[str, dict[str, Any]]
"""A picture's Vega-Lite specs by form: wide and narrow."""


class Picture(Shown):
    """A chart in its forms (wide, narrow), static first, with its specs for the script and its data beneath.

    It is drawn when first asked for: beside the cells that follow, not at all where the page has not changed, and not
    again where an earlier build drew the same. `told` is all that the specs are made from.
    """

    def __init__(self, name: str, told: str, specs: Callable[[], Forms], title: str, text: str, data: str) -> None:
        self.__dict__.update(name=name, told=told, specs=specs, title=title, text=text, table=data)

    @cached_property
    def _drawn(self) -> dict[str, dict[str, Any]]:
        """The spec and the SVG of each form."""
        return cast(dict[str, dict[str, Any]], json.loads(made("picture", self._fingerprint_(), self._draw)))

    def _draw(self) -> bytes:
        told = self.__dict__
        specs: Forms = told["specs"]()
        drawn = {
            form: {"spec": spec, "svg": to_svg(spec, f"{told['name']}-{form}", told["title"], self.text)}
            for form, spec in specs.items()
        }
        return json.dumps(drawn, ensure_ascii=False).encode()

    @property
    def spec(self) -> dict[str, Any]:
        return cast(dict[str, Any], self._drawn["wide"]["spec"])

    @property
    def drawing(self) -> str:
        return cast(str, self._drawn["wide"]["svg"])

    @property
    def html(self) -> str:
        told = self.__dict__
        label = escape(told["title"])
        parts = [f'<div class="chart" id="chart-{told["name"]}" tabindex="0" role="group" aria-label="{label}">']
        for form, drawn in self._drawn.items():
            alone = "" if form == "wide" else ' style="display:none"'  # a notebook has no theme that picks one of them
            parts += [
                f'<div class="chart-{form}" data-form="{form}"{alone}><div class="chart-static">{drawn["svg"]}</div>',
                f'<script type="application/json" class="chart-spec">{as_json(drawn["spec"])}</script></div>',
            ]
        parts.append('<details class="chart-data"><summary>Data behind this figure</summary>')
        return "\n".join([*parts, told["table"], "</details></div>"])

    def _html_later_(self) -> str:
        return self.html

    def _fingerprint_(self) -> str:
        """What the picture is made from; equal where the drawing would be."""
        told = self.__dict__
        return "\n".join((told["name"], told["title"], self.text, told["table"], told["told"]))


def as_json(value: Any) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def html_table(
    data: pl.DataFrame,
    caption: str = "",
    classes: str = "data",
    table_id: str = "",
    results: Mapping[str, Sequence[str | None]] | None = None,
) -> str:
    """A plain table of text cells, escaped; the first column heads its row, numbers are marked for alignment.

    `results` gives, for a column, the result that each of its cells quotes, to which the cell links.
    """
    numeric = {name for name, kind in data.schema.items() if kind.is_numeric()}
    head = "".join(f'<th scope="col"{_align(name in numeric)}>{escape(name)}</th>' for name in data.columns)
    name = f' id="{table_id}"' if table_id else ""
    lines = [f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(caption or "Table")}">']
    lines.append(f'<table class="{classes}"{name}>')
    if caption:
        lines.append(f'<caption class="visually-hidden">{escape(caption)}</caption>')
    lines.append(f"<thead><tr>{head}</tr></thead><tbody>")
    for place, row in enumerate(data.iter_rows()):
        quoted = {column: ids[place] for column, ids in (results or {}).items()}
        cells = [
            _cell(value, column, column in numeric, quoted.get(column))
            for value, column in zip(row, data.columns, strict=True)
        ]
        first = cells[0].replace("<td", '<th scope="row"', 1).replace("</td>", "</th>")
        lines.append(f"<tr>{first}{''.join(cells[1:])}</tr>")
    return "\n".join([*lines, "</tbody></table></div>"])


def _align(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _cell(value: Any, column: str, is_number: bool, result_id: str | None = None) -> str:
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return f'<td data-label="{escape(column)}"{_align(is_number)}>{quoting(result_id, text)}</td>'


def quoting(result_id: str | None, text: str) -> str:
    """A figure as a quiet link to its result in the audit, escaped; the text alone where it quotes none."""
    if not result_id:
        return escape(text)
    return f'<a class="num" href="audit.html#{anchor(result_id)}">{escape(text)}</a>'


def anchor(identifier: str) -> str:
    """The HTML id of a row or result: letters, digits and hyphens."""
    return ("row-" if re.fullmatch(r"[A-Z]{3}-\d{3,}", identifier) else "result-") + re.sub(r"[^\w-]+", "-", identifier)
