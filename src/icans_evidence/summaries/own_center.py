"""A data folder in which a center's own rows stand beside those of the literature.

It is made for one build and checked like any data; its version says that own rows are in it.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from icans_evidence.errors import DataError, UsageError
from icans_evidence.evidence.schemas import columns_of
from icans_evidence.evidence.vocabulary_files import read_vocabulary
from icans_evidence.files.csv_writing import csv_text
from icans_evidence.files.formula_guard import original
from icans_evidence.files.recovery import heal
from icans_evidence.summaries.own_cohort import own_columns

MARK = "+own"


@contextmanager
def data_with_own_rows(data: Path, own: Path | None) -> Iterator[Path]:
    """A folder with the rows of `data` and, after them, those that `cohort` wrote to `own`; `data` itself if None.

    UsageError where `own` is no such folder, DataError where its columns are not those of the files.
    """
    if own is None:
        yield data
        return
    heal(own)
    if missing := [name for name in own_columns() if not (own / f"{name}.csv").is_file()]:
        raise UsageError(f"{own} has no {missing[0]}.csv; name a folder made by icans-evidence cohort")
    words = read_vocabulary(data)
    rows = {
        name: _rows(own / f"{name}.csv", columns, columns_of(words, name))
        for name, columns in own_columns().items()
        if name in words.tables
    }
    with tempfile.TemporaryDirectory(prefix="icans-evidence-") as made:
        folder = Path(made) / "data"
        shutil.copytree(data, folder)
        for name, lines in rows.items():
            _append(folder / "extracted" / f"{name}.csv", lines)
        version, _, day = (folder / "VERSION").read_text(encoding="utf-8").strip().partition(" ")
        (folder / "VERSION").write_text(f"{version}{MARK} {day}\n", encoding="utf-8")
        yield folder


def _rows(path: Path, columns: list[str], wanted: list[str]) -> list[list[str]]:
    """The rows of a file that `cohort` wrote, its cells in the columns that the project's file has."""
    with path.open(encoding="utf-8", newline="") as text:
        header, *rows = list(csv.reader(text)) or [[]]
    if header != columns:
        raise DataError([f"{path}:1 columns must be {', '.join(columns)}"])
    places = [columns.index(name) if name in columns else None for name in wanted]
    return [["" if place is None else original(row[place]) for place in places] for row in rows]


def _append(path: Path, rows: list[list[str]]) -> None:
    ends_open = path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8", newline="") as text:
        if ends_open:
            text.write("\n")
        text.write(csv_text(rows))
