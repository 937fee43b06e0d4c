"""The whole site from data and pages, by one engine, put in place whole.

A page that nothing has changed is kept; a site that nothing has changed is not touched.
"""

from __future__ import annotations

import contextlib
import html
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from icans_evidence.errors import UsageError
from icans_evidence.figures import drawing_cache
from icans_evidence.files import folder_swap
from icans_evidence.publishing import config, downloads, embedded, formats, link_checks, pandoc, quarto, scan, stamps
from icans_evidence.publishing.due_pages import Plan, check_folders, html_name, plan, whole
from icans_evidence.wording import EDUCATIONAL

Engine = Literal["auto", "pandoc", "quarto"]
ENGINES = ("auto", "pandoc", "quarto")
DATA_VARIABLE, FORMATS_VARIABLE = "ICANS_EVIDENCE_DATA", "ICANS_EVIDENCE_FORMATS"


@dataclass(frozen=True)
class Built:
    """What a build did: pages made and kept (names below the root), seconds taken, the engine, the site."""

    pages: tuple[str, ...]
    kept: tuple[str, ...]
    seconds: float
    engine: str
    out: Path


def build(
    root: Path,
    data: Path,
    out: Path,
    engine: Engine = "auto",
    progress: Callable[[str], None] | None = None,
    to: Iterable[str] = ("html",),
) -> Built:
    """Builds the project at `root` from the folder `data` into `out` and returns what was done.

    `to` names the formats of each page, of which HTML is always one. `progress` is called with one line a step.
    Raises `UsageError` for unusable folders, `DataError` with all faults of the pages and `run.PageError` where a
    page's code fails; `out` is then as it was.
    """
    started = time.perf_counter()
    say = progress or (lambda line: None)
    root, data, out = root.resolve(), data.resolve(), out.resolve()
    site = config.load(root)
    chosen = choose(engine)
    if engine == "auto" and chosen == "pandoc" and quarto.executable():
        say(f"{quarto.obstacle()}; the embedded engine is used")
    check_folders(site, data, out)
    with folder_swap.exclusive(out, lambda: say(f"another build of {out.name} is at work; waiting")):
        folder_swap.sweep(out)
        todo = plan(site, data, out, chosen, formats.chosen(to), say)
        if todo.fresh or not whole(out, site.pages):
            with folder_swap.replaced_folder(out) as new:
                keeping = new / drawing_cache.NAME / stamps.code()
                drawing_cache.carried(out / drawing_cache.NAME / stamps.code(), keeping)
                with _told(data, todo.formats, keeping):
                    todo = _make(todo, new)
    return Built(todo.fresh, todo.kept, time.perf_counter() - started, chosen, out)


def choose(engine: str) -> str:
    """The engine to use, quarto or pandoc: for auto, Quarto where it is on PATH and can run. Raises `UsageError`."""
    if engine not in ENGINES:
        raise UsageError(f'engine "{engine}" is not known; allowed: {", ".join(ENGINES)}')
    obstacle = quarto.obstacle() if engine != "pandoc" else None
    if engine == "quarto" and obstacle:
        raise UsageError(f"{obstacle}; allowed here: --engine pandoc or --engine auto")
    return "pandoc" if engine == "pandoc" or obstacle else "quarto"


@contextlib.contextmanager
def _told(data: Path, made: tuple[str, ...], keeping: Path) -> Iterator[None]:
    """Tells the cells and filters, here or in Quarto, what data to read, what is made and where to keep drawings."""
    told = {DATA_VARIABLE: str(data), FORMATS_VARIABLE: " ".join(made), drawing_cache.VARIABLE: str(keeping)}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    drawing_cache.keep_in(keeping)
    try:
        yield
    finally:
        drawing_cache.keep_in(None)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _make(todo: Plan, new: Path) -> Plan:
    """The whole site into the empty folder `new`; returns the plan as it was done."""
    found = _check_pages(todo)
    if todo.engine == "quarto":
        todo.say("quarto render")
        quarto.render(todo.site.root, todo.data, new, todo.formats)
        for name in todo.site.pages:
            page = new / html_name(name)
            page.write_text(downloads.offered(todo, name, page.read_text(encoding="utf-8"), new), encoding="utf-8")
    else:
        todo = embedded.make(todo, new)
    _resources(todo, new)
    _check_links(todo, found, new)
    (new / "index.html").write_text(_door(todo.site), encoding="utf-8")
    stamps.write(new, todo.stamps, todo.engine)
    return todo


def _check_pages(todo: Plan) -> dict[str, scan.Found]:
    """What every page mentions; raises `DataError` with all faults that show before any code is run."""
    keys = link_checks.citation_keys(todo.site.bibliography)
    found = {name: scan.scan(page) for name, page in todo.parsed.items()}
    for name, page in todo.parsed.items():
        link_checks.check_labels(page, found[name])
        link_checks.check_references(page, found[name].labels, found[name], keys)
    todo.raise_faults()
    return found


def _resources(todo: Plan, new: Path) -> None:
    """Files that `project: resources:` names, at their place in the site; those below `data/` from the data in use."""
    for pattern in todo.site.resources:
        inner = pattern.removeprefix("data/")
        base, place = (todo.site.root, "") if inner == pattern else (todo.data, "data")
        for path in sorted(base.glob(inner)):
            target = new / place / path.relative_to(base)
            if path.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def _check_links(todo: Plan, found: dict[str, scan.Found], new: Path) -> None:
    """Links typed in pages lead to a page and an id that are there, else `DataError`; others are counted."""
    texts = {name: (new / html_name(name)).read_text(encoding="utf-8") for name in todo.site.pages}
    ids = {name: link_checks.ids_in(text) for name, text in texts.items()}
    for name, page in todo.parsed.items():
        link_checks.check_links(page, found[name], ids)
    todo.raise_faults()
    by_file = {html_name(name).rpartition("/")[2]: known for name, known in ids.items()}
    for name, text in texts.items():
        folder = (new / html_name(name)).parent
        if dead := link_checks.dead_links(text, html_name(name).rpartition("/")[2], by_file, folder):
            todo.say(f"{name}: {len(dead)} links lead nowhere, the first to {dead[0]}")


def _door(site: config.Site) -> str:
    """The site's own index: leads to the first page, with or without scripts."""
    target, title = html.escape(html_name(site.pages[0])), html.escape(site.title)
    policy = pandoc.security()
    return (
        f'<!DOCTYPE html>\n<html lang="{site.lang}">\n<head>\n<meta charset="utf-8">\n{policy}\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n</head>\n<body>\n"
        f'<p><a href="{target}">{title}</a></p>\n<p>{html.escape(EDUCATIONAL)}</p>\n</body>\n</html>\n'
    )
