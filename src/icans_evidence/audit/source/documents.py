"""A reader's own file read into plain text: text, Markdown or the text layer of a PDF, within stated limits.

A file that is no such document ends in one sentence that says what is wrong; nothing of it is kept or written.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from icans_evidence.errors import DataError, UsageError, lacking
from icans_evidence.files.faults import shown

MOST_BYTES = 3_000_000
"""Bytes of a text: about 1,500 printed pages."""
MOST_PDF_BYTES = 64_000_000
LONGEST_LINE = 200_000
"""Characters of a line: a whole article in one line is shorter."""
PDF_SECONDS = 9.0
"""Seconds in which the text layer of a PDF must be read."""
CPU_SECONDS = 6.0
"""Seconds of computing in which one copy must be cut into sentences; 500 printed pages need about 2."""
COVERAGE_SECONDS = 3.0
"""Seconds of computing in which the figures of one copy must be looked for."""
_PAUSES = str.maketrans({"\f": "\n", "\v": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
_FEW = 0.002
"""Share of control characters above which a file is held to be binary."""


def read_copy(path: Path) -> str:
    """The text of a reader's copy.

    Raises UsageError for what is no plain file, DataError for what is too large, binary, empty, encrypted or broken.
    """
    if not path.exists():
        raise UsageError(f"{shown(path)} does not exist; name a text, Markdown or PDF file")
    if not path.is_file():
        raise UsageError(f"{shown(path)} is no plain file; name a text, Markdown or PDF file")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            is_pdf = b"%PDF-" in file.read(1024)
    except OSError as error:
        raise UsageError(f"{shown(path)} cannot be read: {error.strerror}") from None
    most = MOST_PDF_BYTES if is_pdf else MOST_BYTES
    if size > most:
        raise _fault(path, f"is {size / 1e6:,.1f} MB; at most {most / 1e6:,.0f} MB are read")
    text = _pdf_text(path) if is_pdf else _decoded(path, path.read_bytes())
    return _checked(path, text.translate(_PAUSES))


class Budget:
    """A bound on the computing that one copy may cost; asked from within long loops."""

    def __init__(self, seconds: float = CPU_SECONDS) -> None:
        self.end = time.process_time() + seconds

    def ask(self) -> None:
        """Raise DataError once the bound is passed."""
        if time.process_time() > self.end:
            raise DataError(["the copy takes too long to read; give its plain text without tables of data"])


def _fault(path: Path, what: str) -> DataError:
    return DataError([f"{path}: {what}"])


def _decoded(path: Path, data: bytes) -> str:
    """Text in UTF-8, in UTF-16 with or without its mark, or else in Windows-1252, the usual form of old files."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf16(path, data, "utf-16")
    sample = data[:4000]
    if b"\0" in sample:
        odd, even = sample[1::2].count(0), sample[::2].count(0)
        if max(odd, even) > 0.3 * len(sample) / 2 and min(odd, even) < 0.02 * len(sample):
            return _utf16(path, data, "utf-16-le" if odd > even else "utf-16-be")
        raise _fault(path, "is binary; give a text, a Markdown or a PDF file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _utf16(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _fault(path, "is neither UTF-8 nor UTF-16 text") from None


def _checked(path: Path, text: str) -> str:
    if not text.strip():
        raise _fault(path, "holds no text; a scanned PDF needs a text layer")
    strange = sum(text.count(chr(code)) for code in (*range(9), *range(14, 32), 127, 0xFFFD))
    if strange > _FEW * len(text):
        raise _fault(path, "is binary; give a text, a Markdown or a PDF file")
    longest = max(enumerate(text.splitlines(), 1), key=lambda line: len(line[1]))
    if len(longest[1]) > LONGEST_LINE:
        length = f"{len(longest[1]):,} characters; at most {LONGEST_LINE:,} are read"
        raise _fault(path, f"line {longest[0]:,} has {length}")
    return text


def _pdf_text(path: Path) -> str:
    """The text layer of a PDF, read by a process of its own with bounds on its time and memory."""
    from importlib.util import find_spec

    if find_spec("pypdf") is None:
        raise lacking("pypdf", "audit", f"{shown(path)} is a PDF, and reading one")
    command = [sys.executable, "-m", "icans_evidence.audit.source.pdf_text", str(path), str(MOST_BYTES)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PDF_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _fault(path, f"its text was not read in {PDF_SECONDS:g} seconds; give the text itself") from None
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        expected = done.returncode == 1 and told
        raise _fault(path, told[-1] if expected else "the PDF is broken or too large; give the text itself")
    return done.stdout.decode("utf-8", "replace")
