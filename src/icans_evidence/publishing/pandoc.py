"""One pandoc process turns a page's Markdown into its HTML, through our filters and template.

Everything Quarto would do is done by the filters beside this module; nothing is fetched.
"""

from __future__ import annotations

import functools
import html
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icans_evidence.errors import UserError
from icans_evidence.publishing.config import Site
from icans_evidence.publishing.forms import Made
from icans_evidence.publishing.qmd import Page, shown
from icans_evidence.publishing.run import Rendered

HERE = Path(__file__).parent
THEME = HERE / "theme"
FOOTNOTES = re.compile(r'(<section id="footnotes"[^>]*>)\s*<hr\s*/?>(.*?</section>\n?)', re.DOTALL)
REFERENCES = re.compile(r"<!--references-->\n?(.*?)<!--/references-->\n?", re.DOTALL)


class PandocError(UserError):
    """pandoc is absent or refused a page; the message carries pandoc's own words."""


@dataclass(frozen=True)
class Job:
    """What pandoc needs for one page; plain values, so that it may run beside the next page's cells."""

    command: list[str]
    markdown: str
    slots: dict[str, Made]
    name: str


@functools.cache
def executable() -> str:
    """Path of the pandoc that came with its wheel. Raises `PandocError` if the wheel is not installed."""
    try:
        import pypandoc
    except ImportError as error:
        message = "pandoc is not installed; pip install 'icans-evidence[render]' brings it"
        raise PandocError(message) from error
    return str(pypandoc.get_pandoc_path())


def security() -> list[str]:
    """The lines of the shared head (`theme/header.html`): policy, color scheme, script."""
    return (THEME / "header.html").read_text(encoding="utf-8").splitlines()


def job(page: Page, rendered: Rendered, site: Site) -> Job:
    """The pandoc call for a page whose cells have run."""
    command = [executable(), "-f", "markdown", "-t", "html5", f"--template={THEME / 'page.html'}"]
    command += ["--section-divs", "--mathml", "--wrap=none", "--syntax-highlighting=none", "--eol=lf"]
    for name in ("blocks.lua", "crossref.lua"):
        command.append(f"--lua-filter={HERE / 'filters' / name}")
    if site.bibliography:
        command += ["--citeproc", f"--bibliography={site.bibliography}"]
        command += [f"--csl={site.csl}"] if site.csl else []
    command.append(f"--lua-filter={HERE / 'filters' / 'appendix.lua'}")
    if site.html(page, "toc", False):
        command += ["--toc", f"--toc-depth={site.html(page, 'toc-depth', 3)}"]
    for key, value in _variables(page, site).items():
        command.append(f"--variable={key}:{value}")
    head = json.dumps(_metadata(page, site), ensure_ascii=False)
    markdown = f"---\n{head}\n---\n\n{rendered.markdown}"
    return Job(command, markdown, rendered.slots, shown(page.path, page.root))


def _variables(page: Page, site: Site) -> dict[str, str]:
    """Template variables: set as they are, not read as Markdown."""
    policy, _, script = security()
    title = str(page.option("pagetitle", page.meta.get("title", "")))
    classes = str(site.html(page, "body-classes", ""))
    values = {
        "lang": str(page.meta.get("lang", site.lang)),
        "csp": policy,
        "script": script,
        "nav": site.navigation(page),
        "footer": site.footer,
        "pagetitle": html.escape(" – ".join(part for part in (title, site.title) if part)),
        "toc-title": html.escape(str(site.html(page, "toc-title", "On this page"))),
        "body-classes": html.escape(classes),
        "wide": "true" if site.html(page, "page-layout", "article") == "full" else "",
        "description-meta": html.escape(str(page.meta.get("description", ""))),
    }
    return {key: value for key, value in values.items() if value}


def _metadata(page: Page, site: Site) -> dict[str, Any]:
    """Front matter that pandoc and the filters read."""
    kept = {key: page.meta[key] for key in ("title", "subtitle", "description") if key in page.meta}
    return kept | {
        "house-number-sections": str(bool(site.html(page, "number-sections", False))).lower(),
        "house-number-depth": str(site.html(page, "number-depth", 6)),
        "house-references-placed": str(_places_references(page)).lower(),
        "link-citations": site.link_citations,
    }


def _places_references(page: Page) -> bool:
    lines = (line.text for part in page.parts if hasattr(part, "lines") for line in part.lines)
    return any(re.match(r"^\s*:{3,}\s*\{#refs\b", line) for line in lines)


def convert(task: Job) -> str:
    """The page's HTML. Raises `PandocError` with pandoc's own message, warnings included."""
    try:
        done = subprocess.run(task.command, input=task.markdown.encode(), capture_output=True, check=False)
    except OSError as error:
        raise PandocError(f"pandoc cannot be started: {error}") from error
    words = done.stderr.decode(errors="replace").strip()
    if done.returncode or words:
        raise PandocError(f"{task.name}: pandoc: {words or done.returncode}")
    return _fill(_appendix(done.stdout.decode()), task.slots)


def _appendix(text: str) -> str:
    """References and footnotes moved behind the last section under their own headings, as Quarto does."""
    heading = '<h2 class="quarto-appendix-heading">{}</h2>\n'.format
    parts = []
    if references := REFERENCES.search(text):
        text = REFERENCES.sub("", text, count=1)
        section = '<section id="quarto-bibliography" role="doc-bibliography">\n'
        parts.append(f"{section}{heading('References')}{references.group(1)}</section>\n")
    if notes := FOOTNOTES.search(text):
        text = text[: notes.start()] + text[notes.end() :]
        parts.append(f"{notes.group(1)}\n{heading('Footnotes').strip()}{notes.group(2)}")
    if not parts:
        return text
    before, main_end, after = text.rpartition("</main>")
    return f'{before}<div id="quarto-appendix">\n{"".join(parts)}</div>\n{main_end}{after}'


def _fill(text: str, slots: dict[str, Made]) -> str:
    """Tokens exchanged for the cells' HTML, each exactly once and in one pass."""
    if not slots:
        return text
    made = {token: slot if isinstance(slot, str) else slot() for token, slot in slots.items()}
    pattern = re.compile("|".join(re.escape(token) for token in made))
    return pattern.sub(lambda match: made[match.group(0)], text)
