"""Rows of the data as the texts that stand in their files, and files of such texts.

Texts, not values: a printed zero at the end of a number is part of what was read.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from icans_evidence.errors import DataError
from icans_evidence.evidence.kinds import ADDED
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.evidence.vocabulary_files import MAY_LACK
from icans_evidence.exchange.form_columns import asked
from icans_evidence.files.csv_text import read_texts
from icans_evidence.files.csv_writing import csv_text


def file_of(data: Path, table: str) -> Path:
    """The file of a table in a data folder."""
    return data / "extracted" / f"{table}.csv"


def bytes_of(data: Path, vocabulary: Vocabulary, table: str) -> bytes:
    """The bytes of a table's file; a line of columns where the file may be lacking and is."""
    path = file_of(data, table)
    if table in MAY_LACK and not path.exists():
        return csv_of((column.name for column in asked(vocabulary, table)), [])
    return path.read_bytes()


def whole_bytes_of(data: Path, vocabulary: Vocabulary, table: str) -> bytes:
    """The same with every column that the table has today, whichever the file was made with."""
    content, header = bytes_of(data, vocabulary, table), [column.name for column in asked(vocabulary, table)]
    stated = content.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].strip()
    return content if stated == ",".join(header).encode() else csv_of(header, rows_in(content, vocabulary, table))


def rows_in(content: bytes, vocabulary: Vocabulary, table: str) -> list[list[str]]:
    """The rows in the bytes of a table's file, empty cells as empty texts; DataError when a line cannot be read."""
    told: list[str] = []
    frame = read_texts(
        content,
        [column.name for column in asked(vocabulary, table)],
        lambda line, column, text: told.append(f"{table}.csv:{line} {column}".strip() + f": {text}"),
        ADDED,
    )
    if told or frame is None:
        raise DataError(told)
    return [[cell or "" for cell in row[1:]] for row in frame.iter_rows()]


def csv_of(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A CSV file in the house form: UTF-8, one line end, quotation marks only where they are needed."""
    return csv_text([header, *rows]).encode()
