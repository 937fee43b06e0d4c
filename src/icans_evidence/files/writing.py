"""One file written whole or not at all: after any error, a full disk or Ctrl-C, what stood there stands there still.

The new bytes are on the disk before they take the name of the old ones; nothing unfinished is left behind.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from icans_evidence.errors import UsageError

DRAFT = ".tmp-"
"""How the name of an unfinished file begins, beside the file that it is to replace."""


def write_whole(path: Path, content: bytes | str, *, parents: bool = False, durable: bool = True) -> None:
    """Put `content` (text as UTF-8, its line ends as they are) into the file `path`, whole or not at all.

    A file that is there keeps its mode. `parents` makes the folders above; `durable` waits for the disk. UsageError
    where it cannot be written, and for a folder, a symbolic link or a device, which are never replaced.
    """
    with whole_file(path, parents=parents, durable=durable) as draft:
        draft.write_bytes(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def whole_file(path: Path, *, parents: bool = False, durable: bool = True) -> Iterator[Path]:
    """An empty file with the suffix of `path` that takes its place when the block ends without an error.

    For content that is written by parts; see `write_whole`.
    """
    try:
        check_replaceable(path)
        if parents:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=DRAFT, suffix=path.suffix, dir=path.parent)
        os.close(handle)
        draft = Path(name)
        try:
            yield draft
            put(draft, path, durable=durable)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as fault:
        raise UsageError(f"{path} cannot be written: {fault.strerror or fault}") from None


def put(draft: Path, path: Path, *, durable: bool = True) -> None:
    """Give a finished file the place and the mode of `path`, in one step; OSError where that cannot be."""
    draft.chmod(mode_of(path))
    if durable:
        sync(draft)
    draft.replace(path)
    if durable:
        sync(path.parent)


def mode_of(path: Path) -> int:
    """The mode of a file, or that which a new file gets."""
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk; a folder only where the system knows that."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        if path.is_dir():
            return
        raise
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_replaceable(path: Path) -> None:
    """UsageError for what is no plain file; OSError for one that may not be written."""
    if path.is_symlink():
        raise UsageError(f"{path} is a symbolic link; name the file itself")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file")
    if path.exists():
        if not path.is_file():
            raise UsageError(f"{path} is no plain file; name another")
        if not os.access(path, os.W_OK):
            raise PermissionError(13, "Permission denied")
