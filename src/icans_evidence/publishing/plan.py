"""Which pages of a site have to be made, told from stamps and from the files of the last build.

Nothing is decided from times of files, only from what is in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from icans_evidence.errors import DataError, UsageError
from icans_evidence.publishing import config, qmd, stamps


@dataclass(frozen=True)
class Plan:
    """A build to be done: `fresh` pages are made, the others taken over from the site at `out`."""

    site: config.Site
    data: Path
    out: Path
    engine: str
    stamps: dict[str, str]
    parsed: dict[str, qmd.Page]
    fresh: tuple[str, ...]
    say: Callable[[str], None]

    @property
    def kept(self) -> tuple[str, ...]:
        """Pages that nothing has changed, in the site's order."""
        return tuple(name for name in self.site.pages if name not in self.fresh)

    def raise_faults(self) -> None:
        """Raises `DataError` with the faults of all pages, if there are any."""
        if faults := [fault for page in self.parsed.values() for fault in page.faults]:
            raise DataError(list(dict.fromkeys(faults)))


def html_name(page: str) -> str:
    """Where a page's HTML stands in the site."""
    return Path(page).with_suffix(".html").as_posix()


def check_folders(site: config.Site, data: Path, out: Path) -> None:
    """The output may be new, empty, a site of ours or the project's own output folder; else `UsageError`."""
    if not data.is_dir():
        raise UsageError(f"data folder {data} does not exist")
    if out.exists() and not out.is_dir():
        raise UsageError(f"output {out} is a file; name a folder")
    if any(folder == out or folder.is_relative_to(out) for folder in (site.root, data)):
        raise UsageError(f"output {out} holds the project or its data; name another folder")
    own = out == site.root / site.output or (out / stamps.NAME).is_file()
    if out.is_dir() and not own and any(out.iterdir()):
        raise UsageError(f"output {out} is not empty and no site made by this command; name another folder")


def plan(site: config.Site, data: Path, out: Path, engine: str, say: Callable[[str], None]) -> Plan:
    """Parses all pages and compares their stamps with those kept at `out`."""
    parsed = {name: qmd.read(site.root / name, site.root) for name in site.pages}
    common = stamps.common(site.root, data, engine)
    marks = {name: _stamp(page, common) for name, page in parsed.items()}
    old = stamps.read(out)
    intact = _intact(site, out, old.get("outputs", {}))
    kept_marks = old.get("pages", {})
    fresh = tuple(name for name in site.pages if kept_marks.get(name) != marks[name] or name not in intact)
    if engine == "quarto" and fresh:
        fresh = site.pages
    return Plan(site, data, out, engine, marks, parsed, fresh, say)


def _stamp(page: qmd.Page, common: str) -> str:
    sources = [path for path in page.sources if path.is_file()]
    return stamps.digest(common.encode(), stamps.of_files(sources, page.root).encode())


def _intact(site: config.Site, out: Path, old: dict[str, str]) -> set[str]:
    """Pages whose HTML is still as the last build left it."""
    names = {name: html_name(name) for name in site.pages}
    return {
        name
        for name, page in names.items()
        if (out / page).is_file() and stamps.digest((out / page).read_bytes()) == old.get(page)
    }


def whole(out: Path, pages: tuple[str, ...]) -> bool:
    """Whether the site at `out` was made from just these pages and each of its files is as its build left it."""
    old = stamps.read(out)
    return set(old.get("pages", {})) == set(pages) and old.get("outputs") == stamps.outputs(out)
