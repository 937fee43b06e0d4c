"""A project: the review that a folder holds, its evidence, vocabulary and plan.

It is made once at a door (the command line, a page, a notebook) and handed down; nobody below asks where he is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from icans_evidence.errors import UsageError

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence
    from icans_evidence.evidence.plan import Plan
    from icans_evidence.evidence.vocabulary import Vocabulary

MARKER = "_quarto.yml"
VARIABLE, DATA_VARIABLE = "ICANS_EVIDENCE_PROJECT", "ICANS_EVIDENCE_DATA"
"""Where a build tells the cells of its pages, which Quarto runs in a process of its own, whose project they are of."""
PLAN = Path("analysis", "plan.toml")
RESULTS = Path("analysis", "results.csv")


class Project:
    """The review in a folder. `Project("path")` takes the folder of a project, or its data folder.

    `root` is the folder with `data/`, `analysis/` and `reports/`; `data` the folder that holds `extracted/`, which may
    lie elsewhere; both are full paths. Evidence, vocabulary and plan are read when first asked for, and kept; DataError
    then names every fault. `vocabulary` stands in where the data folder holds none, as that of long ago. UsageError
    where the folder holds no data.
    """

    def __init__(
        self, path: str | Path = ".", *, data: str | Path | None = None, vocabulary: Vocabulary | None = None
    ) -> None:
        folder = Path(path)
        if data is None and (folder / "extracted").is_dir() and not (folder / "data" / "extracted").is_dir():
            self.root, self.named = folder.resolve().parent, folder
        else:
            self.root = folder.resolve()
            self.named = Path(data) if data is not None else folder / "data"
        if not self.named.is_dir() or not (self.named / "extracted").is_dir():
            raise UsageError(_no_data(self.named))
        self.data = self.named.resolve()
        self._spare = vocabulary

    def __repr__(self) -> str:
        return (
            f"Project({str(self.root)!r})"
            if self.data == self.root / "data"
            else (f"Project({str(self.root)!r}, data={str(self.data)!r})")
        )

    @cached_property
    def evidence(self) -> Evidence:
        """All rows of the data, read, typed and checked."""
        from icans_evidence.evidence.load import load_evidence

        evidence = load_evidence(self.named, self._spare)
        evidence.__dict__["_project"] = self
        return evidence

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The tables, outcomes and words of the review."""
        if "evidence" in self.__dict__:
            return self.evidence.vocabulary
        from icans_evidence.evidence.vocabulary_files import read_vocabulary

        return read_vocabulary(self.named)

    @cached_property
    def plan(self) -> Plan:
        """The decisions of the analysis; without `analysis/plan.toml` nothing is planned."""
        from icans_evidence.evidence.plan import Plan, read_plan

        path = self.root / PLAN
        return read_plan(path, self.vocabulary) if path.is_file() else Plan("", {}, {})

    @classmethod
    def of(cls, given: Project | Evidence | str | Path) -> Project:
        """The project itself, the project around the folder that evidence was read from, or the one at a path."""
        if isinstance(given, Project):
            return given
        if isinstance(given, str | Path):
            return cls(given)
        kept: Project | None = given.__dict__.get("_project")
        if kept is None:
            kept = cls(given.root.parent, data=given.root)
            kept.__dict__["evidence"] = given
            given.__dict__["_project"] = kept
        return kept


def _no_data(folder: Path) -> str:
    if not folder.is_dir():
        return f'"{folder}" is not a folder; name the folder that holds extracted/'
    return f'"{folder}" does not hold a folder extracted/; name the folder that does'


def project_here(start: Path | None = None) -> Path:
    """For the doors alone: the folder of the project in force. It is the one that ICANS_EVIDENCE_PROJECT names, else
    the nearest folder with `_quarto.yml` at or above the working folder; with `start`, the nearest at or above that.

    UsageError when there is none.
    """
    named = os.environ.get(VARIABLE)
    if named and start is None:
        return named_project(Path(named))
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / MARKER).is_file():
            return folder
    raise UsageError(f"no {MARKER} in {here} or a folder above it; run inside the project, or name it with --project")


def project_in_force() -> Project:
    """For the doors alone: the project here, with the data folder that a build names."""
    root = project_here()
    return Project(root, data=os.environ.get(DATA_VARIABLE) or root / "data")


def named_project(folder: Path) -> Path:
    """`folder` itself as a project, by its full path; UsageError where it is none. No folder above it is taken."""
    if not folder.is_dir():
        raise UsageError(f'project "{folder}" is no folder; `icans-evidence new {folder}` makes one')
    if not (folder / MARKER).is_file():
        raise UsageError(f'"{folder}" is no project, it holds no {MARKER}; `icans-evidence new` makes one')
    return folder.resolve()


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Makes `folder` the project in force, for this process and those it starts, until the block ends."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(named_project(folder))
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
