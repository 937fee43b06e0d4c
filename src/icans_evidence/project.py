"""Where a project is: the nearest folder with `_quarto.yml`, from here upwards."""

from __future__ import annotations

from pathlib import Path

from icans_evidence.errors import UsageError

MARKER = "_quarto.yml"


def project_root(start: Path | None = None) -> Path:
    """The nearest folder at or above `start` (the working folder unless given) that holds `_quarto.yml`.

    UsageError when there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / MARKER).is_file():
            return folder
    raise UsageError(f"no {MARKER} in {here} or a folder above it; run inside the project")
