"""The data as a Frictionless data package: the files as they are, and a description that a program can check them by.

Fields, limits, words and links are those of the declared schemas; sizes and hashes are those of the files.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from icans_evidence import wording
from icans_evidence.exchange.form_columns import Asked, about, asked, link_of, names_of_rows
from icans_evidence.exchange.project_metadata import licence_of, title_of
from icans_evidence.exchange.row_texts import whole_bytes_of
from icans_evidence.files.bibtex import BIB

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


def datapackage(evidence: Evidence) -> dict[str, bytes]:
    """The files of the package: every table byte for byte, the references, and `datapackage.json`."""
    words = evidence.vocabulary
    files = {f"data/{table}.csv": whole_bytes_of(evidence.root, words, table) for table in words.tables}
    title, licence = title_of(evidence.root.resolve().parent), licence_of(evidence.root)
    described = {
        "profile": "tabular-data-package", "name": _name(title), "title": title,
        "description": f"Figures as printed in the documents named, one row each. {wording.EDUCATIONAL}",
        "version": evidence.version, "created": f"{evidence.version_date.isoformat()}T00:00:00Z",
        **({"licenses": [licence]} if licence else {}), "sources": _sources(evidence),
        "resources": [_resource(table, files[f"data/{table}.csv"], evidence) for table in evidence.vocabulary.tables],
    }  # fmt: skip
    text = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    return {"datapackage.json": text.encode(), **files, BIB: (evidence.root / BIB).read_bytes()}


def _name(title: str) -> str:
    """A name of a package: "Headache after puncture" is headache-after-puncture."""
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-") or "evidence"


def _sources(evidence: Evidence) -> list[dict[str, str]]:
    """The documents of studies.csv, each with its DOI where it has one."""
    rows = evidence.studies.select("study_id", "title", "doi").iter_rows()
    return [
        {"title": title or study, **({"path": f"https://doi.org/{doi}"} if doi else {})} for study, title, doi in rows
    ]


def _resource(table: str, content: bytes, evidence: Evidence) -> dict[str, Any]:
    words = evidence.vocabulary
    keys, columns = list(names_of_rows(words, table)), asked(words, table)
    links = [(column.name, link_of(table, column.name)) for column in columns if link_of(table, column.name)]
    return {
        "profile": "tabular-data-resource", "name": table, "path": f"data/{table}.csv",
        "title": about(words, table), "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "bytes": len(content), "hash": f"sha256:{sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(column) for column in columns],
            "missingValues": [""], "primaryKey": keys,
            "foreignKeys": [
                {"fields": name, "reference": {"resource": home, "fields": names_of_rows(words, home)[0]}}
                for name, home in links
            ],
        },
    }  # fmt: skip


def _field(column: Asked) -> dict[str, Any]:
    limits = {
        "required": column.required or None, "unique": column.unique or None, "minimum": column.low,
        "maximum": column.high, "pattern": column.pattern or None, "enum": list(column.choices) or None,
    }  # fmt: skip
    constraints = {name: value for name, value in limits.items() if value is not None}
    above = "" if column.above is None else f"; more than {column.above:g}"
    words = {word: meaning for word, meaning in column.choices.items() if meaning}
    return {
        "name": column.name, "type": column.type, "description": column.meaning + above,
        **({"unit": column.unit} if column.unit else {}), **({"meanings": words} if words else {}),
        **({"constraints": constraints} if constraints else {}),
    }  # fmt: skip
