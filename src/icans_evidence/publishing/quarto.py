"""Quarto itself as the engine, where it is on PATH.

It is run on the project as it stands; only its output folder and its Python are set from here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from icans_evidence.errors import UserError


class QuartoError(UserError):
    """Quarto is absent or failed; the message carries the end of what it said."""


def executable() -> str | None:
    """Path of `quarto`, or None where it is not installed."""
    return shutil.which("quarto")


def render(root: Path, out: Path) -> None:
    """Renders the website at `root` into the folder `out`. Raises `QuartoError`."""
    program = executable()
    if program is None:
        raise QuartoError("quarto is not on PATH; use --engine pandoc, or install Quarto 1.10")
    command = [program, "render", str(root), "--to", "html", "--output-dir", os.path.relpath(out, root)]
    settings = os.environ | {"QUARTO_PYTHON": sys.executable}
    done = subprocess.run(command, env=settings, capture_output=True, check=False, cwd=root)
    if done.returncode:
        words = (done.stdout + done.stderr).decode(errors="replace").strip().splitlines()
        raise QuartoError("\n".join(["quarto render failed:", *words[-20:]]))
