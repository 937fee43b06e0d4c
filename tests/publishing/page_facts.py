"""What a reader gets from a built page in any of its formats, apart from how its engine writes it down.

Run as a script on files of a built site it prints their facts as JSON: that is how `sample_by_quarto.json` is made.
"""

from __future__ import annotations

import json
import posixpath
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import paper_facts

BREAKS = frozenset(
    [
        "main",
        "header",
        "section",
        "div",
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "caption",
        "figure",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "details",
        "summary",
        "blockquote",
        "pre",
        "svg",
        "text",
    ]
)
VOID = frozenset(["br", "hr", "img", "input", "link", "meta", "col", "wbr"])
OWN_ID = re.compile(r"cell-.*|[0-9a-f]{8}")
CAPTION_ID = re.compile(r"-caption(-[0-9a-f-]{36})?$")


class _Reader(HTMLParser):
    """Lines of text, captions, links and ids below `<main>`."""

    def __init__(self, here: str) -> None:
        super().__init__()
        self.here, self.inside, self.hidden = here, 0, False
        self.words: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.captions: list[list[str]] = []
        self.caption_open = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if not self.inside and tag != "main":
            return
        self.inside += tag not in VOID
        self.hidden = tag in ("script", "style")
        self._break(tag)
        if tag == "a" and "href" in values:
            self.links.append(_resolved(values["href"], self.here))
        if (name := values.get("id", "")) and not OWN_ID.fullmatch(name):
            self.ids.append(CAPTION_ID.sub("-caption", name))
        if tag == "figcaption":
            self.caption_open = True
            self.captions.append([])

    def handle_endtag(self, tag: str) -> None:
        if self.inside:
            self.inside -= tag not in VOID
            self.hidden = False
            self.caption_open = self.caption_open and tag != "figcaption"
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if self.inside and not self.hidden:
            self.words.append(data)
            if self.caption_open:
                self.captions[-1].append(data)

    def _break(self, tag: str) -> None:
        if tag in BREAKS:
            self.words.append("\n\n")


def _resolved(href: str, here: str) -> str:
    """The address as seen from the site's own folder."""
    name, mark, anchor = href.partition("#")
    if re.match(r"[a-z]+:", name):
        return href
    return posixpath.normpath(posixpath.join(posixpath.dirname(here), name or posixpath.basename(here))) + mark + anchor


def _folded(text: str) -> str:
    return re.sub(r"[ \n\t]+", " ", text).strip()


def page_facts(site: Path, name: str) -> dict[str, list[str]]:
    """Text line by line, captions, links and ids of the page `name` of a built site, in reading order."""
    reader = _Reader(name)
    reader.feed(ADDED.sub("", (site / name).read_text(encoding="utf-8")))
    lines = (_folded(line) for line in "".join(reader.words).split("\n\n"))
    return {
        "text": [line for line in lines if line],
        "captions": [_folded("".join(words)) for words in reader.captions],
        "links": reader.links,
        "ids": reader.ids,
    }


ADDED = re.compile(r'<p class="files">.*?</p>', re.DOTALL)
"""Links to files, which the build puts under figures and tables after either engine has made the page."""


def facts(site: Path, name: str) -> dict[str, Any]:
    """The facts of the file `name` of a built site, as plain as JSON.

    Of a PDF not the words of its sheets, since where lines and sheets break is typst's; Word has every paragraph.
    """
    if name.endswith(".html"):
        return page_facts(site, name)
    if name.endswith(".pdf"):
        return {key: value for key, value in paper_facts.of_pdf(site / name).items() if key != "text"}
    found = paper_facts.of_docx(site / name)
    counted = {key: len(found[key]) for key in ("tables", "pictures")}
    paragraphs = sorted(text for texts in found.pop("styles").values() for text in texts if text)
    return found | counted | {"marks": sorted(found["marks"]), "paragraphs": paragraphs}


if __name__ == "__main__":
    folder, *names = sys.argv[1:]
    told = {name: facts(Path(folder), name) for name in names}
    print(json.dumps(told, ensure_ascii=False, indent=1))
