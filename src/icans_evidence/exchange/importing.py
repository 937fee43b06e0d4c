"""A filled form taken into the data: read, merged, validated as a whole, and written only when nothing is wrong.

The same validation as of the data decides; each fault is told at the cell where the person can mend it.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from icans_evidence.errors import DataError, UsageError
from icans_evidence.evidence import load_evidence
from icans_evidence.evidence.vocabulary import FOLDER, Vocabulary
from icans_evidence.evidence.vocabulary_files import read_vocabulary
from icans_evidence.exchange.form_columns import asked
from icans_evidence.exchange.form_reading import read_incoming
from icans_evidence.exchange.incoming_rows import Faults, Row
from icans_evidence.exchange.lapsed_signatures import Lapse, lapses
from icans_evidence.exchange.merging import Change, Merged, merge
from icans_evidence.exchange.row_texts import bytes_of, csv_of, rows_in
from icans_evidence.files.csv_writing import csv_text
from icans_evidence.files.faults import shown
from icans_evidence.files.formula_guard import harmless
from icans_evidence.files.recovery import finish
from icans_evidence.files.replacement import alone, replace_files

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

CORRECTIONS = "corrections.csv"
CORRECTION_COLUMNS = ("day", "table", "row", "column", "old", "new", "signed_by", "reason")
_PLACE = re.compile(r"(?:^|.*?/)extracted/(\w+)\.csv(?::(\d+))?(?: (\w+))?: (.*)", re.S)
_WORD = re.compile(r"\w+")
_OTHER_LINE = re.compile(r"stands already in line (\d+)(?: of (\w+)\.csv)?")


@dataclass(frozen=True)
class Imported:
    """What an import did, table by table; `finished` names files of an earlier import that was cut off."""

    tables: list[Merged]
    lapsed: list[Lapse]
    examples: list[str]
    finished: list[str]
    written: list[str]


def import_form(
    source: Path, data: Path, reason: str | None = None, *, dry_run: bool = False, day: date | None = None
) -> Imported:
    """Merge a filled workbook (or a folder of exported CSV files) into the data folder.

    DataError with every fault, and nothing written, unless everything is right. A change that lapses a person's
    signature needs a `reason`, which is appended with old and new values to `corrections.csv` in the data folder.
    """
    said = checked_reason(reason)
    if not source.exists():
        raise UsageError(f"{source} is not there; name a filled workbook (.xlsx) or a folder of exported CSV files")
    if not data.is_dir():
        raise UsageError(f"{shown(data)} is not a folder; name the folder that holds extracted/")
    with alone(data):
        finished = finish(data)
        return _imported(source, data, said, finished, dry_run=dry_run, day=day or date.today())


def _imported(
    source: Path, data: Path, reason: str | None, finished: list[str], *, dry_run: bool, day: date
) -> Imported:
    words, before = read_vocabulary(data), _before(data)
    faults = Faults()
    incoming = read_incoming(source, words, faults)
    olds = {table: bytes_of(data, words, table) for table in words.tables}
    merged = [
        merge(words, table, rows_in(olds[table], words, table), rows, faults) for table, rows in incoming.tables.items()
    ]
    contents = {
        f"extracted/{one.table}.csv": csv_of((column.name for column in asked(words, one.table)), one.rows)
        for one in merged
        if one.touched
    }
    lost = _validated(words, before, data, contents, merged, faults)
    if lost and reason is None:
        raise DataError([lapse.fault(_place_of(lapse, merged)) for lapse in lost])
    if reason is not None:
        contents |= _correction_lines(data, merged, lost, reason, day)
    _unmoved(data, words, olds)
    if contents and not dry_run:
        replace_files(data, contents)
    return Imported(merged, lost, incoming.examples, finished, [] if dry_run else list(contents))


def _before(data: Path) -> Evidence | None:
    """The data as they are; None where they break a rule, which the import may be there to mend."""
    try:
        return load_evidence(data)
    except DataError:
        return None


def checked_reason(reason: str | None) -> str | None:
    """A reason as it may stand in a cell; UsageError for an empty one."""
    if reason is None:
        return None
    words = " ".join(reason.split())
    if not words or not words[0].isalnum() or not words.isprintable():
        raise UsageError("--reason needs words, beginning with a letter or a figure")
    return words


def _validated(
    words: Vocabulary,
    before: Evidence | None,
    data: Path,
    contents: dict[str, bytes],
    merged: list[Merged],
    faults: Faults,
) -> list[Lapse]:
    """Hold the whole of the data, with what comes in, against every rule; the signatures that it would lapse."""
    if faults.incomplete:
        faults.raise_all()
    with tempfile.TemporaryDirectory(prefix="icans-import-") as name:
        staged = Path(name)
        (staged / "extracted").mkdir()
        shutil.copytree(data / FOLDER, staged / FOLDER)
        for table in words.tables:
            file = f"extracted/{table}.csv"
            (staged / file).write_bytes(contents.get(file) or bytes_of(data, words, table))
        for path in data.iterdir():
            if path.is_file() and not path.name.startswith("."):
                (staged / path.name).write_bytes(path.read_bytes())
        try:
            after = load_evidence(staged)
        except DataError as wrong:
            said = [text.replace(f"{staged}/", f"{data}/") for text in wrong.faults]
            _tell(said, {one.table: one for one in merged}, list(words.tables), faults)
            faults.raise_all(getattr(wrong, "total", len(wrong.faults)) - len(wrong.faults))
        faults.raise_any()
        return lapses(before, after)


def _tell(said_all: list[str], merged: dict[str, Merged], tables: list[str], faults: Faults) -> None:
    """Tell the faults of the validation at the cells they came from; faults of rows that did not come in at theirs.

    A fault that speaks of a cell of the row that was refused already would only follow from it, and is passed over.
    """
    refused = frozenset(faults.blamed)
    for number, text in enumerate(said_all):
        match = _PLACE.fullmatch(text)
        if match is None:
            faults.at((len(tables), 0, number), text.partition(": ")[0], text.partition(": ")[2])
            continue
        table, line, column, said = match[1], int(match[2] or 0), match[3] or "", match[4]
        row, other = _row(merged, table, line), _OTHER_LINE.search(said)
        twin = _row(merged, other[2] or table, int(other[1])) if other else None
        if row is None and twin is not None:  # the row that comes in is to be mended, not the one that stands there
            row, other, said = twin, None, _OTHER_LINE.sub(f"stands already in {table}.csv:{line}", said)
        if row and any(row.place(name) in refused for name in _WORD.findall(said) if name in row.texts):
            continue
        if other and twin:
            said = _OTHER_LINE.sub(f"stands already in {twin.where}", said)
        place = row.place(column) if row else text.partition(": ")[0]
        faults.at((tables.index(table), row.line if row else 0, number), place, said)


def _row(merged: dict[str, Merged], table: str, line: int) -> Row | None:
    """The incoming row that stands in a line of a merged file."""
    return merged[table].origin.get(line) if table in merged else None


def _place_of(lapse: Lapse, merged: list[Merged]) -> str:
    """Where the row of a lost signature came in; its name where only what it leans on did."""
    for one in merged:
        for row in one.origin.values():
            if row.texts.get("row_id") == lapse.row_id:
                return row.where
    return lapse.row_id


def _correction_lines(data: Path, merged: list[Merged], lost: list[Lapse], reason: str, day: date) -> dict[str, bytes]:
    """The file of corrections with a line for every cell that changes, and one for a signature lost by another row."""
    signed = {lapse.row_id: lapse.by for lapse in lost}
    changes = [change for one in merged for change in one.changes]
    named = {change.row for change in changes}
    changes += [Change(lapse.table, lapse.row_id, "", "", "") for lapse in lost if lapse.row_id not in named]
    if not changes:
        return {}
    path = data / CORRECTIONS
    before = path.read_text(encoding="utf-8") if path.is_file() else csv_text([CORRECTION_COLUMNS])
    lines = [
        (day.isoformat(), c.table, c.row, c.column, harmless(c.old), harmless(c.new), signed.get(c.row, ""), reason)
        for c in changes
    ]
    return {CORRECTIONS: (before + csv_text(lines)).encode()}


def _unmoved(data: Path, words: Vocabulary, olds: dict[str, bytes]) -> None:
    """Refuse to write over a file that another person changed since it was read."""
    for table, content in olds.items():
        if bytes_of(data, words, table) != content:
            raise DataError([f"{table}.csv was changed while {shown('import')} ran; nothing was written; run it again"])
