"""Several files replaced together: all of them or none, also after a crash in between.

What is to be written is first written whole beside the files; renaming one folder decides, and the next reader of the
data, or the next import, finishes one that was cut off.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from icans_evidence.errors import UsageError
from icans_evidence.files.recovery import DECIDED, LIST, finish, locked
from icans_evidence.files.writing import check_replaceable, sync

_PREPARED = ".import.tmp-new-"


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder while files in it are read and replaced; UsageError while another import holds it."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(locked(folder, wait=False))
        except BlockingIOError:
            raise UsageError(f"another import into {folder} is running; nothing was changed") from None
        for left in folder.glob(f"{_PREPARED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def replace_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Replace files below `folder` (relative name → bytes) together; UsageError where it cannot be written.

    Until the rename of the prepared folder nothing has changed; from then on `finish` brings every file to its new
    content, at once or when the data are read next.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in contents:
            check_replaceable(folder / name)
        prepared = Path(tempfile.mkdtemp(prefix=_PREPARED, dir=folder))
    except OSError as fault:
        raise UsageError(f"{folder} cannot be written: {fault.strerror}; nothing was changed") from None
    try:
        for number, content in enumerate(contents.values()):
            (prepared / str(number)).write_bytes(content)
        (prepared / LIST).write_text(json.dumps(list(contents)), encoding="utf-8")
        for path in (*prepared.iterdir(), prepared):
            sync(path)
        prepared.rename(folder / DECIDED)
    except OSError as fault:
        raise UsageError(f"{folder} cannot be written: {fault.strerror}; nothing was changed") from None
    finally:
        shutil.rmtree(prepared, ignore_errors=True)
    finish(folder)
