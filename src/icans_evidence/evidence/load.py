"""The only reader of `data/`: a folder turned into Evidence, frozen, typed and checked.

Either every file is right and the evidence is returned, or every fault of every file is raised at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from icans_evidence.errors import UsageError
from icans_evidence.evidence.outcomes import COLUMNS, FILE, HOMES, Outcomes, offered, read_outcomes, standard_outcomes
from icans_evidence.evidence.tables import TABLES
from icans_evidence.files.bibtex import BIB, Reference, read_references
from icans_evidence.files.faults import Faults, allowed, shown


@dataclass(frozen=True, eq=False)
class Evidence:
    """All rows of the data: `evidence.tables["incidence"]`, or `evidence.incidence`, is a polars frame.

    Two readings are never equal, so that what is worked out from one can be kept for it.

    `root` is the folder that was read, `version` and `version_date` what its VERSION says, `references` the entries of
    references.bib in their order, `outcomes` the words for every outcome that each file may hold.
    """

    root: Path
    version: str
    version_date: date
    tables: Mapping[str, pl.DataFrame]
    references: tuple[Reference, ...]
    outcomes: Outcomes = field(default_factory=standard_outcomes)

    @property
    def offered(self) -> Outcomes:
        """The outcomes that forms and dictionaries offer; see `outcomes.offered`."""
        return offered(self.outcomes, {name: set(self.tables[name]["outcome"]) for name in HOMES})

    def __getattr__(self, name: str) -> pl.DataFrame:
        tables = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"the evidence has no table {name!r}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "tables": dict(self.tables)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, tables=MappingProxyType(state["tables"]))


def load_evidence(path: str | Path = "data") -> Evidence:
    """The evidence in the folder `path`, which holds `extracted/`, `references.bib`, `VERSION` and, where a project
    has outcomes of its own, `outcomes.csv`.

    An import into the folder that was cut off between two of its files is finished first (`cut_off`). Raises DataError
    with every fault of every file, sorted by file, line and column, and UsageError when `path` is no such folder.
    """
    from icans_evidence.evidence.rules import Draft, run_rules
    from icans_evidence.evidence.schemas import columns_of
    from icans_evidence.files.recovery import heal

    root = _root(path)
    heal(root)
    files = {table: _named(root / "extracted" / f"{table}.csv") for table in TABLES}
    columns = {table: columns_of(table) for table in TABLES}
    columns |= {BIB: ["key", "doi", "title"], FILE: list(COLUMNS)}
    faults = Faults(columns, files | {name: _named(root / name) for name in (BIB, FILE)})
    tables = _read_tables(root / "extracted", faults)
    references = _read_bibliography(root, faults)
    version, day = _read_version(root, faults)
    present = (root / FILE).exists() or (root / FILE).is_symlink()
    outcomes = read_outcomes(_bytes_of(root / FILE, faults) if present else None, faults)
    faults.close_stage()
    run_rules(Draft(tables, references, outcomes), faults)
    faults.raise_any()
    frames = {table: frame.drop("line") for table, frame in tables.items()}
    return Evidence(root, version, day, MappingProxyType(frames), references or (), outcomes)


def _root(path: str | Path) -> Path:
    root = Path(path)
    if not root.is_dir():
        raise UsageError(f"{shown(path)} is not a folder; name the folder that holds extracted/")
    if not (root / "extracted").is_dir():
        raise UsageError(f"{shown(path)} does not hold a folder extracted/; name the folder that does")
    return root


def _named(path: Path) -> str:
    """A path as the reader would write it: from the working folder where it lies below, otherwise as given."""
    try:
        return path.parent.resolve().relative_to(Path.cwd()).joinpath(path.name).as_posix()
    except ValueError:
        return path.as_posix()


def _read_tables(folder: Path, faults: Faults) -> dict[str, pl.DataFrame]:
    from icans_evidence.evidence.models import check_models

    known = {f"{table}.csv": table for table in TABLES}
    for entry in sorted(folder.iterdir()):
        if entry.name not in known and not entry.name.startswith("."):
            faults.about(_named(entry), f"no such table belongs here; {allowed(entry.name, known)}")
    tables = {}
    for name, table in known.items():
        data = _bytes_of(folder / name, faults)
        frame = None if data is None else _read_table(data, table, faults)
        if frame is not None:
            tables[table] = frame
    faults.close_stage()
    check_models(tables, faults)
    faults.close_stage()
    return tables


def _read_table(data: bytes, table: str, faults: Faults) -> pl.DataFrame | None:
    """One file, typed, with the `line` of each row; None when it cannot be read at all."""
    from icans_evidence.evidence.cells import typed
    from icans_evidence.evidence.schemas import types_of
    from icans_evidence.files.byte_hints import hints_in
    from icans_evidence.files.csv_text import read_texts

    types = types_of(table)
    texts = read_texts(data, list(types), lambda line, column, text: faults.at(table, line, column, text))
    if texts is None:
        return None
    return typed(texts, table, types, hints_in(data), faults)


def _read_bibliography(root: Path, faults: Faults) -> tuple[Reference, ...] | None:
    path = root / BIB
    data = _bytes_of(path, faults)
    if data is None:
        return None
    try:
        before = faults.total
        read = read_references(data.decode("utf-8-sig"), lambda line, text: faults.at(BIB, line, "", text))
        return read if faults.total == before else None
    except UnicodeDecodeError:
        faults.about(_named(path), "is not UTF-8; save it as UTF-8")
        return None


def _read_version(root: Path, faults: Faults) -> tuple[str, date]:
    """Version and day of the data, from one line such as `0.1.0 2026-11-22`."""
    data = _bytes_of(root / "VERSION", faults)
    if data is None:
        return "", date.min
    text = data.decode("utf-8", "replace").strip()
    try:
        version, day = text.split()
        return version, date.fromisoformat(day)
    except ValueError:
        faults.about(_named(root / "VERSION"), f"{shown(text)} is not a version and a day, as in 0.1.0 2026-11-22")
        return "", date.min


def _bytes_of(path: Path, faults: Faults) -> bytes | None:
    """The bytes of a plain file; None, with the reason told, for anything else."""
    if path.is_symlink():
        reason = "is a symbolic link; a plain file is needed"
    elif not path.exists():
        reason = "the file is missing"
    elif path.is_dir():
        reason = "is a folder; a plain file is needed"
    elif not path.is_file():
        reason = "is no plain file"
    else:
        try:
            return path.read_bytes()
        except OSError as error:
            reason = f"cannot be read: {error.strerror}"
    faults.about(_named(path), reason)
    return None
