"""The verdicts of the last walk with the article, committed, so that a site built without the article can show them.

A verdict is bound to the content of its row: once the row is edited, its verdict has lapsed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from icans_evidence.audit.row_checks.verdicts import NOT_CHECKABLE, VERDICTS, RowVerdict
from icans_evidence.audit.signatures.signed_content import row_hash
from icans_evidence.errors import DataError
from icans_evidence.files.csv_writing import csv_text
from icans_evidence.files.writing import write_whole

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

FILE = "article_verdicts.csv"
LAPSED = "lapsed"


@dataclass(frozen=True)
class Recorded:
    """One recorded verdict: of which row, for which content (`row_hash`), against which text, when."""

    row_id: str
    content: str
    article: str
    verdict: str
    checked: str


def recorded_verdicts(evidence: Evidence) -> dict[str, str]:
    """For every located row its recorded verdict: one of VERDICTS, "lapsed", or "not_checkable" where none is recorded.

    Raises DataError where the file is not what `write_verdicts` writes.
    """
    from icans_evidence.audit.row_checks.walk import located_rows

    known = {record.row_id: record for record in read_verdicts(evidence.root / FILE)}
    found = {}
    for table, _, row in located_rows(evidence):
        record = known.get(row["row_id"])
        if record is None:
            found[row["row_id"]] = NOT_CHECKABLE
        else:
            found[row["row_id"]] = record.verdict if record.content == row_hash(table, row) else LAPSED
    return found


def read_verdicts(path: Path) -> list[Recorded]:
    """The recorded verdicts in the order of the file; none where there is no file."""
    if not path.is_file():
        return []
    names = [field.name for field in fields(Recorded)]
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    if not rows or rows[0] != names:
        raise DataError([f"{path}:1: the columns are {', '.join(names)}; write the file by audit --write"])
    faults = [
        f"{path}:{line}: not a recorded verdict; write the file by audit --write"
        for line, row in enumerate(rows[1:], 2) if len(row) != len(names) or row[3] not in VERDICTS
    ]  # fmt: skip
    if faults:
        raise DataError(faults)
    return [Recorded(*row) for row in rows[1:]]


def write_verdicts(evidence: Evidence, verdicts: Iterable[RowVerdict], articles: Mapping[str, str]) -> Path:
    """Write the verdicts of one walk beside those of documents not given this time; returns the file, replaced whole.

    `articles` is the digest of each document's text by study_id; the day is that of the data's VERSION.
    """
    from icans_evidence.audit.row_checks.walk import located_rows

    path = evidence.root / FILE
    content = {row["row_id"]: row_hash(table, row) for table, _, row in located_rows(evidence)}
    day = evidence.version_date.isoformat()
    records = {r.row_id: r for r in read_verdicts(path) if content.get(r.row_id) == r.content}
    for verdict in verdicts:
        if verdict.verdict != NOT_CHECKABLE:
            digest = articles[verdict.study]
            records[verdict.row_id] = Recorded(verdict.row_id, content[verdict.row_id], digest, verdict.verdict, day)
    header = [field.name for field in fields(Recorded)]
    write_whole(path, csv_text([header, *(astuple(records[row_id]) for row_id in sorted(records))]))
    return path
