"""A folder replaced whole or not at all, by one build at a time.

Whatever happens before the exchange leaves the old folder as it was; what a killed build
left is swept by the next.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from icans_evidence.errors import UsageError

AT_FDCWD, RENAME_EXCHANGE = -100, 2
NOT_SUPPORTED = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM)


@contextlib.contextmanager
def exclusive(out: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the lock beside `out`; calls `waiting` once if another build holds it, then waits.

    Raises `UsageError` where nothing can be written beside `out`.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        file = (out.parent / f".{out.name}.lock").open("w")
    except OSError as error:
        raise UsageError(f"output {out} cannot be written: {error.strerror}") from error
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sweep(out: Path) -> None:
    """Mends what a killed build left beside `out`; call it only while holding the lock."""
    before = _before(out)
    if before.exists() and not out.exists():
        before.rename(out)
    for left in (*out.parent.glob(f".{out.name}.tmp-*"), before):
        shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def replaced_folder(out: Path) -> Iterator[Path]:
    """A new empty folder beside `out` that takes its place when the block ends without an error."""
    new = Path(tempfile.mkdtemp(prefix=f".{out.name}.tmp-", dir=out.parent))
    new.chmod(0o755)
    try:
        yield new
        exchange(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def exchange(new: Path, out: Path) -> None:
    """Puts `new` where `out` is, in one step where the system can; the old folder may be left at `new`."""
    if not out.exists():
        new.rename(out)
    elif not _exchange_in_one_step(new, out):
        before = _before(out)
        out.rename(before)
        new.rename(out)
        shutil.rmtree(before, ignore_errors=True)


def _before(out: Path) -> Path:
    """Where the old folder stands for a moment when it cannot be exchanged in one step."""
    return out.parent / f".{out.name}.tmp-before"


def _exchange_in_one_step(new: Path, out: Path) -> bool:
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(AT_FDCWD, os.fsencode(new), AT_FDCWD, os.fsencode(out), RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in NOT_SUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(out))
