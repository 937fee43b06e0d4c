"""The only reader of `data/`: a folder turned into Evidence, frozen, typed and checked.

Either every file is right and the evidence is returned, or every fault of every file is raised at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from icans_evidence.errors import UsageError
from icans_evidence.evidence import representation
from icans_evidence.evidence.vocabulary import FOLDER, NOT_STATED, TRAITS, Vocabulary
from icans_evidence.files.bibtex import BIB, Reference, read_references
from icans_evidence.files.faults import Faults, allowed, shown


@dataclass(frozen=True, eq=False, repr=False)
class Evidence:
    """All rows of the data: `evidence.tables["incidence"]`, or `evidence.incidence`, is a polars frame.

    Two readings are never equal, so that what is worked out from one can be kept for it.

    `root` is the folder that was read, `version` and `version_date` what its VERSION says, `references` the entries of
    references.bib in their order, `vocabulary` the words of the project. A name of a product or disease stands in its
    canonical form; a trait that the project does not declare of its cohorts is not_stated in each.
    """

    root: Path
    version: str
    version_date: date
    tables: Mapping[str, pl.DataFrame]
    references: tuple[Reference, ...]
    vocabulary: Vocabulary

    @property
    def outcomes(self) -> Mapping[str, Mapping[str, str]]:
        """For each file the words for every outcome that it may hold."""
        return self.vocabulary.outcomes

    def __getattr__(self, name: str) -> pl.DataFrame:
        tables: Mapping[str, pl.DataFrame] = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise representation.no_such_table(self, name)

    def __repr__(self) -> str:
        return representation.one_line(self)

    def _repr_html_(self) -> str:
        return representation.as_html(self)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def __getstate__(self) -> dict[str, Any]:
        return {**{k: v for k, v in self.__dict__.items() if k != "_project"}, "tables": dict(self.tables)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, tables=MappingProxyType(state["tables"]))


def load_evidence(path: str | Path = "data", vocabulary: Vocabulary | None = None) -> Evidence:
    """The evidence in the folder `path`, which holds `extracted/`, `vocabulary/`, `references.bib` and `VERSION`.

    `vocabulary` stands in where the folder holds none, as a state of the data of long ago. An import into the folder
    that was cut off between two of its files is finished first (`recovery`). Raises DataError with every fault of every
    file, sorted by file, line and column, and UsageError when `path` is no such folder.
    """
    from icans_evidence.evidence.rules import Draft, run_rules
    from icans_evidence.evidence.schemas import columns_of
    from icans_evidence.evidence.vocabulary_files import places, read_vocabulary
    from icans_evidence.files.recovery import heal

    root = _root(path)
    heal(root)
    columns, files = places(root)
    faults = Faults(columns, files)
    if vocabulary is None or (root / FOLDER).is_dir():
        vocabulary = read_vocabulary(root, faults)
        faults.raise_any()
    columns |= {table: columns_of(vocabulary, table) for table in vocabulary.tables} | {BIB: ["key", "doi", "title"]}
    files |= {table: (root / "extracted" / f"{table}.csv").as_posix() for table in vocabulary.tables}
    files |= {BIB: (root / BIB).as_posix()}
    tables = _read_tables(root / "extracted", vocabulary, faults)
    references = _read_bibliography(root, faults)
    version, day = _read_version(root, faults)
    faults.close_stage()
    run_rules(Draft(tables, vocabulary, references), faults)
    faults.raise_any()
    frames = {table: frame.drop("line") for table, frame in tables.items()}
    frames["cohorts"] = _canonical(frames["cohorts"], vocabulary)
    return Evidence(root.resolve(), version, day, MappingProxyType(frames), references or (), vocabulary)


def _canonical(cohorts: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """The cohorts with every name of a product or disease in its canonical form, and every trait there is."""
    for name in TRAITS:
        if name not in cohorts.columns:
            cohorts = cohorts.with_columns(pl.lit(NOT_STATED).alias(name))
        elif (terms := vocabulary.is_name(name)) is not None:
            words = {text: terms.canonical(text) for text in cohorts[name].drop_nulls().unique()}
            if words:
                cohorts = cohorts.with_columns(pl.col(name).replace(words))
    return cohorts


def _root(path: str | Path) -> Path:
    root = Path(path)
    if not root.is_dir():
        raise UsageError(f"{shown(path)} is not a folder; name the folder that holds extracted/")
    if not (root / "extracted").is_dir():
        raise UsageError(f"{shown(path)} does not hold a folder extracted/; name the folder that does")
    return root


def _read_tables(folder: Path, vocabulary: Vocabulary, faults: Faults) -> dict[str, pl.DataFrame]:
    from icans_evidence.evidence.models import check_models
    from icans_evidence.evidence.vocabulary_files import MAY_LACK

    known = {f"{table}.csv": table for table in vocabulary.tables}
    for entry in sorted(folder.iterdir()):
        if entry.name not in known and not entry.name.startswith("."):
            faults.about(_as_given(entry), f"no such table belongs here; {allowed(entry.name, known)}")
    tables = {}
    for name, table in known.items():
        if table in MAY_LACK and not (folder / name).exists():
            tables[table] = _no_rows(table, vocabulary)
            continue
        data = _bytes_of(folder / name, faults)
        frame = None if data is None else _read_table(data, table, vocabulary, faults)
        if frame is not None:
            tables[table] = frame
    faults.close_stage()
    check_models(tables, vocabulary, faults)
    faults.close_stage()
    return tables


def _no_rows(table: str, vocabulary: Vocabulary) -> pl.DataFrame:
    from icans_evidence.evidence.schemas import types_of

    return pl.DataFrame(schema={"line": pl.UInt32, **types_of(vocabulary, table)})


def _read_table(data: bytes, table: str, vocabulary: Vocabulary, faults: Faults) -> pl.DataFrame | None:
    """One file, typed, with the `line` of each row; None when it cannot be read at all."""
    from icans_evidence.evidence.cells import typed
    from icans_evidence.evidence.kinds import ADDED
    from icans_evidence.evidence.schemas import types_of
    from icans_evidence.files.byte_hints import hints_in
    from icans_evidence.files.csv_text import read_texts

    types = types_of(vocabulary, table)
    texts = read_texts(data, list(types), lambda line, column, text: faults.at(table, line, column, text), ADDED)
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
        faults.about(_as_given(path), "is not UTF-8; save it as UTF-8")
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
        faults.about(_as_given(root / "VERSION"), f"{shown(text)} is not a version and a day, as in 0.1.0 2026-11-22")
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
    faults.about(_as_given(path), reason)
    return None


def _as_given(path: Path) -> str:
    """A path as messages name it: as the folder was named."""
    return path.as_posix()
