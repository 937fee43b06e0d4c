"""What a reader gets from a built page, apart from how its engine writes it down.

Run as a script on pages it prints their facts as JSON: that is how `sample_by_quarto.json` is made from a rendered site.
"""

from __future__ import annotations

import json
import posixpath
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

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


if __name__ == "__main__":
    folder, *names = sys.argv[1:]
    facts = {name: page_facts(Path(folder), name) for name in names}
    print(json.dumps(facts, ensure_ascii=False, indent=1))
