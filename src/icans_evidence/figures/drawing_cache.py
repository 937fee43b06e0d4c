"""Drawings and files kept from one build to the next, each under the fingerprint of all that it is made from.

Only the build keeps things, in a folder of the site; anywhere else, and with other code or libraries, all is made anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

from icans_evidence.files.writing import write_whole

VARIABLE = "ICANS_EVIDENCE_KEPT"
"""Where a build tells the cells that Quarto runs in a process of its own which folder keeps things."""
NAME = ".kept"
MOST = 600
"""Things carried on to the next build, those used last before the others."""


_kept: list[Path | None] = [None]


def keep_in(folder: str | Path | None) -> None:
    """From here on things are kept in `folder`, which is named after the code and libraries that make them; None for
    nowhere. Said by the doors alone: the build, and a page that Quarto runs."""
    _kept[0] = Path(folder) if folder else None


def made(kind: str, material: str, make: Callable[[], bytes]) -> bytes:
    """What `make` gives for `material`, or what an earlier build kept of it; `kind` parts things of one material."""
    if _kept[0] is None:
        return make()
    path = _kept[0] / hashlib.sha256("\0".join((kind, material)).encode()).hexdigest()
    if (found := _read(path)) is not None:
        os.utime(path)
        return found
    new = make()
    write_whole(path, hashlib.sha256(new).digest() + zlib.compress(new, 1), durable=False)
    return new


def _read(path: Path) -> bytes | None:
    """What a file keeps; None where there is none or where it is no longer as it was written."""
    try:
        told = path.read_bytes()
        found = zlib.decompress(told[32:])
    except (OSError, zlib.error):
        return None
    return found if hashlib.sha256(found).digest() == told[:32] else None


def carried(old: Path, new: Path) -> None:
    """Makes the folder `new` with the things used last in the folder `old`, if there is one."""
    new.mkdir(parents=True)
    if not old.is_dir():
        return
    files = sorted(old.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in files[:MOST]:
        try:
            os.link(path, new / path.name)
        except OSError:
            shutil.copy2(path, new / path.name)
