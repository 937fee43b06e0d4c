"""What the parts of a workbook say together: its sheets, its shared texts, and how each style shows a number.

A style is known only by what it does to a reader's figure: a date, a percentage, a text, or a number of decimals.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import NamedTuple

from icans_evidence.files.faults import shown
from icans_evidence.files.zip_limits import Container

_DATES = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
_BUILT_IN = {1: "0", 2: "0.00", 9: "0%", 10: "0.00%", 49: "@"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Style(NamedTuple):
    """How a number is shown: `kind` is number, date, percent or text; `decimals` are fixed ones, None if not.

    `marked`: the cell is struck out, raised or lowered, which its text alone would not show.
    """

    kind: str = "number"
    decimals: int | None = None
    marked: bool = False


class Marked(str):
    """A text some of whose signs are struck out, raised or lowered: 10⁹ made so reads 109 in plain text."""

    __slots__ = ()


def marks(name: str, attributes: dict[str, str]) -> bool:
    """Whether an element of a font strikes out, raises or lowers."""
    value = attributes.get("val", "")
    return (name == "strike" and value not in ("0", "false")) or (
        name == "vertAlign" and value in ("superscript", "subscript")
    )


class Named(NamedTuple):
    """A sheet by its name: the part that holds it (empty where it is no worksheet) and whether a reader sees it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Workbook:
    """The sheets in their order, the texts and styles that cells refer to, and whether days count from 1904."""

    sheets: list[Named]
    texts: list[str]
    styles: list[Style]
    from_1904: bool


def read_workbook(container: Container) -> Workbook:
    """The workbook in an open container; Unreadable when the parts do not make one."""
    main = _main_part(container)
    links = _links(container, main)
    found: list[tuple[str, str, str]] = []
    flags: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            name = attributes.get("name", "")
            found.append((name if name.isprintable() else shown(name), link, attributes.get("state", "visible")))
        elif name == "workbookPr":
            flags.update(attributes)

    container.parse(main, start)
    sheets = [
        Named(name, part if "worksheets/" in part else "", state != "visible")
        for name, link, state in found
        for part in [links.get(link, "")]
    ]
    if not sheets:
        raise container.refuse("holds no sheet")
    folder = posixpath.dirname(main)
    texts = shared_texts(container, f"{folder}/sharedStrings.xml")
    from_1904 = flags.get("date1904", "0") in ("1", "true")
    return Workbook(sheets, texts, _styles(container, f"{folder}/styles.xml"), from_1904)


def _main_part(container: Container) -> str:
    """The part that lists the sheets, by its content type; macros are refused by theirs."""
    mains: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        if "macroEnabled" in kind:
            raise container.refuse("is a workbook for macros (.xlsm); save it as a workbook without macros (.xlsx)")
        if kind.endswith("sheet.main+xml") or kind.endswith("template.main+xml"):
            mains.append(attributes.get("PartName", "/xl/workbook.xml").lstrip("/"))

    container.parse("[Content_Types].xml", start)
    if not mains or mains[0] not in container.names:
        raise container.refuse("is a zip file but no workbook; save it as an Excel workbook (.xlsx)")
    return mains[0]


def _links(container: Container, main: str) -> dict[str, str]:
    """The parts that the workbook refers to, by the id of the reference."""
    folder, file = posixpath.split(main)
    links: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            links[attributes.get("Id", "")] = part

    container.parse(f"{folder}/_rels/{file}.rels", start)
    return links


def shared_texts(container: Container, part: str) -> list[str]:
    """The texts that cells refer to by number; guides to pronunciation are passed over."""
    texts: list[str] = []
    pieces: list[str] = []
    state = {"t": False, "aside": False, "marked": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            pieces.clear()
            state["marked"] = False
        elif name == "rPh":
            state["aside"] = True
        state["marked"] = state["marked"] or marks(name, attributes)
        state["t"] = name == "t" and not state["aside"]

    def end(name: str) -> None:
        if name == "si":
            text = unescaped("".join(pieces))
            texts.append(Marked(text) if state["marked"] else text)
        elif name == "rPh":
            state["aside"] = False
        state["t"] = False

    container.parse(part, start, end, lambda text: pieces.append(text) if state["t"] else None)
    return texts


def unescaped(text: str) -> str:
    """A text with the characters that XML cannot hold, written as _x0007_, put back."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda m: m[0] if 0xD800 <= int(m[1], 16) <= 0xDFFF else chr(int(m[1], 16)), text)


def _styles(container: Container, part: str) -> list[Style]:
    codes: dict[int, str] = dict(_BUILT_IN)
    used: list[tuple[int, int]] = []
    marked: list[bool] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name in ("cellXfs", "fonts"):
            inside.append(name)
        elif name == "numFmt":
            codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif name == "font" and inside == ["fonts"]:
            marked.append(False)
        elif name == "xf" and inside == ["cellXfs"]:
            used.append((int(attributes.get("numFmtId", 0)), int(attributes.get("fontId", 0))))
        elif marked and inside == ["fonts"]:
            marked[-1] = marked[-1] or marks(name, attributes)

    def end(name: str) -> None:
        if name in ("cellXfs", "fonts"):
            inside.clear()

    try:
        container.parse(part, start, end)
    except ValueError:
        raise container.refuse(f"its part {part} is damaged; save it again in a spreadsheet") from None
    fonts = dict(enumerate(marked))
    return [style_of(number, codes.get(number, ""))._replace(marked=fonts.get(font, False)) for number, font in used]


def style_of(number: int, code: str) -> Style:
    """What a number format does to a figure: 14 and "yyyy-mm-dd" make a date of it, "0.00" shows two decimals."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code)
    elapsed = re.search(r"\[(h+|m+|s+)\]", bare, re.I)
    first = re.sub(r"\[[^\]]*\]", "", bare).split(";")[0]
    if (number in _DATES and not code) or elapsed or re.search(r"[dmyhs]", first, re.I):
        return Style("date")
    if "%" in first:
        return Style("percent")
    if first == "@":
        return Style("text")
    fixed = re.fullmatch(r"0(?:\.(0+)#*)?", first)
    return Style("number", len(fixed[1] or "") if fixed else None)
