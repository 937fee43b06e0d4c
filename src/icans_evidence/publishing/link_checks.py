"""Whether labels, references, citations and links lead somewhere; every fault with its file and line."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from icans_evidence.files.bibtex import read_references
from icans_evidence.publishing.qmd import Page, shown
from icans_evidence.publishing.scan import Found, Mention

LOCAL_LINK = re.compile(r"""<a\s[^>]*?href=["']((?![a-z]+:)[^"']+)["']""")
HTML_ID = re.compile(r"""\bid\s*=\s*["']?([^"'\s>]+)""")


def citation_keys(bibliography: Path | None) -> frozenset[str]:
    """The keys of a BibTeX file; none without a file."""
    text = bibliography.read_text(encoding="utf-8-sig", errors="replace") if bibliography else ""
    return _keys_in(text)


@lru_cache(maxsize=2)
def _keys_in(text: str) -> frozenset[str]:
    return frozenset(reference.key for reference in read_references(text))


def _fault(page: Page, mention: Mention, message: str) -> None:
    page.fault(mention.line.path, mention.line.number, message)


def check_labels(page: Page, found: Found) -> None:
    """No label is given twice on a page."""
    first: dict[str, Mention] = {}
    for mention in found.labels:
        if mention.name in first:
            line = first[mention.name].line
            place = f"{shown(line.path, page.root)}:{line.number}"
            _fault(page, mention, f"label {mention.name} is already at {place}")
        first.setdefault(mention.name, mention)


def check_references(page: Page, labels: Iterable[Mention], found: Found, keys: frozenset[str]) -> None:
    """Each reference has its label on this page, each citation its entry in the bibliography."""
    names = {mention.name for mention in labels}
    for mention in found.references:
        label = mention.name[0].lower() + mention.name[1:]
        if label not in names:
            _fault(page, mention, f"@{mention.name}: no such label on this page")
    for mention in found.citations:
        if mention.name not in keys:
            _fault(page, mention, f"@{mention.name}: no such entry in the bibliography")


def local_target(page: Page, target: str) -> tuple[str, str] | None:
    """(page below the root, anchor) that a link between pages leads to; None for any other link."""
    name, _, anchor = target.partition("#")
    if name and not name.endswith(".qmd"):
        return None
    here = shown(page.path, page.root)
    return (posixpath.normpath(posixpath.join(posixpath.dirname(here), name)) if name else here), anchor


def check_links(page: Page, found: Found, ids: Mapping[str, frozenset[str]]) -> None:
    """Links to .qmd pages and anchors lead to a page of the site and to one of its `ids`."""
    for mention in found.links:
        target = local_target(page, mention.name)
        if target is None:
            continue
        name, anchor = target
        if name not in ids:
            _fault(page, mention, f"link to {mention.name}: {name} is not a page of the site")
        elif anchor and anchor not in ids[name]:
            _fault(page, mention, f"link to {mention.name}: {name} has no anchor #{anchor}")


def dead_links(text: str, here: str, ids: Mapping[str, frozenset[str]], folder: Path) -> list[str]:
    """Local links of a page (its file name is `here`) to a file or an anchor that does not exist.

    These come from data, such as a link to a row beyond those that the audit page shows; they stop no build.
    """

    def leads_somewhere(target: str) -> bool:
        name, _, anchor = html.unescape(target).partition("#")
        known = ids.get(name or here)
        if known is None:
            return (folder / unquote(name)).is_file()
        return not anchor or anchor in known

    return [target for target in dict.fromkeys(LOCAL_LINK.findall(text)) if not leads_somewhere(target)]


def ids_in(text: str) -> frozenset[str]:
    """All ids in a page's HTML."""
    return frozenset(HTML_ID.findall(text))
