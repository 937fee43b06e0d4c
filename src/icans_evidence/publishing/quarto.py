"""Quarto itself as the engine, where it is on PATH and this Python has the kernel that it runs cells in.

It is run on the project as it stands; only its output folder, its Python and the date of its files are set from here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from icans_evidence.errors import UserError
from icans_evidence.publishing import paper_files, word
from icans_evidence.publishing.formats import FORMATS

KERNEL = ("jupyter_core", "nbformat", "nbclient", "ipykernel")


class QuartoError(UserError):
    """Quarto is absent or failed; the message carries the end of what it said."""


def executable() -> str | None:
    """Path of `quarto`, or None where it is not installed."""
    return shutil.which("quarto")


def has_kernel() -> bool:
    """Whether this Python has what Quarto needs to run cells."""
    return all(find_spec(name) for name in KERNEL)


def obstacle() -> str | None:
    """Why Quarto cannot be the engine here, or None where it can."""
    if executable() is None:
        return "quarto is not on PATH"
    if not has_kernel():
        return "quarto needs Jupyter beside this package: pip install 'icans-evidence[quarto]'"
    return None


def render(root: Path, data: Path, out: Path, formats: tuple[str, ...] = ("html",)) -> None:
    """Renders the website at `root`, dated by `data`, into the folder `out`, a format at a time. Raises `QuartoError`.

    Word files get what pandoc leaves out of them, as those of the embedded engine do.
    """
    for name in formats:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.tmp-") as folder:
            _render(root, Path(folder), FORMATS[name].writer, paper_files.moment_of(data))
            if name == "html":
                shutil.copytree(folder, out, dirs_exist_ok=True)  # for Quarto empties its output folder
                continue
            for made in sorted(Path(folder).rglob(f"*{FORMATS[name].suffix}")):
                written = made.read_bytes()
                (out / made.relative_to(folder)).write_bytes(word.finished(written) if name == "docx" else written)


def _render(root: Path, out: Path, writer: str, moment: int) -> None:
    program = executable()
    if program is None:
        raise QuartoError("quarto is not on PATH; use --engine pandoc, or install Quarto 1.10")
    command = [program, "render", str(root), "--to", writer, "--output-dir", os.path.relpath(out, root)]
    settings = os.environ | {"QUARTO_PYTHON": sys.executable, "SOURCE_DATE_EPOCH": str(moment)}
    done = subprocess.run(command, env=settings, capture_output=True, check=False, cwd=root)
    if done.returncode:
        words = (done.stdout + done.stderr).decode(errors="replace").strip().splitlines()
        raise QuartoError("\n".join(["quarto render failed:", *words[-20:]]))
    (out / "search.json").unlink(missing_ok=True)  # written though the site has no search
