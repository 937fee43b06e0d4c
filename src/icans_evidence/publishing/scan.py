"""What a page's Markdown says of itself: labels, references, links, divs; faults for what is not in use.

Works on lines, before pandoc, because only here the file and line of a mistake are still known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from icans_evidence.publishing.features import QUARTO_REFERENCES, refusal
from icans_evidence.publishing.qmd import Cell, Line, Page, Prose

INLINE = re.compile(r"(?<!`)`\{(\w+)\}[ \t]+([^`]+)`")
CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
DIV = re.compile(r"^\s*(:{3,})\s*(.*?)\s*:*\s*$")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)(?:\{([^}]*)\})?\s*$")
ATTRIBUTES = re.compile(r"\](?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\{([^}]*)\}")
REFERENCE = re.compile(r"(?<![\w.\\/])@\{?([A-Za-z0-9_](?:[\w:.#$%&+?<>~/-]*[\w/])?)")
SHORTCODE = re.compile(r"\{\{<\s*(\S+)")
LINK = re.compile(r"\]\(\s*<?([^)>\s]+)")
TABLE_LABEL = re.compile(r"^\s*(?::|Table:)\s.*\{#(tbl-[^}\s]+)[^}]*\}\s*$")
WORD = re.compile(r"""([\w-]+)=("[^"]*"|'[^']*'|\S+)|([.#][^\s.#={}"']+)|(-)(?=\s|$)""")


@dataclass(frozen=True)
class Mention:
    """A name at a place: a label, a reference, a citation key or a link's target."""

    name: str
    line: Line


@dataclass
class Found:
    """All mentions of a page, in reading order."""

    labels: list[Mention] = field(default_factory=list)
    anchors: list[Mention] = field(default_factory=list)
    references: list[Mention] = field(default_factory=list)
    citations: list[Mention] = field(default_factory=list)
    links: list[Mention] = field(default_factory=list)


def scan(page: Page) -> Found:
    """Mentions in the page's prose and cell options; adds to `page.faults`."""
    found = Found()
    for part in page.parts:
        if isinstance(part, Prose):
            visible = [line for line, hidden in zip(part.lines, part.verbatim, strict=True) if not hidden]
            for line in visible:
                scan_line(page, found, line)
        else:
            _cell(page, found, part)
    _balance(page, _outside_code(page))
    return found


def scan_line(page: Page, found: Found, line: Line) -> None:
    """Mentions and faults of one line of Markdown outside code blocks."""
    for language, expression in INLINE.findall(line.text):
        if wrong := refusal("inline language", language):
            page.fault(line.path, line.number, f"{wrong} (in `{expression}`)")
    if re.search(r"(?<!`)`\{python\}", INLINE.sub("", line.text)):
        page.fault(line.path, line.number, "inline `{python} …` must open and close on one line")
    text = CODE_SPAN.sub(" ", line.text)
    for name in SHORTCODE.findall(text):
        wrong = refusal("shortcode", name) or "include stands alone on its line"
        page.fault(line.path, line.number, wrong)
    if "![" in text:
        page.fault(line.path, line.number, "image files are not in use here; show a picture from a cell")
    if opened := DIV.match(text):
        _div(page, found, line, opened.group(2))
        return
    if heading := HEADING.match(text):
        _heading(page, found, line, heading.group(3) or "")
    elif table := TABLE_LABEL.match(text):
        found.labels.append(Mention(table.group(1), line))
    for braces in ATTRIBUTES.findall(text):
        _classes(page, line, braces, "span class")
    found.links.extend(Mention(target, line) for target in LINK.findall(text))
    _references(page, found, line, re.sub(r"\]\([^)]*\)|\{[^}@]*\}|<[^>@]*@[^>]*>", "]", text))


def _references(page: Page, found: Found, line: Line, text: str) -> None:
    for name in REFERENCE.findall(text):
        prefix = name.split("-")[0]
        if prefix.lower() not in QUARTO_REFERENCES or "-" not in name:
            found.citations.append(Mention(name, line))
        elif wrong := refusal("reference", prefix):
            page.fault(line.path, line.number, f"@{name}: {wrong}")
        else:
            found.references.append(Mention(name, line))


