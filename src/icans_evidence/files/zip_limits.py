"""The file that a workbook is: a zip archive of XML parts, opened only when it is one and of a size to be read.

Nothing is unpacked before the directory is judged, and no document type (so no entity) is ever taken.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

from icans_evidence.errors import DataError, UsageError

LARGEST_FILE = 50 << 20
LARGEST_UNPACKED = 1 << 30
LARGEST_PART = 64 << 20
"""Bytes of the file, of all its parts unpacked, and of a part that is not a sheet (sheets are read as a stream)."""
STEEPEST = 200
"""Times that a file of more than `SMALL` unpacked bytes may grow: XML of a real workbook grows 5 to 50 times."""
SMALL = 16 << 20
_CHUNK = 1 << 20
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE = "save it as an Excel workbook (.xlsx)"

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class Unreadable(DataError):
    """A file that is no workbook we read, with the one reason."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__([f"{file}: {reason}"])


class Container:
    """An open workbook file: the names of its parts, and their bytes as streams."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self._zip = _opened(path)
        self.names = frozenset(self._zip.namelist())

    def __enter__(self) -> Container:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def refuse(self, reason: str) -> Unreadable:
        """The error that says why this file is not read."""
        return Unreadable(self.file, reason)

    def chunks(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, a megabyte at a time; Unreadable where they are damaged."""
        try:
            with self._zip.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            raise self.refuse(f"its part {part} is missing or damaged; open it in a spreadsheet and {_SAVE}") from None

    def parse(self, part: str, start: Start, end: End | None = None, text: Callable[[str], None] | None = None) -> None:
        """Tell the elements of a small XML part, namespaces stripped; nothing when the part is absent."""
        if part in self.names:
            self.tell(part, self.chunks(part), start, end, text)

    def tell(
        self, part: str, chunks: Iterable[bytes], start: Start, end: End | None, text: Callable[[str], None] | None
    ) -> None:
        """Tell the elements in `chunks`, the XML of `part`; Unreadable for what is not well formed or has a DTD."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True

        def refuse_doctype(*_: object) -> None:
            raise self.refuse(f"its part {part} declares a document type, which no spreadsheet writes; {_SAVE}")

        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
        if end is not None:
            parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
        if text is not None:
            parser.CharacterDataHandler = text
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise self.refuse(f"its part {part} is damaged; open it in a spreadsheet and {_SAVE}") from None


def _opened(path: Path) -> zipfile.ZipFile:
    content = _bytes_of(path)
    if not content:
        raise Unreadable(path.name, "the file is empty")
    if content.startswith(_OLE):
        locked = _ENCRYPTED in content
        said = "is protected by a password; remove the password and save it again"
        raise Unreadable(path.name, said if locked else f"is an old Excel workbook (.xls); {_SAVE}")
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable(path.name, f"is no workbook, or a damaged one; {_SAVE}") from None
    _judge(path.name, len(content), archive)
    return archive


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise UsageError(f"{path} is {'no file' if path.exists() else 'not there'}; name a filled workbook (.xlsx)")
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise Unreadable(path.name, f"the file has {size >> 20} MB; at most {LARGEST_FILE >> 20} MB are read")
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}") from None


def _judge(file: str, size: int, archive: zipfile.ZipFile) -> None:
    """Refuse by the directory alone what must not be unpacked or is another kind of file."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED or (unpacked > SMALL and unpacked > STEEPEST * size):
        raise Unreadable(file, f"unpacks from {size:,} to {unpacked:,} bytes, as no filled form does; it is not opened")
    for part in parts:
        if part.file_size > LARGEST_PART and not part.filename.startswith("xl/worksheets/"):
            raise Unreadable(file, f"its part {part.filename} has {part.file_size:,} bytes; it is not opened")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(file, "is protected by a password; remove the password and save it again")
    if "mimetype" in names:
        raise Unreadable(file, f"is an OpenDocument file (.ods); {_SAVE}")
    if "xl/workbook.bin" in names:
        raise Unreadable(file, f"is a binary workbook (.xlsb); {_SAVE}")
    if len(set(names)) < len(names):
        raise Unreadable(file, f"holds a part twice, which no spreadsheet writes; {_SAVE}")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable(file, f"is a zip file but no workbook; {_SAVE}")
    if any(name.endswith("vbaProject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise Unreadable(file, "holds macros; save it as a workbook without macros (.xlsx)")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Unreadable(file, "is linked to another workbook; break the links (Data, Edit Links) and save it again")
    if "xl/connections.xml" in names:
        raise Unreadable(file, "takes data from a connection; remove it (Data, Connections) and save it again")
