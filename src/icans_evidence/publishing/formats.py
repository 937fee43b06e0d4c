"""The formats of a page: what pandoc writes for each, how drawings enter it, and the file it becomes.

A further format is a further row; a page is run once, whatever the number of formats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from icans_evidence.errors import UsageError


@dataclass(frozen=True)
class Format:
    """A format by its name for users; `writer` is pandoc's and Quarto's, `drawings` "" where HTML stays as it is."""

    name: str
    writer: str
    suffix: str
    drawings: str
    words: str


FORMATS = {
    "html": Format("html", "html", ".html", "", "web page"),
    "pdf": Format("pdf", "typst", ".pdf", "svg", "PDF"),
    "docx": Format("docx", "docx", ".docx", "png", "Word"),
}
PAPER = tuple(name for name, made in FORMATS.items() if made.drawings)


def chosen(names: Iterable[str]) -> tuple[str, ...]:
    """The formats of a build in the table's order; HTML is always among them. Raises `UsageError` for another name."""
    wanted = {name.strip() for name in names} - {""}
    if wanted == {"all"}:
        return tuple(FORMATS)
    if unknown := sorted(wanted - set(FORMATS)):
        raise UsageError(f'format "{unknown[0]}" is not known; allowed: {", ".join(FORMATS)}, all')
    return tuple(name for name in FORMATS if name in wanted or name == "html")


def file_name(page: str, name: str) -> str:
    """Where a page in the format `name` stands in the site."""
    return Path(page).with_suffix(FORMATS[name].suffix).as_posix()
