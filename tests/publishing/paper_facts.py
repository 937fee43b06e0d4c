"""What a reader finds on a page in each of its formats, read off the built file by other software than made it.

HTML by the standard library's parser, PDF by pikepdf (structure) and pypdf (words), Word by the standard library.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
from pypdf import PdfReader

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
CAPTION = re.compile(r"(?:Figure|Table)\s\d+:")
VOID = frozenset(["br", "hr", "img", "input", "link", "meta", "col", "wbr"])


def folded(text: str) -> str:
    """Text on one line, with plain spaces."""
    return " ".join(text.replace("\u00a0", " ").split())


class _Web(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.facts: dict[str, list[str]] = {
            name: [] for name in ("headings", "captions", "callouts", "references", "tables", "figures", "xrefs")
        }
        self.into: list[tuple[int, list[str], list[str]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        classes = values.get("class", "").split()
        if tag not in VOID:
            self.open.append((tag, values))
        inside = [name for name, _ in self.open]
        folded_data = any("chart-data" in other.get("class", "") for _, other in self.open)
        if "main" not in inside or folded_data:
            return
        if tag == "table" and "form" not in inside:
            self.facts["tables"].append(values.get("id", ""))
        if "quarto-float-fig" in classes and tag == "figure":
            self.facts["figures"].append("")
        if "quarto-xref" in classes:
            self.facts["xrefs"].append(values["href"])
        wanted = {
            "headings": tag in ("h1", "h2", "h3") and "form" not in inside,
            "captions": tag == "figcaption",
            "callouts": "callout-title" in classes,
            "references": "csl-entry" in classes,
        }
        for name, is_wanted in wanted.items():
            if is_wanted:
                self.into.append((len(self.open), [], self.facts[name]))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not self.open:
            return
        for depth, words, facts in [entry for entry in self.into if entry[0] == len(self.open)]:
            facts.append(folded("".join(words)))
            self.into.remove((depth, words, facts))
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any("screen-reader-only" in values.get("class", "") for _, values in self.open):
            for _, words, _ in self.into:
                words.append(data)


def of_html(path: Path) -> dict[str, list[str]]:
    """Headings, captions, callouts' titles, references, tables, figures and cross-references of a web page."""
    reader = _Web()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.facts


def elements(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Name and object of every element of the structure tree, in reading order."""
    waiting = [pdf.Root.StructTreeRoot["/K"]]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Array):
            waiting.extend(reversed(list(element)))
        elif isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                yield str(element["/S"]), element
            if "/K" in element:
                waiting.append(element["/K"])


def attribute(element: Any, name: str) -> Any:
    """What an element's attributes say under `name`, None where they say nothing."""
    told = element.get("/A")
    entries = [told] if isinstance(told, pikepdf.Dictionary) else list(told or [])
    return next((entry[name] for entry in entries if isinstance(entry, pikepdf.Dictionary) and name in entry), None)


def of_pdf(path: Path) -> dict[str, Any]:
    """The same of a PDF, with the alternative words of figures; callouts only as the words of the whole file."""
    with pikepdf.open(path) as pdf:
        tree = list(elements(pdf))
        words = folded(" ".join(page.extract_text() for page in PdfReader(path).pages)).replace("\u00ad", "-")
        return {
            "headings": [folded(str(item["/T"])) for name, item in tree if re.fullmatch(r"/H\d", name)],
            "levels": [int(name[2:]) for name, _ in tree if re.fullmatch(r"/H\d", name)],
            "alts": [str(item.get("/Alt", "")) for name, item in tree if name == "/Figure"],
            "tables": [name for name, _ in tree if name == "/Table"],
            "heads": [name for name, _ in tree if name == "/TH"],
            "captions": [name for name, _ in tree if name == "/Caption"],
            "numbers": CAPTION.findall(words),
            "links": [name for name, _ in tree if name == "/Link"],
            "text": words,
        }


def of_docx(path: Path) -> dict[str, Any]:
    """The same of a Word file: by the names of its styles."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as file:
        body = ElementTree.fromstring(file.read("word/document.xml"))
        pictures = [name for name in file.namelist() if name.startswith("word/media/")]
    styled: dict[str, list[str]] = {}
    for paragraph in body.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = "" if style is None else style.get(f"{W}val", "")
        styled.setdefault(name, []).append(folded("".join(text.text or "" for text in paragraph.iter(f"{W}t"))))
    marks = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    return {
        "styles": styled,
        "headings": [text for name in ("Heading1", "Heading2") for text in styled.get(name, [])],
        "captions": [*styled.get("ImageCaption", []), *styled.get("TableCaption", [])],
        "callouts": [*styled.get("CalloutTitle", []), *styled.get("WarningTitle", [])],
        "references": styled.get("Bibliography", []),
        "tables": list(body.iter(f"{W}tbl")),
        "alts": [item.get("descr", "") for item in body.iter(DRAWN)],
        "anchors": [link.get(f"{W}anchor", "") for link in body.iter(f"{W}hyperlink") if link.get(f"{W}anchor")],
        "marks": marks,
        "sequences": [field.get(f"{W}instr", "").split()[1] for field in body.iter(f"{W}fldSimple")],
        "pictures": pictures,
    }
