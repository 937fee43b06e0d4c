"""The manifest of a release: the SHA-256 of everything that goes in and comes out, under a version and a day.

Its bytes depend on the files alone, so that the same files give the same manifest anywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from icans_evidence.errors import DataError, UsageError
from icans_evidence.files.faults import shown

MANIFEST = "release.json"
FORMAT = 1
SEMANTIC = r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?"
INPUT_FOLDERS, INPUT_FILES = ("data", "analysis", "reports"), ("_quarto.yml", "_brand.yml")
RESULTS, SITE = "analysis/results.csv", "_site"
_DIGITS = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """A release: version, day of its data, and the SHA-256 of each input and output by its path in the project.

    Grading rules stand in the package and not in the project; they are named from the package's folder.
    """

    version: str
    date: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]

    @property
    def text(self) -> str:
        """The manifest as it is written."""
        parts = {
            "format": FORMAT, "version": self.version, "date": self.date, "inputs": dict(sorted(self.inputs.items())),
            "outputs": dict(sorted(self.outputs.items())),
        }  # fmt: skip
        return json.dumps(parts, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class Checked:
    """What a manifest says against what is there: files by path, and whether the site was there to be checked."""

    checked: int
    missing: list[str]
    changed: list[str]
    added: list[str]
    site_built: bool
    version: str

    @property
    def is_whole(self) -> bool:
        """Whether every file is as the manifest says and no other is there."""
        return not (self.missing or self.changed or self.added)


def version_of(root: Path) -> tuple[str, str]:
    """Version and day in data/VERSION; DataError when it is not one of each."""
    path = root / "data" / "VERSION"
    try:
        version, day = path.read_text(encoding="utf-8").split()
        return version, date.fromisoformat(day).isoformat()
    except (OSError, ValueError):
        raise DataError([f"{path} is not a version and a day, as in 0.1.0 2026-11-22"]) from None


def manifest_of(root: Path, version: str) -> Manifest:
    """The manifest of the project as it is now.

    UsageError when `version` is not semantic or not that of data/VERSION; DataError for a link or an unreadable file.
    """
    if not re.fullmatch(SEMANTIC, version):
        raise UsageError(f"{shown(version)} is no version; a version is three numbers with dots, such as 1.2.0")
    stated, day = version_of(root)
    if version != stated:
        raise UsageError(f"data/VERSION says {stated}, not {version}; release {stated} or write {version} there first")
    return Manifest(version, day, _inputs(root), _outputs(root))


def _inputs(root: Path) -> dict[str, str]:
    files = {path.relative_to(root).as_posix(): path for folder in INPUT_FOLDERS for path in _files(root / folder)}
    files |= {name: root / name for name in INPUT_FILES if (root / name).is_file()}
    package = Path(__file__).parents[2]
    files |= {f"icans_evidence/{path.relative_to(package).as_posix()}": path for path in _files(package)}
    return {name: _hash(path) for name, path in files.items() if name != RESULTS}


def _outputs(root: Path) -> dict[str, str]:
    files = [*_files(root / SITE), *([root / RESULTS] if (root / RESULTS).is_file() else [])]
    return {path.relative_to(root).as_posix(): _hash(path) for path in files}


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder but hidden ones and what a program leaves beside its source."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") or part == "__pycache__" for part in parts) or ".tmp-" in path.name:
            continue
        if path.is_symlink():
            raise DataError([f"{path} is a symbolic link; a release holds plain files only"])
        if path.is_file():
            yield path


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            digest = sha256()
            while part := file.read(1 << 20):
                digest.update(part)
    except OSError as fault:
        raise DataError([f"{path} cannot be read: {fault.strerror}"]) from None
    return digest.hexdigest()


def read_manifest(path: Path) -> Manifest:
    """A manifest as it was written; UsageError without the file, DataError when it is none."""
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}; write one with icans-evidence release") from None
    except (ValueError, RecursionError):
        raise DataError([f"{path} is not JSON"]) from None
    if not isinstance(parts, dict) or parts.get("format") != FORMAT:
        raise DataError([f"{path} is no manifest of format {FORMAT}"])
    hashes = [_hashes(parts.get(name), path, name) for name in ("inputs", "outputs")]
    return Manifest(str(parts.get("version")), str(parts.get("date")), *hashes)


def _hashes(part: Any, path: Path, name: str) -> dict[str, str]:
    hashes: dict[str, Any] = part if isinstance(part, dict) else {"": None}
    if not all(isinstance(v, str) and _DIGITS.fullmatch(v) for v in hashes.values()):
        raise DataError([f"{path}: {name} must give for each file the 64 digits of its SHA-256"])
    return hashes


def check(root: Path, manifest: Manifest) -> Checked:
    """The project held against a manifest; a site that is not built is not checked, and `site_built` says so.

    The paths of the manifest are compared with those that are there and never opened.
    """
    there = _inputs(root) | _outputs(root)
    named = {**manifest.inputs, **manifest.outputs}
    built = (root / SITE).is_dir()
    in_question = {name for name in named if built or not name.startswith(f"{SITE}/")}
    listed_site = any(name.startswith(f"{SITE}/") for name in named)
    present = {name for name in there if listed_site or not name.startswith(f"{SITE}/")}
    return Checked(
        len(in_question),
        sorted(in_question - present),
        sorted(name for name in in_question & present if there[name] != named[name]),
        sorted(present - set(named)),
        built or not listed_site,
        manifest.version,
    )
