"""What a reader takes away from a built page: each figure as SVG, PNG and CSV, each table as CSV and XLSX.

All is read off the page itself, so that a file holds what its figure or table shows, whichever engine made the page.
"""

from __future__ import annotations

import datetime
import html
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from icans_evidence.errors import needing
from icans_evidence.figures.charts.svg import standalone
from icans_evidence.figures.drawing_cache import made
from icans_evidence.files.csv_writing import csv_text
from icans_evidence.files.formula_guard import harmless
from icans_evidence.publishing.due_pages import Plan, html_name

FOLDER = "files"
_FIGURE = re.compile(r'<div id="(fig-[^"]+)" class="[^"]*quarto-float[^"]*"[^>]*>.*?</figure>', re.DOTALL)
_WIDE = re.compile(r'<div class="chart-wide".*?(<svg\b.*?</svg>)', re.DOTALL)
_DATA = re.compile(r'<script type="application/json" class="chart-rows">(.*?)</script>', re.DOTALL)
_TABLE = re.compile(
    r'<div\b(?=[^>]*class="table-scroll")[^>]*?aria-label="([^"]*)"[^>]*>\s*(<table\b.*?</table>)\s*</div>', re.DOTALL
)
_NUMBERED = re.compile(r"<figcaption[^>]*>\s*(Figure(?:&nbsp;|\s)\d+)")
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])\b([^>]*)>(.*?)</\1>", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>|</?(?:p|div|details|summary)\b[^>]*>")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


@dataclass(frozen=True)
class Download:
    """A file beside a page: its name, what the link to it says, and its bytes."""

    name: str
    words: str
    data: bytes


def folder_of(name: str, site: Path) -> Path:
    """Where the files of the page `name` stand in a site."""
    page = site / html_name(name)
    return page.parent / FOLDER / page.stem


def offered(plan: Plan, name: str, page: str, new: Path) -> str:
    """The HTML of the page `name` with what it offers, its files put into the site `new`; one file offers none."""
    if plan.site.html(plan.parsed[name], "embed-resources", False):
        return page
    return add(page, folder_of(name, new), "docx" in plan.formats)


def taken_over(plan: Plan, name: str, new: Path) -> None:
    """The files of a page that has not changed, as the last build left them."""
    old = folder_of(name, plan.out)
    if old.is_dir():
        shutil.copytree(old, folder_of(name, new))


def add(page: str, folder: Path, pictures: bool) -> str:
    """The page's HTML with a line of links under each figure and table; writes their files into `folder`.

    `pictures` says whether figures are offered as PNG too, which takes longer than all else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()

    def under_figure(found: re.Match[str]) -> str:
        return found.group(0) + _line(folder, list(_figure(found.group(1), found.group(0), pictures)), _said(found))

    def under_table(found: re.Match[str]) -> str:
        before = found.string[max(0, found.start() - 120) : found.start()]
        if 'class="chart-data"' in before:
            return found.group(0)
        name = _free(re.sub(r"[^a-z0-9]+", "-", html.unescape(found.group(1)).lower()).strip("-") or "table", taken)
        return found.group(0) + _line(folder, list(_table(name, found.group(2))), name.replace("-", " "))

    return _FIGURE.sub(under_figure, _TABLE.sub(under_table, page))


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where the page has it already."""
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}-{count}"
    taken.add(free)
    return free


def _said(found: re.Match[str]) -> str:
    numbered = _NUMBERED.search(found.group(0))
    return html.unescape(numbered.group(1)).replace("\u00a0", " ") if numbered else found.group(1)


def _line(folder: Path, files: list[Download], of: str) -> str:
    """The line of links to files that are now written, "" where there are none."""
    links = []
    for file in files:
        (folder / file.name).write_bytes(file.data)
        address = html.escape(f"{FOLDER}/{folder.name}/{file.name}")
        named = html.escape(f"{file.words}, {of}")
        links.append(f'<a href="{address}" download aria-label="{named}">{file.words}</a>')
    return f'\n<p class="files">{" ".join(links)}</p>' if links else ""


def _figure(label: str, found: str, pictures: bool) -> Iterator[Download]:
    drawn = _WIDE.search(found)
    if drawn is None:
        return
    yield Download(f"{label}.svg", "SVG", standalone(drawn.group(1)).encode())
    if pictures:
        from icans_evidence.figures.charts.png import png

        yield Download(f"{label}.png", "PNG", png(drawn.group(1)))
    if data := _DATA.search(found):
        rows = json.loads(data.group(1))
        cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
        yield Download(f"{label}.csv", "CSV", as_csv(cells))


def _table(name: str, found: str) -> Iterator[Download]:
    rows = rows_of(found)
    written = as_csv(rows)
    yield Download(f"{name}.csv", "CSV", written)
    yield Download(f"{name}.xlsx", "XLSX", made("xlsx", f"{name}\n{written.decode()}", lambda: as_xlsx(rows, name)))


def rows_of(table: str) -> list[list[str]]:
    """The cells of an HTML table as text, its head first; a head over a group of rows becomes their first column."""
    grid: list[list[str]] = []
    groups: list[str] = []
    group = ""
    body = re.sub(r"<tfoot\b.*?</tfoot>", "", table, flags=re.DOTALL)
    for row in _ROW.findall(body):
        cells = _CELL.findall(row)
        if any("gt_group_heading" in attributes for _, attributes, _ in cells):
            group = _text(cells[0][2])
        elif cells:
            grid.append([_text(inner) for _, _, inner in cells])
            groups.append(group)
    if group:
        grid = [[name, *cells] for name, cells in zip(["Group", *groups[1:]], grid, strict=True)]
    return grid


def _text(inner: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", _BREAK.sub(" ", inner))).split())


def as_csv(rows: list[list[str]]) -> bytes:
    """CSV in UTF-8; what a spreadsheet would run as a formula begins with an apostrophe, which makes it text."""
    return csv_text([harmless(cell) for cell in row] for row in rows).encode("utf-8-sig")


def as_xlsx(rows: list[list[str]], name: str) -> bytes:
    """One sheet: the head in bold and held in place, numbers as numbers, all else as text; the same bytes each time."""
    with needing("render", "offering a table as a workbook"):
        from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": name, "created": datetime.datetime(1980, 1, 1)})
        sheet = book.add_worksheet("Table")
        bold = book.add_format({"bold": True, "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if place and _NUMBER.fullmatch(cell):
                    sheet.write_number(place, column, float(cell), wrapped)
                else:
                    sheet.write_string(place, column, cell, wrapped if place else bold)
        for column, cells in enumerate(zip(*rows, strict=False)):
            sheet.set_column(column, column, min(max(map(len, cells)) + 2, 48))
        sheet.freeze_panes(1, 1)
    return out.getvalue()
