"""The embedded engine: cells run here one page after the other, while pandoc works beside them.

At most two pandoc processes run at once; pages are written in the site's order.
"""

from __future__ import annotations

import contextlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from icans_evidence.publishing import assets, checks, pandoc, run, scan
from icans_evidence.publishing.plan import Plan, html_name


def make(plan: Plan, new: Path) -> None:
    """All pages and shared files into the folder `new`; raises what the pages' code and pandoc raise."""
    folder = new / Path(plan.site.pages[0]).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name in plan.kept:
        shutil.copyfile(plan.out / html_name(name), new / html_name(name))
    with ThreadPoolExecutor(max_workers=2) as pool:
        try:
            shared = pool.submit(_shared_files, plan.out / folder.relative_to(new), folder / assets.FOLDER)
            made = [(name, pool.submit(pandoc.convert, _ready(plan, name))) for name in plan.fresh]
            for name, page in made:
                _write(plan, name, page.result(), new)
            shared.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _ready(plan: Plan, name: str) -> pandoc.Job:
    """Runs one page's cells and checks what their Markdown refers to."""
    page = plan.parsed[name]
    plan.say(f"{plan.fresh.index(name) + 1}/{len(plan.fresh)} {name}")
    with contextlib.chdir(page.path.parent):
        rendered = run.run(page, plan.site.echo)
    labels = scan.scan(page).labels
    checks.check_references(page, labels, rendered.found, checks.citation_keys(plan.site.bibliography))
    plan.raise_faults()
    return pandoc.job(page, rendered, plan.site)


def _write(plan: Plan, name: str, text: str, new: Path) -> None:
    if plan.site.html(plan.parsed[name], "embed-resources", False):
        text = assets.self_contained(text)
    (new / html_name(name)).write_text(text, encoding="utf-8")


def _shared_files(old: Path, folder: Path) -> None:
    """Theme, script, fonts, and the chart bundle: the last site's, if it is of the same library version."""
    assets.write(folder)
    kept = old / assets.FOLDER / assets.CHARTS
    if assets.is_current_bundle(kept):
        shutil.copyfile(kept, folder / assets.CHARTS)
    else:
        (folder / assets.CHARTS).write_text(assets.charts_bundle(), encoding="utf-8")
