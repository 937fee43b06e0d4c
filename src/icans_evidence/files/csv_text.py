"""The bytes of a CSV file turned into a frame of texts with their line numbers; nothing is inferred or cast.

The fast way accounts for every byte of the file; what it cannot account for is read again line by line and explained.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection

import numpy as np
import polars as pl

from icans_evidence.files.csv_form import form_of, not_csv, not_utf8, ragged, strictly, with_line_ends
from icans_evidence.files.faults import allowed, shown

Note = Callable[[int, str, str], None]  # line, column (or ""), text

_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"')
_JOINED_LINES = 50
_QUOTE, _END = ord('"'), ord("\n")


def read_texts(data: bytes, names: list[str], note: Note, may_lack: Collection[str] = ()) -> pl.DataFrame | None:
    """A frame of `line` and the columns `names`, all texts, empty cells null; None when the file cannot be told apart.

    A byte-order mark and CRLF are accepted, and a file without a column of `may_lack`, which is then empty. Every other
    departure is told to `note` and what can be read is returned.
    """
    absent = lacking(data, may_lack)
    present = [name for name in names if name not in absent]
    body = _plain(data, present, note)
    if body is None:
        return None
    header = body.partition(b"\n")[0]
    frame = _fast(body, present) if header == ",".join(present).encode() else None
    if frame is None:
        frame = _slow(body, present, note)
    if frame is None or len(present) == len(names):
        return frame
    empty = {name: pl.lit(None, pl.String) for name in names if name not in present}
    return frame.with_columns(**empty).select("line", *names)


def lacking(data: bytes, may_lack: Collection[str]) -> set[str]:
    """Those of `may_lack` that the first line of a file does not name."""
    stated = data.partition(b"\n")[0].decode("utf-8", "replace").strip("\ufeff\r").split(",")
    return set(may_lack) - set(stated)


def _plain(data: bytes, names: list[str], note: Note) -> bytes | None:
    """The bytes without byte-order mark and carriage returns at line ends; None for what is no text of ours."""
    if wrong := not_csv(data):
        note(1, "", wrong)
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        note(1, "", f"the file is empty; its first line must name the columns: {', '.join(names)}")
        return None
    return with_line_ends(data)


def _fast(body: bytes, names: list[str]) -> pl.DataFrame | None:
    """All cells as polars reads them, or None when their lengths do not add up to the size of the file."""
    texts = dict.fromkeys(names, pl.String)
    rows_at = body.find(b"\n") + 1
    if not rows_at or rows_at == len(body):
        return pl.DataFrame(schema={"line": pl.UInt32, **texts})
    try:
        frame = pl.read_csv(body, has_header=False, skip_lines=1, schema=texts)
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return None
    codes = np.frombuffer(body, dtype=np.uint8)[rows_at:]
    doubled = bool(((codes[:-1] == _QUOTE) & (codes[1:] == _QUOTE)).any())
    if not _accounted(codes, frame, doubled):
        return None
    if doubled:
        frame = frame.with_columns(pl.all().replace("", None))
    return frame.with_row_index("line", offset=2)


def _accounted(codes: np.ndarray, frame: pl.DataFrame, doubled: bool) -> bool:
    """Whether cells, commas, quotation marks and line ends are all the bytes there are below the header.

    Polars fills short rows with nulls and takes line breaks in quoted cells silently: both show here. `doubled`: two
    quotation marks stand together somewhere, so that a cell may hold one.
    """
    ends = int(np.count_nonzero(codes == _END))
    if frame.height != ends + int(codes[-1] != _END):
        return False
    quotes = int(np.count_nonzero(codes == _QUOTE))
    if doubled:
        quotes -= sum(frame.select(pl.all().str.count_matches('"', literal=True).sum()).row(0))
    cells = sum(frame.select(pl.all().str.len_bytes().cast(pl.Int64).sum()).row(0))
    return bool(codes.size == cells + quotes + ends + frame.height * (frame.width - 1))


def _slow(body: bytes, names: list[str], note: Note) -> pl.DataFrame | None:
    """The same frame from lines read one by one, with everything that is wrong told to `note`."""
    lines = body.decode("utf-8", "surrogateescape").split("\n")
    if lines[-1] == "":
        lines.pop()
    places = _places(lines[0], names, note)
    if places is None:
        return None
    width = len(_cells(lines[0]) or [])
    numbers, rows = [], []
    for number, cells in _rows(lines, width, names, note):
        numbers.append(number)
        rows.append([_utf8(cells[place] if place is not None else "", number, name, note)
                     for name, place in zip(names, places, strict=True)])  # fmt: skip
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    texts = {name: pl.Series(list(cells), dtype=pl.String) for name, cells in zip(names, columns, strict=True)}
    return pl.DataFrame({"line": pl.Series(numbers, dtype=pl.UInt32), **texts})


def _places(header: str, names: list[str], note: Note) -> list[int | None] | None:
    """For each column its place in the header; None, with the reason told, when the header is no header of ours."""
    found = _cells(header) or []
    if not set(found) & set(names):
        if wrong := strictly(form_of(header.encode("utf-8", "surrogateescape"))):
            note(1, "", wrong)
            return None
        note(1, "", f"the first line must name the columns: {', '.join(names)}")
        return None
    _explain_header(found, names, note)
    return [found.index(name) if name in found else None for name in names]


def _explain_header(found: list[str], names: list[str], note: Note) -> None:
    for name, count in Counter(found).items():
        if name not in names:
            spare = [n for n in names if n not in found]
            note(1, "", f"no column {shown(name)} belongs here; {allowed(name, spare, 'missing')}" if spare
                 else f"no column {shown(name)} belongs here; remove it")  # fmt: skip
        elif count > 1:
            note(1, "", f"the column {name} stands here {count} times; it must stand once")
    for place, name in enumerate(names):
        if name not in found:
            after = f"after {names[place - 1]}" if place else "first"
            note(1, name, f"this column is missing; it belongs {after}")
    ours = list(dict.fromkeys(n for n in found if n in names))
    expected = [n for n in names if n in ours]
    for name, right in zip(ours, expected, strict=True):
        if name != right:
            note(1, "", f"{name} stands where {right} belongs; the order is {', '.join(names)}")
            return


def _rows(lines: list[str], width: int, names: list[str], note: Note):  # type: ignore[no-untyped-def]
    """Line number and cells of every row that has `width` of them; the other rows are told to `note`."""
    at = 1
    while at < len(lines):
        number, line = at + 1, lines[at]
        at += 1
        cells = _cells(line)
        if cells is None:
            cells, more = _continued(lines, at, width)
            at += more
            if cells is None:
                note(number, "", "a quotation mark is opened and not closed, or stands alone inside a cell; "
                     'write "so ""quoted"" here"')  # fmt: skip
                continue
            broken = next(place for place, cell in enumerate(cells) if "\n" in cell)
            column = names[broken] if width == len(names) else ""
            note(number, column, "holds a line break; a cell is one line")
            cells = [cell.replace("\n", " ") for cell in cells]
        if len(cells) == width:
            yield number, cells
        else:
            note(number, "", ragged(len(cells), width, not "".join(cells).strip()))


def _continued(lines: list[str], at: int, width: int) -> tuple[list[str] | None, int]:
    """The cells of a row whose quoted cell runs on over the next lines, and how many lines it took; else None, 0.

    The first following line with an odd number of quotation marks closes the cell or shows that none was meant.
    """
    if lines[at - 1].count('"') % 2:
        for more, line in enumerate(lines[at : at + _JOINED_LINES], start=1):
            if line.count('"') % 2:
                cells = _cells("\n".join(lines[at - 1 : at + more]))
                return (cells, more) if cells is not None and len(cells) == width else (None, 0)
    return None, 0


def _cells(line: str) -> list[str] | None:
    """The cells of one line; None when a quotation mark is left open or a closed one is followed by text."""
    if '"' not in line:
        return line.split(",")
    cells, at = [], 0
    while True:
        if line.startswith('"', at):
            quoted = _QUOTED.match(line, at)
            if quoted is None or line[quoted.end() : quoted.end() + 1] not in ("", ","):
                return None
            cells.append(quoted[1].replace('""', '"'))
            at = quoted.end()
        else:
            end = line.find(",", at)
            end = len(line) if end < 0 else end
            if '"' in line[at:end]:
                return None
            cells.append(line[at:end])
            at = end
        if at >= len(line):
            return cells
        at += 1


def _utf8(cell: str, line: int, column: str, note: Note) -> str | None:
    """The cell, or null when it is empty; bytes that are not UTF-8 are told and replaced."""
    if not cell:
        return None
    if cell.isascii():
        return cell
    wrong = next((character for character in cell if "\udc80" <= character <= "\udcff"), None)
    if wrong is None:
        return cell
    byte = ord(wrong) - 0xDC00
    note(line, column, not_utf8(byte))
    return "".join("\ufffd" if "\udc80" <= c <= "\udcff" else c for c in cell)
