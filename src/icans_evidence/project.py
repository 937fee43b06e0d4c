"""Where a project is: the folder named by `--project`, else the nearest one with `_quarto.yml`, from here upwards.

The name is handed on in the variable ICANS_EVIDENCE_PROJECT, so that the cells of a page work in the same project.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from icans_evidence.errors import UsageError

MARKER = "_quarto.yml"
VARIABLE = "ICANS_EVIDENCE_PROJECT"


def project_root(start: Path | None = None) -> Path:
    """The project in force: the folder that ICANS_EVIDENCE_PROJECT names, else the nearest folder with `_quarto.yml`
    at or above the working folder; with `start`, the nearest at or above `start` whatever is in force.

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
