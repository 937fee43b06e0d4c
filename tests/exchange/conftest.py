"""A small valid data folder and a form filled by openpyxl, another program than the one that writes and reads forms."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from icans_evidence.errors import DataError
from icans_evidence.evidence.vocabulary_files import read_vocabulary
from icans_evidence.exchange.form import form
from icans_evidence.exchange.importing import Imported, import_form

SMALL = Path(__file__).parents[1] / "evidence" / "small"
NEW = {
    "cohort_id": "adams2020", "outcome": "any_icans", "n_events": 12, "n_total": 40, "percent": 30,
    "population": "adults of 60 or more", "denominator_kind": "treated", "relation": "=",
    "reported": "12 of 40 (30%)", "read_in": "adams2020", "in_review": "false", "locator": "Table 2, row 3",
    "certainty": "high", "extracted_by": "ab",
}  # fmt: skip


@cache
def _blank() -> bytes:
    return form(read_vocabulary(SMALL))


@dataclass
class Form:
    """A form in openpyxl's hands: `book` to be changed at will, then `save`d, and imported into `data`."""

    path: Path
    data: Path
    book: Any = field(default_factory=lambda: openpyxl.load_workbook(BytesIO(_blank())))

    def sheet(self, table: str = "incidence") -> Any:
        return self.book[table]

    def cell(self, column: str, row: int = 3, table: str = "incidence") -> Any:
        names = [cell.value for cell in self.sheet(table)[1]]
        return self.sheet(table).cell(row, names.index(column) + 1)

    def fill(self, row: int = 3, table: str = "incidence", /, **cells: Any) -> Form:
        """Write a row: the one of NEW with `cells` changed in it (None leaves a cell empty)."""
        for column, value in ((NEW if table == "incidence" else {}) | cells).items():
            self.cell(column, row, table).value = value
        return self

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path

    def take(self, reason: str | None = None, **options: Any) -> Imported:
        return import_form(self.save(), self.data, reason, **options)

    def faults(self) -> list[str]:
        """What the import says, line by line, without the count; the data must be as they were."""
        return refused(self.save(), self.data)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def refused(source: Path, data: Path) -> list[str]:
    before = bytes_of(data)
    with pytest.raises(DataError) as raised:
        import_form(source, data)
    assert bytes_of(data) == before, "something was written"
    *lines, count = str(raised.value).split("\n")
    assert count == f"{len(lines)} fault{'' if len(lines) == 1 else 's'}"
    return lines


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(SMALL, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.fixture
def filled(small: Path, tmp_path: Path) -> Form:
    return Form(tmp_path / "filled.xlsx", small)


@pytest.fixture
def refuse(small: Path):
    """What the import of a file into the small data says."""
    return lambda source: refused(source, small)
