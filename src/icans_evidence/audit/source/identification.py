"""Which study a reader's copy is: as he says, by its sentences, or by its DOI.

A copy that cannot be told is an error and never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from icans_evidence.audit.source.documents import read_copy
from icans_evidence.audit.source.sentence_index import Copy
from icans_evidence.errors import UsageError
from icans_evidence.files.faults import allowed, shown

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

_FEWEST = 3
"""Sentences that a copy must share with the rows of a study to be held for it."""
_ENOUGH = 400_000
"""Characters of a copy that are searched for such sentences."""
_OPENING = 6_000
"""Characters in which a document gives its own DOI."""


def read_files(named: Iterable[str]) -> list[tuple[str, Path, str]]:
    """Study, file and text of each copy; each is named as FILE or STUDY_ID=FILE, the study empty where not given."""
    return [(study, path, read_copy(path)) for study, path in map(_split, named)]


def _split(named: str) -> tuple[str, Path]:
    study, mark, file = named.partition("=")
    return ("", Path(named)) if not mark or Path(named).exists() else (study, Path(file))


def by_study(evidence: Evidence, copies: Iterable[tuple[str, Path, str]]) -> dict[str, str]:
    """The text of each copy by study_id; UsageError for an unknown study, a second copy, or one that cannot be told."""
    studies = list(evidence.studies["study_id"])
    texts: dict[str, str] = {}
    for given, path, text in copies:
        if given and given not in studies:
            raise UsageError(f"{shown(given)} is no study_id; {allowed(given, studies)}")
        study = given or study_of(evidence, text, path)
        if study in texts:
            raise UsageError(f"{shown(path)} is a second copy of {study}; give each document once")
        texts[study] = text
    return texts


def study_of(evidence: Evidence, text: str, path: Path) -> str:
    """The study whose rows name most sentences of a text, or whose DOI stands at its beginning."""
    sections = {name for name in evidence.claims["section"] if name}
    sentences = set(Copy(text[:_ENOUGH], sections).by_fingerprint)
    shared: Counter[str] = Counter()
    for table in evidence.vocabulary.located:
        rows = evidence.tables[table].select("read_in", "fingerprint").drop_nulls().unique()
        shared.update(study for study, fingerprint in rows.iter_rows() if fingerprint in sentences)
    if shared and shared.most_common(1)[0][1] >= _FEWEST:
        return shared.most_common(1)[0][0]
    opening = text[:_OPENING].casefold()
    by_doi = [s for s, doi in evidence.studies.select("study_id", "doi").iter_rows() if doi and doi in opening]
    if len(by_doi) == 1:
        return str(by_doi[0])
    raise UsageError(f"which study {shown(path)} is cannot be told from its text; give it as STUDY_ID={path}")