def attributes(braces: str) -> tuple[str, list[str], dict[str, str]]:
    """Identifier, classes and key-value pairs of the text between an attribute's braces."""
    identifier, classes, pairs = "", [], {}
    for key, value, mark, dash in WORD.findall(braces):
        if key:
            pairs[key] = value.strip("\"'")
        elif dash:
            classes.append("unnumbered")
        elif mark[0] == "#":
            identifier = mark[1:]
        else:
            classes.append(mark[1:])
    return identifier, classes, pairs


def _classes(page: Page, line: Line, braces: str, kind: str) -> None:
    for name in attributes(braces)[1]:
        if wrong := refusal(kind, name):
            page.fault(line.path, line.number, wrong)


def _heading(page: Page, found: Found, line: Line, braces: str) -> None:
    identifier, classes, _ = attributes(braces)
    _classes(page, line, braces, "heading class")
    if identifier.startswith("sec-") and "unnumbered" in classes:
        page.fault(line.path, line.number, f"{identifier}: a heading without a number cannot be referred to")
    if identifier:
        found.labels.append(Mention(identifier, line))


def _div(page: Page, found: Found, line: Line, opening: str) -> None:
    """A line of three or more colons: an opening div is checked, a closing one is not."""
    if not opening:
        return
    if not opening.startswith("{"):
        opening = "{." + opening + "}"
    if "}" not in opening:
        page.fault(line.path, line.number, "a div's attributes must close on the same line")
        return
    identifier, classes, pairs = attributes(opening[1 : opening.rindex("}")])
    _classes(page, line, opening[1 : opening.rindex("}")], "div class")
    kind = "callout option" if any(name.startswith("callout-") for name in classes) else "condition"
    for key, value in pairs.items():
        wrong = refusal(kind, key)
        if not wrong and key.endswith("-format"):
            wrong = refusal("format in a condition", value)
        if not wrong and key.endswith("-meta"):
            wrong = refusal("meta in a condition", value)
        if wrong:
            page.fault(line.path, line.number, wrong)
    if identifier and identifier.split("-")[0] in QUARTO_REFERENCES:
        message = f"#{identifier}: a figure or table is made by a cell with this label"
        page.fault(line.path, line.number, message)
    elif identifier and identifier != "refs":
        found.labels.append(Mention(identifier, line))


def _cell(page: Page, found: Found, cell: Cell) -> None:
    """A cell's label and captions agree; its captions are scanned like prose."""
    for kind, option in (("fig", "fig-cap"), ("tbl", "tbl-cap")):
        named = cell.label.startswith(f"{kind}-")
        line = Line("", cell.fence.path, cell.option_lines.get(option, cell.fence.number))
        if named and option not in cell.options:
            page.fault(line.path, line.number, f"cell {cell.label} needs `{option}`")
        if not named and option in cell.options:
            page.fault(line.path, line.number, f"`{option}` needs a label that begins with {kind}-")
        if caption := cell.options.get(option):
            scan_line(page, found, Line(str(caption), line.path, line.number))
    if cell.label:
        number = cell.option_lines["label"]
        found.labels.append(Mention(cell.label, Line("", cell.fence.path, number)))


def _outside_code(page: Page) -> Iterator[Line]:
    for part in page.parts:
        if isinstance(part, Prose):
            yield from (line for line, hidden in zip(part.lines, part.verbatim, strict=True) if not hidden)


def _balance(page: Page, lines: Iterable[Line]) -> None:
    """Every div that is opened is closed."""
    still_open: list[Line] = []
    for line in lines:
        div = DIV.match(line.text)
        if not div:
            continue
        if div.group(2):
            still_open.append(line)
        elif still_open:
            still_open.pop()
        else:
            page.fault(line.path, line.number, "::: closes a div that was never opened")
    for line in still_open:
        page.fault(line.path, line.number, "this div is never closed")
