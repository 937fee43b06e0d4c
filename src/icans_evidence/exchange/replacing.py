"""Several files replaced together: all of them or none, also after a crash in between.

What is to be written is first written whole beside the files; renaming one folder decides, and the next import finishes
one that was cut off.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from icans_evidence.errors import DataError, UsageError

_DECIDED = ".import.tmp-decided"
_PREPARED = ".import.tmp-new-"
_LIST = "files.json"


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder while files in it are read and replaced; UsageError while another import holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"another import into {folder} is running; nothing was changed") from None
        for left in folder.glob(f"{_PREPARED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(handle)


def replace_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Replace files below `folder` (relative name → bytes) together; UsageError where it cannot be written.

    Until the rename of the prepared folder nothing has changed; from then on `finish` brings every file to its new
    content, at once or when the next import begins.
    """
    try:
        prepared = Path(tempfile.mkdtemp(prefix=_PREPARED, dir=folder))
    except OSError as fault:
        raise UsageError(f"{folder} cannot be written: {fault.strerror}; nothing was changed") from None
    try:
        for number, content in enumerate(contents.values()):
            _write(prepared / str(number), content)
        _write(prepared / _LIST, json.dumps(list(contents)).encode())
        _sync(prepared)
        prepared.rename(folder / _DECIDED)
    except OSError as fault:
        raise UsageError(f"{folder} cannot be written: {fault.strerror}; nothing was changed") from None
    finally:
        shutil.rmtree(prepared, ignore_errors=True)
    finish(folder)


def finish(folder: Path) -> list[str]:
    """Bring a decided replacement to its end and name its files; nothing to do is an empty list."""
    decided = folder / _DECIDED
    if not decided.is_dir():
        return []
    try:
        names: list[str] = json.loads((decided / _LIST).read_text(encoding="utf-8"))
        for number, name in enumerate(names):
            source, target = decided / str(number), folder / name
            if source.exists():
                if target.exists():
                    shutil.copymode(target, source)
                source.replace(target)
        for parent in {(folder / name).parent for name in names}:
            _sync(parent)
    except OSError as fault:
        said = f"{decided}: an import could not be finished ({fault.strerror}); run import again to finish it"
        raise DataError([said]) from None
    shutil.rmtree(decided)
    return names


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o644)


def _sync(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system knows that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
