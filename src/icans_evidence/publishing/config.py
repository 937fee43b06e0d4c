"""`_quarto.yml` as both engines read it: pages in order, titles, navigation, options with their defaults.

Options not in `features.IN_USE` are faults with their line; a page's own option wins over the site's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from icans_evidence.errors import DataError, UsageError
from icans_evidence.publishing import marked_yaml
from icans_evidence.publishing.features import refusal
from icans_evidence.publishing.qmd import Page

CONFIG = "_quarto.yml"


@dataclass(frozen=True)
class Site:
    """The site's settings; `pages` are paths below `root` in the order of `project: render:`."""

    root: Path
    pages: tuple[str, ...]
    output: str
    title: str
    lang: str
    bibliography: Path | None
    csl: Path | None
    link_citations: bool
    echo: bool
    options: dict[str, Any] = field(default_factory=dict)
    resources: tuple[str, ...] = ()
    reference_doc: Path | None = None
    typst: dict[str, Any] = field(default_factory=dict)

    def html(self, page: Page, name: str, default: Any) -> Any:
        """An HTML option: the page's, else the site's, else `default`."""
        return page.option(name, self.options.get(name, default))


def load(root: Path) -> Site:
    """The settings of the project at `root`. Raises `DataError` with every fault of `_quarto.yml`."""
    try:
        values, lines = marked_yaml.load((root / CONFIG).read_text(encoding="utf-8-sig"))
    except marked_yaml.YamlFault as fault:
        raise DataError([f"{CONFIG}:{fault.line} {fault}"]) from fault
    except OSError as error:
        raise UsageError(f"{CONFIG} cannot be read: {error}") from error
    refusals = ((line, refusal("site option", key)) for key, line in lines.items())
    faults = [f"{CONFIG}:{line} {wrong}" for line, wrong in refusals if wrong]
    pages = _pages(root, values, lines, faults)
    formats = values.get("format") or {}
    options = formats.get("html")
    options = options if isinstance(options, dict) else {}
    typst = formats.get("typst")
    _check_links(values, pages, lines, faults)
    paths = {name: _path(root, values, name, lines, faults) for name in ("bibliography", "csl")}
    reference = _reference_doc(root, formats.get("docx"), lines, faults)
    if faults:
        raise DataError(faults)
    website = values.get("website") or {}
    return Site(
        root=root,
        pages=tuple(pages),
        output=str((values.get("project") or {}).get("output-dir", "_site")),
        title=str(website.get("title", "")),
        lang=str(values.get("lang", "en")),
        bibliography=paths["bibliography"],
        csl=paths["csl"],
        link_citations=bool(values.get("link-citations", True)),
        echo=bool((values.get("execute") or {}).get("echo", True)),
        options=options,
        reference_doc=reference,
        typst=typst if isinstance(typst, dict) else {},
        resources=tuple(str(name).removeprefix("/") for name in (values.get("project") or {}).get("resources") or []),
    )


def _pages(root: Path, values: dict[str, Any], lines: dict[str, int], faults: list[str]) -> list[str]:
    line = lines.get("project.render", 1)
    found: list[str] = []
    for pattern in (values.get("project") or {}).get("render") or []:
        matches = sorted(path.relative_to(root).as_posix() for path in root.glob(str(pattern)))
        matches = [name for name in matches if not Path(name).name.startswith("_")]
        if not matches:
            faults.append(f'{CONFIG}:{line} project.render: no page "{pattern}"')
        found += [name for name in matches if name not in found]
    folders = {Path(name).parent for name in found}
    if not found:
        faults.append(f"{CONFIG}:{line} project.render names no page")
    elif len(folders) > 1:
        faults.append(f"{CONFIG}:{line} project.render: all pages stand in one folder")
    return found


def _check_links(values: dict[str, Any], pages: list[str], lines: dict[str, int], faults: list[str]) -> None:
    navbar = (values.get("website") or {}).get("navbar") or {}
    for item in navbar.get("left") or []:
        if item.get("href") not in pages:
            line, target = lines.get("website.navbar.left", 1), item.get("href", "")
            faults.append(f'{CONFIG}:{line} navbar "{item.get("text", "")}" leads to "{target}", which is not rendered')


def _path(root: Path, values: dict[str, Any], name: str, lines: dict[str, int], faults: list[str]) -> Path | None:
    if name not in values:
        return None
    path = root / str(values[name])
    if not path.is_file():
        faults.append(f'{CONFIG}:{lines[name]} {name}: there is no file "{values[name]}"')
    return path


def _reference_doc(root: Path, options: Any, lines: dict[str, int], faults: list[str]) -> Path | None:
    """The Word document whose styles the site's Word files take; None for the theme's."""
    name = options.get("reference-doc") if isinstance(options, dict) else None
    if name is None:
        return None
    path = root / str(name)
    if not path.is_file():
        faults.append(f'{CONFIG}:{lines["format.docx.reference-doc"]} reference-doc: there is no file "{name}"')
    return path
