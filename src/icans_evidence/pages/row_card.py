"""One figure walked back: what it says, whose it is, where it was read, what was checked and where it is used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence.audit.signatures.signature_status import VERIFIED
from icans_evidence.evidence.rules import RULES
from icans_evidence.evidence.vocabulary import outcome_words
from icans_evidence.pages.audit_lists import uses
from icans_evidence.summaries import signature_shares
from icans_evidence.summaries.collected import results_by_id
from icans_evidence.summaries.data_overview import all_rows, place_of
from icans_evidence.summaries.row_locations import picture_places
from icans_evidence.summaries.row_status import standing

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence
    from icans_evidence.project import Project

PROVENANCE = ("population", "denominator_kind", "relation", "reported", "read_in", "in_review", "cites", "section",
              "sentence", "fingerprint", "locator", "n_locator", "certainty", "second_reading", "note",
              "extracted_by")  # fmt: skip


def row_card(project: Project, row_id: str) -> dict[str, Any]:
    """A row of that name as a dictionary: row_id, table, finding, values, provenance, document, cohort, checks,
    used_in, pages."""
    evidence, root = project.evidence, project.root
    row = all_rows(evidence).row(by_predicate=pl.col("row_id") == row_id, named=True)
    computed = results_by_id(project)
    table = row["table"]
    own = [
        name for name in evidence.tables[table].columns if name not in PROVENANCE and name not in ("row_id", "outcome")
    ]
    places = picture_places(project.plan, root)
    drawn = list(dict.fromkeys(words for _, words in places.get((table, row["outcome"]), ())))
    quoted = uses(computed).get(row_id, [])
    used = [*quoted, *drawn]
    stand, mark = standing(evidence)[row_id], signature_shares.mark(evidence, row_id)
    return {
        "row_id": row_id, "table": f"data/extracted/{table}.csv",
        "finding": outcome_words(evidence.vocabulary, table, row["outcome"]),
        "values": {name: row[name] for name in own if row[name] is not None},
        "provenance": {name: row[name] for name in PROVENANCE if row.get(name) is not None},
        "document": named(evidence.studies, "study_id", row["read_in"]),
        "cohort": named(evidence.cohorts, "cohort_id", row["cohort_id"]),
        "result": computed[row_id].sentence if row_id in computed else None,
        "checks": [*(rule.name for rule in RULES), f"sentence of the source: {stand.verdict_words}"],
        "verdict": stand.verdict,
        "disputed": _disputed(evidence, row_id), "used_in": used, "pages": pages_quoting(root, [row_id, *quoted]),
        "signed_by": mark["by"] if mark["status"] == VERIFIED else None, "signature": mark["in_words"],
    }  # fmt: skip


def named(frame: pl.DataFrame, key: str, value: str | None) -> dict[str, Any] | None:
    """The filled cells of the line whose `key` is the value; None without one."""
    found = frame.filter(pl.col(key) == value) if value else frame.head(0)
    return {name: cell for name, cell in found.row(0, named=True).items() if cell is not None} if found.height else None


def _disputed(evidence: Evidence, row_id: str) -> list[dict[str, str]]:
    touching = evidence.discrepancies.filter(
        pl.col("rows").fill_null("").str.split(";").list.eval(pl.element().str.strip_chars()).list.contains(row_id)
    )
    return touching.select("discrepancy_id", "outcome", "printed", "against", "reading").to_dicts()


def pages_quoting(root: Path, names: list[str]) -> list[str]:
    """Reports that quote one of the results by name."""
    if not names:
        return []
    pattern = re.compile("|".join(rf'"{re.escape(name)}"' for name in names))
    return [page.name for page in sorted((root / "reports").glob("*.qmd")) if pattern.search(page.read_text("utf-8"))]


def row_lines(card: dict[str, Any]) -> list[str]:
    """The card as lines for a terminal."""
    study, cohort = card["document"] or {}, card["cohort"] or {}
    where = card["provenance"]
    place = place_of(where) or "own records"
    lines = [
        f"{card['row_id']}  {card['finding']}", f"  printed     {where['reported']}",
        "  values      " + ", ".join(f"{name} {value}" for name, value in card["values"].items()),
        f"  patients    {where.get('population', 'not stated')}  ({where.get('denominator_kind', 'no denominator')})",
        f"  cohort      {cohort.get('label', 'none: a statement of the review')}",
        f"  read in     {study.get('study_id', 'own records')}: {study.get('title', '')} ({study.get('document', '')})",
        f"  place       {place}", f"  identifier  {study.get('doi') or study.get('pmid') or 'none'}",
        f"  file        {card['table']}",
    ]  # fmt: skip
    lines += [f"  note        {where['note']}"] if where.get("note") else []
    lines += [f"  result      {card['result']}"] if card["result"] else []
    lines += [f"  disputed    {entry['discrepancy_id']}: {entry['against']}" for entry in card["disputed"]]
    lines += [f"  used in     {', '.join([*card['used_in'], *card['pages']]) or 'no summary'}"]
    lines += [
        f"  checks      {len(card['checks']) - 1} passed; {card['checks'][-1]}",
        f"  signed by   {card['signature']}",
    ]
    return lines
