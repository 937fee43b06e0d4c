"""References read from BibTeX: key, DOI, year, title and line of each entry, and nothing else of it.

It knows the plain form that the project writes: one field a line, values in braces or quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

BIB = "references.bib"
_ENTRY = re.compile(r"^\s*@(\w+)\s*\{\s*([^,\s}]*)\s*,?", re.M)
_FIELD = re.compile(r"^\s*(doi|year|title|date)\s*=\s*[{\"]?(.*?)[}\"]?\s*,?\s*$", re.M | re.I)


@dataclass(frozen=True)
class Reference:
    """One entry of a bibliography; an absent field is empty, the DOI is in lower case, `line` is where it begins."""

    key: str
    doi: str
    year: str
    title: str
    line: int


def read_references(text: str) -> Iterator[Reference]:
    """The entries of a BibTeX file in their order; comments, strings and preambles are passed over."""
    starts = [m for m in _ENTRY.finditer(text) if m[1].casefold() not in ("comment", "string", "preamble")]
    ends = [*(m.start() for m in starts[1:]), len(text)][: len(starts)]
    line, counted = 1, 0
    for start, end in zip(starts, ends, strict=True):
        line, counted = line + text.count("\n", counted, start.end()), start.end()
        fields = {m[1].casefold(): m[2].strip() for m in _FIELD.finditer(text, start.end(), end)}
        title = " ".join(re.sub(r"[{}]", "", fields.get("title", "")).split())
        year = fields.get("year") or fields.get("date", "")[:4]
        yield Reference(start[2], fields.get("doi", "").casefold(), year, title, line)
