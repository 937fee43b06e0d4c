"""What a project says of itself: its title, and the licence of its data.

A licence is named only where the project names it; nobody's data are put under ours.
"""

from __future__ import annotations

import re
from pathlib import Path

from icans_evidence.project import MARKER

_TITLE = re.compile(r'^website:\n(?:[ #].*\n)*?  title: *"?(.*?)"? *$', re.MULTILINE)
LICENCES = {
    "CC BY 4.0": {
        "name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "CC BY-SA 4.0": {
        "name": "CC-BY-SA-4.0", "title": "Creative Commons Attribution Share-Alike 4.0",
        "path": "https://creativecommons.org/licenses/by-sa/4.0/",
    },
    "CC0 1.0": {
        "name": "CC0-1.0", "title": "CC0 1.0 Universal", "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    },
}  # fmt: skip
"""Words that the data's README may name its licence by → the licence as data packages name it."""


def title_of(project: Path) -> str:
    """The title of a project's site, the name of its folder where it has none."""
    path = project / MARKER
    found = _TITLE.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    return found.group(1).replace('\\"', '"') if found else project.resolve().name


def licence_words(data: Path) -> str:
    """How the section "Licence" of the data's README names a licence that we know; empty where it names none."""
    readme = data / "README.md"
    words = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    section = " ".join(words.partition("\n## Licence\n")[2].partition("\n## ")[0].split())
    return next((name for name in LICENCES if name in section), "")


def licence_of(data: Path) -> dict[str, str] | None:
    """That licence as data packages name it; None where there is none."""
    return LICENCES.get(licence_words(data))
