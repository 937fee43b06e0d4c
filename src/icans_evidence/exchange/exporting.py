"""The data written in the formats that other tools read, into a folder in which nothing else is touched.

The same data give the same bytes; a file that is not the untouched work of an earlier export is never replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from icans_evidence import wording
from icans_evidence.errors import UsageError
from icans_evidence.exchange.form_columns import about, asked
from icans_evidence.exchange.row_texts import bytes_of, csv_of, rows_in
from icans_evidence.files.formula_guard import harmless
from icans_evidence.files.recovery import heal
from icans_evidence.files.replacement import replace_files

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

LISTING = "EXPORTED.sha256"
_BOM = b"\xef\xbb\xbf"  # without it a spreadsheet reads ≥ and µ wrongly


@dataclass(frozen=True)
class Exported:
    """The files that an export wrote and those that were there already with the same bytes."""

    written: list[str]
    unchanged: list[str]


def _rows(evidence: Evidence) -> dict[str, list[list[str]]]:
    words = evidence.vocabulary
    return {table: rows_in(bytes_of(evidence.root, words, table), words, table) for table in words.tables}


def _xlsx(evidence: Evidence) -> dict[str, bytes]:
    from icans_evidence.exchange.form import form

    return {"icans-evidence.xlsx": form(evidence.vocabulary, _rows(evidence))}


def _csv(evidence: Evidence) -> dict[str, bytes]:
    files = {}
    for table, rows in _rows(evidence).items():
        columns = asked(evidence.vocabulary, table)
        safe = [
            [cell if column.numeric else harmless(cell) for cell, column in zip(row, columns, strict=True)]
            for row in rows
        ]
        files[f"{table}.csv"] = _BOM + csv_of([column.name for column in columns], safe)
    return files


def _parquet(evidence: Evidence) -> dict[str, bytes]:
    from icans_evidence.exchange.project_metadata import licence_of

    files, licence = {}, licence_of(evidence.root)
    for table, frame in evidence.tables.items():
        target = BytesIO()
        frame.write_parquet(target, metadata={
            "title": about(evidence.vocabulary, table), "version": evidence.version, "notice": wording.EDUCATIONAL,
            **({"licence": licence["name"]} if licence else {}),
        })  # fmt: skip
        files[f"{table}.parquet"] = target.getvalue()
    return files


def _datapackage(evidence: Evidence) -> dict[str, bytes]:
    from icans_evidence.exchange.datapackage import datapackage

    return datapackage(evidence)


def _metafor(evidence: Evidence) -> dict[str, bytes]:
    from icans_evidence.exchange.metafor_export import metafor

    return metafor(evidence)


def _bibtex(evidence: Evidence) -> dict[str, bytes]:
    from icans_evidence.exchange.bibtex_export import bibtex

    return bibtex(evidence)


FORMATS: dict[str, Callable[[Evidence], dict[str, bytes]]] = {
    "xlsx": _xlsx, "csv": _csv, "parquet": _parquet, "datapackage": _datapackage, "metafor": _metafor,
    "bibtex": _bibtex,
}  # fmt: skip
"""A format → the files it consists of, each with its bytes."""


def export(evidence: Evidence, to: str, out: Path, *, overwrite: bool = False) -> Exported:
    """Write the evidence in one format into the folder `out`, with a list of hashes (`EXPORTED.sha256`) beside.

    UsageError when `out` is, or lies in, the data folder, or when a file would be replaced that an export did not
    write or a person changed since; `overwrite` replaces it all the same.
    """
    if to not in FORMATS:
        raise UsageError(f'format "{to}"; allowed: {", ".join(FORMATS)}')
    data, target = evidence.root.resolve(), out.resolve()
    if data == target or data in target.parents:
        raise UsageError(f"{out} is the data itself; name another folder with -o")
    heal(out)
    files = FORMATS[to](evidence)
    known = _listed(out)
    there = {name: _hash_of(out / name) for name in files}
    mine = {name: sha256(content).hexdigest() for name, content in files.items()}
    alien = [name for name, found in there.items() if found and found not in (mine[name], known.get(name))]
    if alien and not overwrite:
        raise UsageError(f"{wording.listing(alien)} in {out} would be replaced, but no export wrote what stands there; "
                         "name another folder, or give --overwrite")  # fmt: skip
    changed = [name for name in files if there[name] != mine[name]]
    if changed or not (out / LISTING).is_file():
        lines = [f"{digest}  {name}\n" for name, digest in sorted((known | mine).items())]
        replace_files(out, {name: files[name] for name in changed} | {LISTING: "".join(lines).encode()})
    return Exported(changed, [name for name in files if name not in changed])


def _hash_of(path: Path) -> str:
    """The hash of a file, empty where there is none; UsageError where something else stands in its place."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError(f"{path} is no plain file; name another folder with -o")
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _listed(out: Path) -> dict[str, str]:
    """The files that earlier exports wrote into a folder, with the hash each had then."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is no folder; name a folder with -o")
    path = out / LISTING
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}
