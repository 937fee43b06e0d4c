"""Fingerprints that tell whether a page, and a whole site, is still what a build would make.

A page's stamps are three: of its source with what frames all pages, of what its cells may read, and of what its cells
gave; the last decides where only the second has changed. The site's own files are fingerprinted too, so that a touched
site is rebuilt.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from icans_evidence.figures import drawing_cache

NAME = ".stamps.json"
LIBRARIES = (
    *("altair", "great-tables", "numpy", "pandera", "polars", "pypandoc_binary", "pyyaml", "scipy"),
    *("vl-convert-python", "narwhals", "typst", "xlsxwriter"),
)
FRAME = ("_quarto.yml", "_brand.yml")
INPUTS = ("analysis", "data", "tests/spec", "CHANGELOG.md", "GLOSSARY.md")
PACKAGE = Path(__file__).parent.parent


def digest(*parts: bytes) -> str:
    """One fingerprint of several byte strings; lengths keep neighbours apart."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()


def files_below(folder: Path) -> list[Path]:
    """Every file at or below `folder`, sorted; caches and hidden files left out."""
    if folder.is_file():
        return [folder]
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(
        path
        for path in found
        if not any(part == "__pycache__" or part.startswith(".") for part in path.relative_to(folder).parts)
    )


def of_files(paths: Iterable[Path], root: Path) -> str:
    """Fingerprint of names (below `root` where they are) and contents."""
    parts: list[bytes] = []
    for path in paths:
        name = path.relative_to(root) if path.is_relative_to(root) else path
        parts += [name.as_posix().encode(), path.read_bytes()]
    return digest(*parts)


def versions() -> dict[str, str]:
    """Python's version and that of each library a page's bytes depend on ("absent" where not installed)."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def common(root: Path, data: Path, engine: str, cited: Iterable[Path] = ()) -> str:
    """What frames all pages: settings, our own code, library versions, the engine, the data's date, `cited` files."""
    frame = [root / name for name in FRAME if (root / name).exists()]
    dated = [path for path in (data / "VERSION",) if path.is_file()]
    return digest(*(part.encode() for part in (of_files([*frame, *dated, *cited], root), code(), engine)))


@cache
def code() -> str:
    """Fingerprint of our own code and of the libraries that it uses."""
    return digest(of_files(files_below(PACKAGE), PACKAGE).encode(), json.dumps(versions()).encode())


def inputs(root: Path, data: Path) -> str:
    """What cells may read: data, decisions, cases. A page is made again only where what its cells give is another."""
    paths = [path for name in INPUTS if (root / name).exists() for path in files_below(root / name)]
    if data != root / "data":
        paths += files_below(data)
    return of_files(paths, root)


def outputs(site: Path) -> dict[str, str]:
    """Fingerprint of every file of a built site, by its name in the site."""
    return {
        path.relative_to(site).as_posix(): digest(path.read_bytes())
        for path in sorted(site.rglob("*"))
        if path.is_file() and path.name != NAME and drawing_cache.NAME not in path.relative_to(site).parts
    }


def read(site: Path) -> dict[str, Any]:
    """The stamps kept in a site, empty if there are none or they cannot be read."""
    try:
        found = json.loads((site / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(site: Path, pages: dict[str, dict[str, str]], engine: str) -> None:
    """Keeps the pages' stamps and the fingerprints of all files in the site."""
    kept = {"engine": engine, "pages": pages, "outputs": outputs(site)}
    (site / NAME).write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
