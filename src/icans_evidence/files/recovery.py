"""Several files of the data replaced together: what a crash left half done is finished by whoever reads the data next.

A folder that bears the deciding name holds whole new files and their list; moving them is repeated until all are moved.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from icans_evidence.errors import DataError
from icans_evidence.files.writing import mode_of, sync

DECIDED = ".import.tmp-decided"
DONE = ".import.tmp-new-done"
"""Names in the data folder: of new files that are to take their places, and of the emptied folder to be swept."""
LIST = "files.json"


@contextmanager
def locked(folder: Path, *, wait: bool) -> Iterator[None]:
    """Hold a folder while files in it are replaced; BlockingIOError while another holds it, unless one is to wait."""
    import fcntl  # here, since data can be read where this module is not known

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(handle)


def heal(folder: Path) -> list[str]:
    """Finish an import that was cut off, for a reader of the data; the files that it brought to their new content.

    One that is writing at this moment is waited for. DataError where files are half replaced and cannot be written.
    """
    if not (folder / DECIDED).is_dir():
        return []
    with locked(folder, wait=True):
        return finish(folder)


def finish(folder: Path) -> list[str]:
    """Bring a decided replacement to its end and name its files; nothing to do is an empty list. Needs the lock."""
    decided = folder / DECIDED
    if not decided.is_dir():
        return []
    try:
        names: list[str] = json.loads((decided / LIST).read_text(encoding="utf-8"))
        for number, name in enumerate(names):
            source, target = decided / str(number), folder / name
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                source.chmod(mode_of(target))
                source.replace(target)
        for parent in {(folder / name).parent for name in names}:
            sync(parent)
        shutil.rmtree(folder / DONE, ignore_errors=True)
        decided.rename(folder / DONE)  # in one step, so that a list half deleted is never read
    except OSError as fault:
        said = "an import was cut off between two files and cannot be finished here"
        raise DataError([f"{decided}: {said}: {fault.strerror}; read the data where they can be written"]) from None
    shutil.rmtree(folder / DONE, ignore_errors=True)
    return names
