"""The file `verification.csv`: one signature a line, unsorted, only ever appended to.

A line is written whole or not at all, by however many processes at once, and two branches merge as a union of lines.
"""

from __future__ import annotations

import fcntl
import io
import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from icans_evidence.errors import DataError
from icans_evidence.files.csv_writing import csv_text

FILE = "verification.csv"
_FORMS = {
    "row_id": (r"[A-Z]{3}-[0-9]{3,}", "a row name such as SEI-014"),
    "content": (r"[0-9a-f]{32}", "32 digits of 0-9 and a-f"),
    "leans_on": (r"[0-9a-f]{32}", "32 digits of 0-9 and a-f"),
    "by": (r"[^\W\d_]{2,5}", "initials of 2 to 5 letters"),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day such as 2026-11-22"),
}


@dataclass(frozen=True)
class Signature:
    """One line: the row, the hashes of its content and of what it leans on, who, which day, and what was known then.

    `checks` names the checks that the row passed when it was signed, `flags` those that flagged it, each separated by
    ; in the file.
    """

    row_id: str
    content: str
    leans_on: str
    by: str
    date: str
    checks: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    note: str = ""

    def same_as(self, other: Signature) -> bool:
        """Whether another says the same: the same person for the same content of the same row."""
        return self._said() == other._said()

    def _said(self) -> tuple[str, ...]:
        return self.row_id, self.content, self.leans_on, self.by


COLUMNS = [column.name for column in fields(Signature)]


def initials_of(name: str) -> str:
    """A name as initials are compared: in capitals, without dots, hyphens and blanks, wide letters as plain ones."""
    return re.sub(r"[.\s-]", "", unicodedata.normalize("NFKC", name)).upper()


def read_signatures(folder: Path) -> list[Signature]:
    """The signatures in the folder's `verification.csv`, none where there is no file; DataError with every fault."""
    path = folder / FILE
    if path.is_symlink():
        raise DataError([f"{path}: is a symbolic link; a plain file is needed"])
    try:
        return parse(path.read_bytes(), path)
    except FileNotFoundError:
        return []
    except OSError as fault:
        raise DataError([f"{path}: cannot be read: {fault.strerror}"]) from None


def parse(data: bytes, path: Path) -> list[Signature]:
    """The signatures in the bytes of a file; a file without a line but the header holds none."""
    from icans_evidence.files.csv_text import read_texts
    from icans_evidence.files.faults import shown

    if not data.strip():
        return []
    faults: list[tuple[int, str]] = []

    def note(line: int, column: str, text: str) -> None:
        faults.append((line, f"{column}: {text}" if column else text))

    frame = read_texts(data, COLUMNS, note)
    found = []
    for line, *cells in [] if frame is None else frame.iter_rows():
        row = dict(zip(COLUMNS, (cell or "" for cell in cells), strict=True))
        wrong = [name for name, (form, _) in _FORMS.items() if not re.fullmatch(form, row[name])]
        faults += [(line, f"{name}: {shown(row[name])} is not {_FORMS[name][1]}") for name in wrong]
        found.append(_signature(row))
    if faults:
        raise DataError([f"{path}:{line} {text}" for line, text in sorted(faults)])
    return found


def _signature(row: dict[str, str]) -> Signature:
    lists = {name: tuple(filter(None, row[name].split(";"))) for name in ("checks", "flags")}
    return Signature(row["row_id"], row["content"], row["leans_on"], row["by"], row["date"], **lists, note=row["note"])


def append_signatures(folder: Path, signatures: Iterable[Signature]) -> tuple[list[Signature], list[Signature]]:
    """Append signatures to the folder's file and answer those written and those of the file that said the same.

    The file is locked while it is read and written, so that two processes at once neither mix their lines nor write
    one signature twice; what cannot be written whole is taken back.
    """
    path = folder / FILE
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o644)
    except OSError as fault:
        raise DataError([f"{path}: cannot be written: {fault.strerror}"]) from None
    with os.fdopen(handle, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = file.read()
        standing = parse(before, path)
        new: list[Signature] = []
        known: list[Signature] = []
        for signature in signatures:
            same = next((other for other in (*standing, *new) if other.same_as(signature)), None)
            if same is None:
                new.append(signature)
            else:
                known.append(same)
        if new:
            _write_whole(file, _opening(before) + "".join(map(_line, new)).encode(), len(before), path)
    return new, known


def _opening(before: bytes) -> bytes:
    """What must come before the first new line: the header of an empty file, a line end where the last one is open."""
    if not before.strip():
        return (",".join(COLUMNS) + "\n").encode()
    return b"" if before.endswith(b"\n") else b"\n"


def _line(signature: Signature) -> str:
    cells = [";".join(cell) if isinstance(cell, tuple) else cell for cell in astuple(signature)]
    return csv_text([cells])


def _write_whole(file: io.FileIO, data: bytes, size: int, path: Path) -> None:
    """Write in one call; after a failure or half a write the file is as it was."""
    try:
        if file.write(data) != len(data):
            raise OSError(0, "only a part of it could be written")
        os.fsync(file.fileno())
    except OSError as fault:
        os.ftruncate(file.fileno(), size)
        raise DataError([f"{path}: cannot be written: {fault.strerror}; nothing was signed"]) from None
