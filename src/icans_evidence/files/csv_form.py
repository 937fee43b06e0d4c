"""What form a CSV file has before its cells are read, and what to do where it is none: the same words for every reader.

Strict readers refuse with these words; lenient ones take the separator that the first line leaves no doubt about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SAVE = "save the sheet as CSV UTF-8"
NOT_UTF8 = "save the file as UTF-8"
WORDS = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""Separators of cells, and how they are called."""
LOOKED_AT = 1 << 16
"""Bytes of a file that show what it is."""
_MAGIC = {
    b"PK\x03\x04": f"is a workbook (.xlsx or .ods), no CSV; {SAVE}",
    b"\xd0\xcf\x11\xe0": f"is an old Excel workbook (.xls), no CSV; {SAVE}",
    b"PAR1": "is Parquet, no CSV; end its name in .parquet",
    b"%PDF": "is a PDF, no CSV",
    b"\x1f\x8b": "is compressed (gzip), no CSV; unpack it",
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SEP = re.compile(rb'^"?sep=(.)"?\r?(?:\n|$)', re.I)
_QUOTED = re.compile(r'"(?:[^"]|"")*"?')


@dataclass(frozen=True)
class CsvForm:
    """How the cells of a text are separated, and how many first lines are Excel's own `sep=` and no header."""

    separator: str = ","
    skipped: int = 0

    @property
    def words(self) -> str:
        """What was taken that is not the usual form, such as "cells separated by semicolons"; empty for the usual."""
        return "" if self.separator == "," else f"cells separated by {WORDS[self.separator]}"


COMMAS = CsvForm()
"""The usual form."""


def not_csv(data: bytes) -> str | None:
    """Why the bytes a file begins with are no text of cells in UTF-8, in words that a person can act on."""
    for magic, words in _MAGIC.items():
        if data.startswith(magic):
            return words
    if data.startswith(_WIDE):
        return "the file is UTF-16; save it as UTF-8"
    if 4 * data[:LOOKED_AT].count(0) > len(data[:LOOKED_AT]):  # one alone is a fault of its cell
        return "the file is UTF-16; save it as UTF-8"
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml)", data[:200], re.I):
        return f"is a web page, no CSV; open it in a spreadsheet and {SAVE}"
    return None


def not_utf8(byte: int) -> str:
    """What to do about a byte that is not UTF-8."""
    return f"the byte {byte:02X} is not UTF-8 (in Latin-1 it is {bytes([byte]).decode('latin-1')}); {NOT_UTF8}"


def form_of(data: bytes) -> CsvForm | str:
    """The form of the bytes a text begins with, or words where its first line leaves it open."""
    data = data[:LOOKED_AT].removeprefix(b"\xef\xbb\xbf")
    if named := _SEP.match(data):
        sign = named[1].decode("latin-1")
        return CsvForm(sign, 1) if sign in WORDS else f"the cells are separated by {sign}; separate them by commas"
    header = _QUOTED.sub("", re.split(rb"[\r\n]", data, maxsplit=1)[0].decode("utf-8", "replace"))
    counts = {sign: header.count(sign) for sign in WORDS}
    most = max(counts, key=lambda sign: counts[sign])
    if most != "," and counts[","]:
        return f"the first line holds both {WORDS[',']} and {WORDS[most]}; separate the cells by commas alone"
    return CsvForm(most)


def strictly(form: CsvForm | str) -> str | None:
    """Why a file of this form is not taken where the cells must be separated by commas; None where they are."""
    if isinstance(form, str):
        return form
    if form.skipped:
        return "the first line is Excel's own sep=; remove it and separate the cells by commas"
    return (
        None
        if form.separator == ","
        else f"the cells are separated by {WORDS[form.separator]}; separate them by commas"
    )


def with_line_ends(data: bytes) -> bytes:
    """The bytes with one line end, LF; a file of an old Mac has CR alone."""
    if b"\r" not in data:
        return data
    return data.replace(b"\r\n", b"\n") if b"\n" in data else data.replace(b"\r", b"\n")


def ragged(cells: int, width: int, blank: bool, separator: str = ",") -> str:
    """What is wrong with a row of `cells` cells where the header has `width`; `blank`: nothing stands in any."""
    if cells <= 1 and blank:
        return "the line is empty"
    if blank:
        return f"the line holds nothing but {WORDS[separator]}; remove it"
    hint = f"; a cell with a {WORDS[separator][:-1]} in it needs quotation marks around it" if cells > width else ""
    return f"{cells} cell{'' if cells == 1 else 's'} where {width} are needed{hint}"
