"""The outcomes that a project may record: those of `TABLES`, and its own from `outcomes.csv` in its data folder.

A further outcome of a review is a line there with the words that every sentence, table and picture says it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from icans_evidence.evidence.tables import TABLES
from icans_evidence.files.faults import Faults, allowed, shown

FILE = "outcomes.csv"
COLUMNS = ("table", "outcome", "words")
HOMES = tuple(name for name, table in TABLES.items() if table.outcomes)
"""Files that hold outcomes, and that a project may give further ones."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")

Outcomes = Mapping[str, Mapping[str, str]]
"""For each file its outcomes with the words for each."""


def standard_outcomes() -> dict[str, dict[str, str]]:
    """The outcomes that `TABLES` declares."""
    return {name: dict(table.outcomes) for name, table in TABLES.items()}


def outcomes_of(folder: Path) -> dict[str, dict[str, str]]:
    """The outcomes of a data folder, its own words before those of `TABLES`; without the file just `TABLES`.

    Raises DataError with every fault of the file.
    """
    path = folder / FILE
    faults = Faults({FILE: list(COLUMNS)}, {FILE: path.as_posix()})
    found = read_outcomes(path.read_bytes() if path.is_file() else None, faults)
    faults.raise_any()
    return found


def offered(outcomes: Outcomes, used: Mapping[str, set[str]]) -> Outcomes:
    """What forms and dictionaries offer: of a project of another topic its own outcomes alone, else all of `outcomes`.

    A project is of another topic when it declares outcomes of its own and no row uses another (`used`, by file).
    """
    own = {
        name: {word: said for word, said in words.items() if TABLES[name].outcomes.get(word) != said}
        for name, words in outcomes.items()
    }
    others = any(words - own[name].keys() for name, words in used.items())
    return outcomes if others or not any(own.values()) else own


def leaves_out(outcomes: Outcomes | None, table: str) -> bool:
    """Whether a file of outcomes has none among those offered: a project of another topic does not need it."""
    return outcomes is not None and table in HOMES and not outcomes.get(table)


def read_outcomes(data: bytes | None, faults: Faults) -> dict[str, dict[str, str]]:
    """The same from the bytes of the file (None where there is none); what is wrong is told to `faults`."""
    from icans_evidence.files.csv_text import read_texts

    found = standard_outcomes()
    if data is None:
        return found
    lines = read_texts(data, list(COLUMNS), lambda line, column, text: faults.at(FILE, line, column, text))
    first: dict[tuple[str, str], int] = {}
    for row in [] if lines is None else lines.iter_rows(named=True):
        wrong = list(_wrong(row, first))
        for column, text in wrong:
            faults.at(FILE, row["line"], column, text)
        if not wrong:
            found[row["table"]][row["outcome"]] = row["words"]
            first[row["table"], row["outcome"]] = row["line"]
    return found


def _wrong(row: dict[str, Any], first: dict[tuple[str, str], int]) -> Iterator[tuple[str, str]]:
    """What is wrong in a line, as column and words; `first` holds the lines of the outcomes read so far."""
    empty = [name for name in COLUMNS if not (row[name] or "").strip()]
    yield from ((name, "is missing; this column is never empty") for name in empty)
    if "table" not in empty and row["table"] not in HOMES:
        yield "table", f"{shown(row['table'])} is no file of outcomes; {allowed(row['table'], HOMES)}"
    if "outcome" not in empty and not _NAME.fullmatch(row["outcome"]):
        yield "outcome", f"{shown(row['outcome'])} is no name; small letters, digits and _, as in any_bleeding"
    if "words" not in empty and row["words"] != row["words"].strip():
        yield "words", f"{shown(row['words'])} begins or ends with a space"
    if line := first.get((row["table"], row["outcome"])):
        yield "outcome", f"{shown(row['outcome'])} of {row['table']} stands already in line {line}"
