"""A state of the data: a folder, or a git revision read into a folder that is thrown away.

Nothing is written where the project is: neither its files nor its index nor its branches are touched.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from icans_evidence.errors import UsageError
from icans_evidence.files.faults import shown
from icans_evidence.project import MARKER

PARTS = ("data", "analysis/results.csv")
NOT_READ = "data/extraction_passes/"
"""What is read of a revision, and what of that is left out."""
_PLAIN_FILES = ("100644", "100755")


@dataclass(frozen=True)
class State:
    """A state by the name its reader gave it: the folder that holds extracted/, and its results if they are there."""

    name: str
    data: Path
    results: Path | None


@contextmanager
def state_of(name: str | None, root: Path | None) -> Iterator[State]:
    """The state that a name stands for: a folder of a project or of data, a git revision, or None for the working tree.

    `root` is the project whose working tree and revisions are meant, None outside one. A name that is both a folder and
    a revision is the folder. UsageError for a name that is neither.
    """
    if name is None:
        if root is None:
            raise UsageError("the working tree is that of a project; run inside one, or name it with --project")
        yield _in_folder("the working tree", root)
    elif name and Path(name).is_dir():
        yield _in_folder(name, Path(name))
    else:
        with tempfile.TemporaryDirectory(prefix="icans-evidence-") as made:
            _read_revision(name, root, Path(made))
            yield _in_folder(name, Path(made))


def _in_folder(name: str, folder: Path) -> State:
    data = next((part for part in (folder / "data", folder) if (part / "extracted").is_dir()), None)
    if data is None:
        raise UsageError(f"{shown(name)} holds neither data/extracted/ nor extracted/; name a project or its data")
    beside = data.resolve().parent
    results = beside / "analysis" / "results.csv"
    of_project = data != folder or (beside / MARKER).is_file()
    return State(name, data, results if of_project and results.is_file() else None)


def _read_revision(name: str, root: Path | None, into: Path) -> None:
    """Write the files of a revision that matter under `into`; links and what is not a plain file are left out."""
    if root is None:
        raise UsageError(f"{shown(name)} is no folder, and git revisions are read inside a project only")
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if commit is None:
        raise UsageError(f"{shown(name)} is neither a folder nor a revision that git knows here")
    revision = commit.decode().strip()
    listed = _git(root, "ls-tree", "-r", "-z", revision, "--", *PARTS) or b""
    for entry in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
        about, _, path = entry.partition("\t")
        mode, _, blob = about.split(" ")
        target = into / path
        if mode in _PLAIN_FILES and not path.startswith(NOT_READ) and target.resolve().is_relative_to(into.resolve()):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_git(root, "cat-file", "blob", blob) or b"")


def _git(root: Path, *words: str) -> bytes | None:
    """What git prints; None where it fails. UsageError without git."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=False)
    except (OSError, ValueError):
        raise UsageError("git cannot be run here; name folders instead of revisions") from None
    return done.stdout if done.returncode == 0 else None
