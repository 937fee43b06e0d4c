"""A page whose cells have run, as PDF and as a Word file: Markdown with its pictures, one pandoc, then typst.

Both come from the same Markdown; only the form of the pictures differs.
"""

from __future__ import annotations

import datetime
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icans_evidence.figures import paper
from icans_evidence.figures.charts.png import png
from icans_evidence.figures.charts.svg import standalone
from icans_evidence.publishing import pandoc, typesetting, word
from icans_evidence.publishing.config import Site
from icans_evidence.publishing.formats import FORMATS
from icans_evidence.publishing.qmd import Page, shown
from icans_evidence.publishing.run import Rendered
from icans_evidence.publishing.value_forms import Draw

FENCE = "`" * 12
_BLOCK = re.compile(r"```\{=html\}\n(<!--slot-[0-9a-f]+-\d+-->)\n```")
_INLINE = re.compile(r"`(<!--slot-[0-9a-f]+-\d+-->)`\{=html\}")


@dataclass(frozen=True)
class Sheet:
    """A page to be put on paper: `data` is the folder whose version dates it."""

    page: Page
    rendered: Rendered
    site: Site
    data: Path

    @property
    def name(self) -> str:
        return shown(self.page.path, self.page.root)


def made(sheet: Sheet, name: str) -> bytes:
    """The page in the paper format `name`. Raises `PandocError`, `TypstError`, or what a promised picture raises."""
    writer, moment = FORMATS[name].writer, moment_of(sheet.data)
    with tempfile.TemporaryDirectory() as folder:
        markdown = _markdown(sheet.rendered, _into(Path(folder), FORMATS[name].drawings))
        written = pandoc.written(_job(sheet, writer, markdown, moment, f"--resource-path={folder}"))
        if writer == "typst":
            return typesetting.pdf(written.decode(), sheet.name, moment, Path(folder))
    named = str(_sheet_options(sheet).get("papersize", ""))
    return word.finished(written, word.paper(sheet.page, sheet.site, named))


def _sheet_options(sheet: Sheet) -> dict[str, Any]:
    """The paper and how it lies, as `format: typst:` of the page says, else of the site; Word takes the same."""
    said = sheet.site.typst | sheet.page.format_options("typst")
    return {name: said[name] for name in ("landscape", "papersize") if said.get(name)}


def _job(sheet: Sheet, writer: str, markdown: str, moment: int, *options: str) -> pandoc.Job:
    page, site = sheet.page, sheet.site
    extra = _sheet_options(sheet)
    more = [f"--template={pandoc.THEME / 'page.typ'}"] if writer == "typst" else []
    if writer == "docx":
        more += [f"--reference-doc={word.reference(page, site)}", "--shift-heading-level-by=-1"]
    command = pandoc.common(writer, site, "--output=-", *more, *options)
    text = pandoc.headed(page, site, markdown, lang=str(page.meta.get("lang", site.lang)), **extra)
    return pandoc.Job(command, text, {}, sheet.name, moment)


def _markdown(rendered: Rendered, draw: Draw) -> str:
    """Markdown in which each token has given way to its HTML for paper."""

    def block(match: re.Match[str]) -> str:
        return f"{FENCE}{{=html}}\n{rendered.papers[match.group(1)](draw)}\n{FENCE}"

    def inline(match: re.Match[str]) -> str:
        return f"{FENCE} {rendered.papers[match.group(1)](draw)} {FENCE}{{=html}}"

    return _INLINE.sub(inline, _BLOCK.sub(block, rendered.markdown))


def _into(folder: Path, form: str) -> Draw:
    """Draws files of the form "svg" or "png" into `folder`."""

    def draw(svg: str, words: str) -> str:
        path = folder / f"drawing-{len(list(folder.iterdir()))}.{form}"
        path.write_bytes(png(svg) if form == "png" else standalone(svg).encode())
        return paper.image(path.name, svg, words)

    return draw


def moment_of(data: Path) -> int:
    """Seconds since 1970 of the data's date, the only date that a page on paper carries."""
    try:
        date = (data / "VERSION").read_text(encoding="utf-8").split()[1]
        return int(datetime.datetime.fromisoformat(f"{date}T00:00:00+00:00").timestamp())
    except (OSError, IndexError, ValueError):
        return 0
