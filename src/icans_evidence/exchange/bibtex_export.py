"""The references that rows of the data use, as BibTeX: entries of references.bib as they stand, the others made.

A document that has no entry of its own gets one from its row of studies.csv, which says what was really read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from icans_evidence.files.bibtex import BIB, commands_of

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

_SPECIAL = re.compile(r"[#$%&_{}\\~^]")
_SIGNS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_PERSON = re.compile(r"([^,;]+) ([A-Z]{1,3})")


def bibtex(evidence: Evidence) -> dict[str, bytes]:
    """One file `references.bib` with an entry for every study that a row was read in, cites, or is a cohort of."""
    used = used_studies(evidence)
    entries = {reference.key: f"{reference.text}\n" for reference in evidence.references}
    rows = [row for row in evidence.studies.iter_rows(named=True) if row["study_id"] in used]
    leaned_on = [f"{command}\n" for command in commands_of((evidence.root / BIB).read_text(encoding="utf-8-sig"))]
    made = (entries.get(row["study_id"]) or _made(row) for row in rows)
    return {"references.bib": "\n".join([*leaned_on, *made]).encode()}


def used_studies(evidence: Evidence) -> set[str]:
    """The studies that rows use: where they were read, whose cohorts they are, and what the review cites for them."""
    numbered = {row["ref_number"]: row["study_id"] for row in evidence.studies.iter_rows(named=True)}
    homes = dict(evidence.cohorts.select("cohort_id", "study_id").iter_rows())
    used: set[str | None] = set()
    for name in evidence.vocabulary.located:
        frame = evidence.tables[name]
        used |= set(frame["read_in"]) | {homes.get(cohort) for cohort in frame["cohort_id"]}
        cited = {number for cell in frame["cites"].drop_nulls() for number in cell.split(";")}
        used |= {numbered.get(int(number)) for number in cited}
    return {study for study in used if study}


def _made(row: dict[str, Any]) -> str:
    """An entry from a row of studies.csv; `note` says what of the document was read."""
    texts = {
        "author": _author(row["authors"] or ""),
        "title": _plain(row["title"] or f"[Title not seen: {row['study_id']}]"),
        "howpublished": _plain(row["journal"] or ""), "year": row["year"], "doi": row["doi"],
        "note": _plain(f"Read as {row['document'].replace('_', ' ')}"),
    }  # fmt: skip
    said = [f"  {name} = {{{text}}}" for name, text in texts.items() if text]
    return f"@misc{{{row['study_id']},\n" + ",\n".join(said) + "\n}\n"


def _author(name: str) -> str:
    """A name as BibTeX tells its parts: "Gust J" is Gust, J; whatever has no initials is a group, named whole."""
    person = _PERSON.fullmatch(name)
    return f"{_plain(person[1])}, {person[2]}" if person else name and f"{{{_plain(name)}}}"


def _plain(text: str) -> str:
    """A text in which TeX reads no sign as a command."""
    return _SPECIAL.sub(lambda sign: _SIGNS.get(sign[0], f"\\{sign[0]}"), text)
