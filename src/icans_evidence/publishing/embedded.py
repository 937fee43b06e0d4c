"""The embedded engine: cells run here one page after the other, while pandoc works beside them.

At most two pandoc processes run at once; the page that was longest in the last site is made first.
"""

from __future__ import annotations

import contextlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from icans_evidence.publishing import assets, downloads, link_checks, pandoc, paper_files, run, scan, typesetting
from icans_evidence.publishing.due_pages import Plan, html_name
from icans_evidence.publishing.formats import PAPER, file_name


def make(plan: Plan, new: Path) -> Plan:
    """All pages and shared files into the folder `new`; returns the plan as it was done.

    Raises what the pages' code, pandoc and typst raise, and UsageError before any cell runs if either is not installed.
    """
    pandoc.executable()
    if set(plan.formats) & set(PAPER):
        typesetting.library()
    folder = new / Path(plan.site.pages[0]).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name in plan.kept:
        _take_over(plan, name, new)
    gave: dict[str, str] = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        try:
            work = [pool.submit(_shared_files, plan.out / folder.relative_to(new), folder / assets.FOLDER)]
            for place, name in enumerate(sorted(plan.fresh, key=partial(_length, plan)), 1):
                plan.say(f"{place}/{len(plan.fresh)} {name}")
                rendered = _ready(plan, name)
                gave[name] = rendered.stamp()
                if gave[name] == plan.given.get(name):
                    _take_over(plan, name, new)
                    continue
                work.append(pool.submit(_web_page, plan, name, rendered, new))
                work += [pool.submit(_sheet, plan, name, rendered, form, new) for form in plan.formats if form in PAPER]
            for done in work:
                done.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    made = tuple(name for name in plan.fresh if gave[name] != plan.given.get(name))
    marks = {name: marks | ({"given": gave[name]} if name in gave else {}) for name, marks in plan.stamps.items()}
    return replace(plan, fresh=made, stamps=marks)


def _take_over(plan: Plan, name: str, new: Path) -> None:
    """A page in all formats, with the files that it offers, as the last build left it."""
    for form in plan.formats:
        shutil.copyfile(plan.out / file_name(name, form), new / file_name(name, form))
    downloads.taken_over(plan, name, new)


def _length(plan: Plan, name: str) -> int:
    """Less for a page that was longer in the last site, by its PDF if it has one; 0 for one that was not there."""
    page = plan.out / file_name(name, "pdf" if "pdf" in plan.formats else "html")
    return -page.stat().st_size if page.is_file() else 0


def _ready(plan: Plan, name: str) -> run.Rendered:
    """Runs one page's cells, once for all formats, and checks what their Markdown refers to."""
    page = plan.parsed[name]
    with contextlib.chdir(page.path.parent):
        rendered = run.run(page, plan.site.echo)
    labels = scan.scan(page).labels
    link_checks.check_references(page, labels, rendered.found, link_checks.citation_keys(plan.site.bibliography))
    plan.raise_faults()
    return rendered


def _web_page(plan: Plan, name: str, rendered: run.Rendered, new: Path) -> None:
    page = plan.parsed[name]
    text = pandoc.convert(pandoc.job(page, rendered, plan.site))
    if plan.site.html(page, "embed-resources", False):
        text = assets.self_contained(text)
    (new / html_name(name)).write_text(downloads.offered(plan, name, text, new), encoding="utf-8")


def _sheet(plan: Plan, name: str, rendered: run.Rendered, form: str, new: Path) -> None:
    sheet = paper_files.Sheet(plan.parsed[name], rendered, plan.site, plan.data)
    (new / file_name(name, form)).write_bytes(paper_files.made(sheet, form))


def _shared_files(old: Path, folder: Path) -> None:
    """Theme, script, fonts, and the chart bundle: the last site's, if it is of the same library version."""
    assets.write(folder)
    kept = old / assets.FOLDER / assets.CHARTS
    if assets.is_current_bundle(kept):
        shutil.copyfile(kept, folder / assets.CHARTS)
    else:
        (folder / assets.CHARTS).write_text(assets.charts_bundle(), encoding="utf-8")
