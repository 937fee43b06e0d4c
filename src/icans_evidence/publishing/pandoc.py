"""One pandoc process turns a page's Markdown into one of its formats, through our filters and template.

Everything Quarto would do is done by the filters beside this module; nothing is fetched.
"""

from __future__ import annotations

import functools
import html
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icans_evidence.errors import UserError, needing
from icans_evidence.publishing.config import Site
from icans_evidence.publishing.qmd import Page, shown
from icans_evidence.publishing.run import Rendered
from icans_evidence.publishing.value_forms import Made

HERE = Path(__file__).parent
THEME = HERE / "theme"


class PandocError(UserError):
    """pandoc refused a page; the message carries pandoc's own words."""


@dataclass(frozen=True)
class Job:
    """What pandoc needs for one page; plain values, so that it may run beside the next page's cells."""

    command: list[str]
    markdown: str
    slots: dict[str, Made]
    name: str
    moment: int = 0


@functools.cache
def executable() -> str:
    """Path of the pandoc that came with its wheel. Raises `UsageError` if the wheel is not installed."""
    with needing("render", "making pages"):
        import pypandoc
    return str(pypandoc.get_pandoc_path())


def data_file(name: str) -> bytes:
    """One of the files that pandoc carries, such as its reference document. Raises `PandocError`."""
    return written(Job([executable(), f"--print-default-data-file={name}"], "", {}, name))


def security() -> str:
    """The policy that every page carries, the first line of the shared head (`theme/header.html`)."""
    return (THEME / "header.html").read_text(encoding="utf-8").splitlines()[0]


def job(page: Page, rendered: Rendered, site: Site) -> Job:
    """The pandoc call that makes the web page of a page whose cells have run."""
    command = common("html5", site, f"--template={THEME / 'page.html'}", "--section-divs", "--mathml")
    if site.html(page, "toc", False):
        command += ["--toc", f"--toc-depth={site.html(page, 'toc-depth', 3)}"]
    for key, value in _variables(page, site).items():
        command.append(f"--variable={key}:{value}")
    return Job(command, headed(page, site, rendered.markdown), rendered.slots, shown(page.path, page.root))


def common(writer: str, site: Site, *options: str) -> list[str]:
    """The call for any writer: our filters, then the citations."""
    command = [executable(), "-f", "markdown", "-t", writer, "--wrap=none", "--syntax-highlighting=none", "--eol=lf"]
    command += [*options, *(f"--lua-filter={HERE / 'filters' / name}.lua" for name in FILTERS)]
    if site.bibliography:
        command += ["--citeproc", f"--bibliography={site.bibliography}"]
        command += [f"--csl={site.csl}"] if site.csl else []
    return command


FILTERS = ("frame", "paper", "blocks", "crossref")


def headed(page: Page, site: Site, markdown: str, **more: Any) -> str:
    """A page's Markdown under the metadata that pandoc and the filters read."""
    return f"---\n{json.dumps(_metadata(page, site) | more, ensure_ascii=False)}\n---\n\n{markdown}"


def _variables(page: Page, site: Site) -> dict[str, str]:
    """Template variables: set as they are, not read as Markdown."""
    values = {
        "lang": str(page.meta.get("lang", site.lang)),
        "toc-title": html.escape(str(site.html(page, "toc-title", "On this page"))),
        "body-classes": html.escape(str(site.html(page, "body-classes", ""))),
    }
    return {key: value for key, value in values.items() if value}


def _metadata(page: Page, site: Site) -> dict[str, Any]:
    """Front matter that pandoc and the filters read."""
    kept = {
        key: page.meta[key] for key in ("title", "subtitle", "description", "pagetitle", "audience") if key in page.meta
    }
    return kept | {
        "house-number-sections": str(bool(site.html(page, "number-sections", False))).lower(),
        "house-number-depth": str(site.html(page, "number-depth", 6)),
        "house-root": str(site.root).encode("utf-8", "surrogateescape").hex(),  # a path would be read as Markdown
        "house-page": shown(page.path, page.root),
        "link-citations": site.link_citations,
    }


def convert(task: Job) -> str:
    """The page's HTML. Raises `PandocError` as `written` does."""
    return _fill(written(task).decode(), task.slots)


def written(task: Job) -> bytes:
    """What pandoc writes; its moment is that of every date in it. Raises `PandocError` with its words, warnings too."""
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(task.moment)}
    try:
        done = subprocess.run(
            task.command, input=task.markdown.encode(), capture_output=True, check=False, env=environment
        )
    except OSError as error:
        raise PandocError(f"pandoc cannot be started: {error}") from error
    words = done.stderr.decode(errors="replace").strip()
    if done.returncode or words:
        raise PandocError(f"{task.name}: pandoc: {words or done.returncode}")
    return done.stdout


def _fill(text: str, slots: dict[str, Made]) -> str:
    """Tokens exchanged for the cells' HTML, each exactly once and in one pass."""
    if not slots:
        return text
    made = {token: slot if isinstance(slot, str) else slot() for token, slot in slots.items()}
    pattern = re.compile("|".join(re.escape(token) for token in made))
    return pattern.sub(lambda match: made[match.group(0)], text)
