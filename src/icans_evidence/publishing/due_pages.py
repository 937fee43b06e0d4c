"""Which pages of a site have to be made, told from stamps and from the files of the last build.

Nothing is decided from times of files, only from what is in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from icans_evidence.errors import DataError, UsageError
from icans_evidence.publishing import config, qmd, stamps
from icans_evidence.publishing.formats import file_name


@dataclass(frozen=True)
class Plan:
    """A build to be done: `fresh` pages are made, the others taken over from the site at `out`.

    A page among the fresh for which `given` holds a stamp is made only if its cells no longer give what has that stamp.
    """

    site: config.Site
    data: Path
    out: Path
    engine: str
    stamps: dict[str, dict[str, str]]
    parsed: dict[str, qmd.Page]
    fresh: tuple[str, ...]
    say: Callable[[str], None]
    formats: tuple[str, ...] = ("html",)
    given: dict[str, str] = field(default_factory=dict)

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
    return file_name(page, "html")


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


def plan(
    site: config.Site, data: Path, out: Path, engine: str, formats: tuple[str, ...], say: Callable[[str], None]
) -> Plan:
    """Parses all pages and compares their stamps with those kept at `out`."""
    parsed = {name: qmd.read(site.root / name, site.root) for name in site.pages}
    cited = [path for path in (site.bibliography, site.csl, site.reference_doc) if path]
    common, read = stamps.common(site.root, data, " ".join((engine, *formats)), cited), stamps.inputs(site.root, data)
    marks = {name: {"page": _stamp(page, common), "inputs": read} for name, page in parsed.items()}
    old = stamps.read(out)
    intact = _intact(site, out, formats, old.get("outputs", {}))
    before = {name: kept for name, kept in old.get("pages", {}).items() if isinstance(kept, dict)}
    same = [name for name in site.pages if name in intact and before.get(name, {}).get("page") == marks[name]["page"]]
    given = {name: before[name].get("given", "") for name in same if before[name].get("inputs") != read}
    fresh = tuple(name for name in site.pages if name not in same or name in given)
    marks |= {name: before[name] for name in same if name not in given}
    if engine == "quarto" and fresh:
        fresh, given = site.pages, {}
    return Plan(site, data, out, engine, marks, parsed, fresh, say, formats, given)


def _stamp(page: qmd.Page, common: str) -> str:
    sources = [path for path in page.sources if path.is_file()]
    return stamps.digest(common.encode(), stamps.of_files(sources, page.root).encode())


def _intact(site: config.Site, out: Path, formats: tuple[str, ...], old: dict[str, str]) -> set[str]:
    """Pages whose every format is still as the last build left it."""

    def as_left(name: str) -> bool:
        path = out / name
        return path.is_file() and stamps.digest(path.read_bytes()) == old.get(name)

    return {page for page in site.pages if all(as_left(file_name(page, name)) for name in formats)}


def whole(out: Path, pages: tuple[str, ...]) -> bool:
    """Whether the site at `out` was made from just these pages and each of its files is as its build left it."""
    old = stamps.read(out)
    return set(old.get("pages", {})) == set(pages) and old.get("outputs") == stamps.outputs(out)
