"""A .qmd file read into front matter, prose and cells, each line with the place it was written at.

Reading never runs code and never stops at the first fault: faults are collected as `file:line what is wrong`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from icans_evidence.publishing import marked_yaml
from icans_evidence.publishing.features import refusal

FENCE = re.compile(r"^( *)(`{3,}|~{3,})\s*(.*?)\s*$")
INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(\S+)\s*>\}\}\s*$")
BRACED = re.compile(r"^\{([^}\s]*)[^}]*\}$")


@dataclass(frozen=True)
class Line:
    """One line of prose or code with the file and the 1-based line where it stands."""

    text: str
    path: Path
    number: int


@dataclass
class Prose:
    """Lines of Markdown between cells; `verbatim` lines are inside a code block or a comment."""

    lines: list[Line] = field(default_factory=list)
    verbatim: list[bool] = field(default_factory=list)


@dataclass
class Cell:
    """A `{python}` cell: its code without the `#|` lines, its options and where each option stands."""

    fence: Line
    code: list[Line]
    options: dict[str, Any] = field(default_factory=dict)
    option_lines: dict[str, int] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(self.options.get("label", ""))


@dataclass
class Page:
    """A parsed page; `sources` are the .qmd itself and every file it includes."""

    path: Path
    root: Path
    meta: dict[str, Any] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)
    parts: list[Prose | Cell] = field(default_factory=list)
    sources: list[Path] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def fault(self, path: Path, line: int, message: str) -> None:
        """Keeps a fault for the report at the end."""
        self.faults.append(f"{shown(path, self.root)}:{line} {message}")

    def format_options(self, name: str) -> dict[str, Any]:
        """What the page says under `format: name:`."""
        formats = self.meta.get("format")
        options = formats.get(name) if isinstance(formats, dict) else None
        return options if isinstance(options, dict) else {}

    def option(self, name: str, default: Any = None) -> Any:
        """A page option, whether written at the top level or under `format: html:`."""
        html = self.format_options("html")
        return html[name] if name in html else self.meta.get(name, default)


def shown(path: Path, root: Path) -> str:
    """`path` as a message names it: below the root where it is."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def read(path: Path, root: Path) -> Page:
    """The page at `path` with its includes; its `faults` hold whatever could not be read."""
    page = Page(path=path, root=root)
    lines = list(_lines(page, path, ()))
    body = _front_matter(page, lines)
    _split(page, body)
    return page


def _lines(page: Page, path: Path, above: tuple[Path, ...]) -> Iterator[Line]:
    """Lines of a file with its includes in place, as Quarto does before anything else."""
    page.sources.append(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        page.fault(path, 1, f"cannot be read as UTF-8 text: {error}")
        return
    fenced = ""
    for number, line in enumerate(text.splitlines(), start=1):
        fenced = _fence_after(fenced, line)
        found = None if fenced else INCLUDE.match(line)
        if not found:
            yield Line(line, path, number)
            continue
        target = (path.parent / found.group(1)).resolve()
        if target in (path, *above):
            page.fault(path, number, f'include of "{found.group(1)}" includes itself')
        elif not target.is_file():
            page.fault(path, number, f'include: there is no file "{found.group(1)}"')
        else:
            yield from _lines(page, target, (path, *above))


def _fence_after(open_fence: str, line: str) -> str:
    """The code fence that is open after this line ("" for none)."""
    found = FENCE.match(line)
    if not found:
        return open_fence
    mark, info = found.group(2), found.group(3)
    if not open_fence:
        return "" if mark[0] == "`" and "`" in info else mark
    closes = mark[0] == open_fence[0] and len(mark) >= len(open_fence) and not info
    return "" if closes else open_fence


def _front_matter(page: Page, lines: list[Line]) -> list[Line]:
    if not lines or lines[0].text.strip() != "---":
        return lines
    end = next((i for i, line in enumerate(lines[1:], 1) if line.text.strip() in ("---", "...")), None)
    if end is None:
        page.fault(page.path, 1, "front matter is opened with --- but never closed")
        return []
    try:
        page.meta, found = marked_yaml.load("\n".join(line.text for line in lines[1:end]))
    except marked_yaml.YamlFault as fault:
        page.fault(page.path, lines[0].number + fault.line, str(fault))
        return lines[end + 1 :]
    page.meta_lines = {key: line + lines[0].number for key, line in found.items()}
    for key, number in page.meta_lines.items():
        if wrong := refusal("page option", key):
            page.fault(page.path, number, wrong)
    return lines[end + 1 :]


def _split(page: Page, lines: list[Line]) -> None:
    """Cuts the body into prose and cells."""
    prose = Prose()
    page.parts.append(prose)
    rest = iter(lines)
    fenced, comment = "", False
    for line in rest:
        if not fenced and not comment and (info := _cell_info(page, line)):
            page.parts.append(_cell(page, line, info, rest))
            prose = Prose()
            page.parts.append(prose)
            continue
        was = bool(fenced)
        fenced = "" if comment else _fence_after(fenced, line.text)
        hidden = was or bool(fenced) or comment or line.text.lstrip().startswith("<!--")
        comment = hidden and not fenced and not was and "-->" not in line.text
        prose.lines.append(line)
        prose.verbatim.append(hidden)
    if fenced:
        page.fault(page.path, lines[-1].number, f"a code block opened with {fenced} is never closed")


def _cell_info(page: Page, line: Line) -> str:
    """The fence that opens a cell on this line ("" if none); other languages are faults."""
    found = FENCE.match(line.text)
    braced = BRACED.match(found.group(3)) if found else None
    if not found or not braced or not braced.group(1) or braced.group(1)[0] in "=.#":
        return ""
    language = braced.group(1)
    if wrong := refusal("cell language", language):
        page.fault(line.path, line.number, wrong)
        return ""
    if found.group(1) or found.group(3) != "{python}":
        page.fault(line.path, line.number, "a cell begins at the margin with ```{python} and nothing else")
    return found.group(2)


def _cell(page: Page, fence: Line, mark: str, rest: Iterator[Line]) -> Cell:
    lines: list[Line] = []
    for line in rest:
        if line.text.rstrip() == mark:
            break
        lines.append(line)
    else:
        page.fault(fence.path, fence.number, "this cell is never closed")
    count = next((i for i, line in enumerate(lines) if not line.text.startswith("#|")), len(lines))
    cell = Cell(fence, lines[count:])
    _options(page, cell, lines[:count])
    return cell


def _options(page: Page, cell: Cell, lines: list[Line]) -> None:
    text = "\n".join(line.text[2:].removeprefix(" ") for line in lines)
    try:
        cell.options, found = marked_yaml.load(text)
    except marked_yaml.YamlFault as fault:
        page.fault(cell.fence.path, cell.fence.number + fault.line, f"cell option: {fault}")
        return
    cell.option_lines = {key: line + cell.fence.number for key, line in found.items()}
    for key, number in cell.option_lines.items():
        if wrong := refusal("cell option", key):
            page.fault(cell.fence.path, number, wrong)
    column = cell.options.get("column")
    if column is not None and (wrong := refusal("column", str(column))):
        page.fault(cell.fence.path, cell.option_lines["column"], wrong)
