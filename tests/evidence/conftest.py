"""A small valid data folder, invented and written by hand, in which each test plants its fault."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from icans_evidence.errors import DataError
from icans_evidence.evidence import load_evidence

SMALL = Path(__file__).parent / "small"


@dataclass(frozen=True)
class Folder:
    """The folder `data` of the working folder, with the few edits that plant a fault."""

    root: Path

    def file(self, table: str) -> Path:
        return self.root / "extracted" / f"{table}.csv"

    def put(self, table: str, line: int, /, **cells: str) -> None:
        """Write cells of one line (2 is the first row), quoted as a CSV needs."""
        with self.file(table).open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        for column, text in cells.items():
            rows[line - 1][rows[0].index(column)] = text
        with self.file(table).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    def swap(self, table: str, old: bytes, new: bytes, count: int = 1) -> None:
        """Replace bytes of a file as they stand."""
        data = self.file(table).read_bytes()
        assert old in data
        self.file(table).write_bytes(data.replace(old, new, count))

    def faults(self) -> list[str]:
        """What load_evidence says, line by line, without the count; empty when all is well."""
        try:
            load_evidence("data")
        except DataError as error:
            *lines, count = str(error).split("\n")
            assert count == f"{len(lines)} fault{'' if len(lines) == 1 else 's'}"
            return lines
        return []


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    shutil.copytree(SMALL, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path / "data")
