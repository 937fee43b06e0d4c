"""What `show` prints of a name: the card of a row, or that of a cohort with its patients, figures and results."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence.errors import UsageError
from icans_evidence.evidence.vocabulary import outcome_words
from icans_evidence.pages.row_card import named, pages_quoting, row_card, row_lines
from icans_evidence.summaries.collected import results_by_id
from icans_evidence.summaries.data_overview import all_rows
from icans_evidence.summaries.row_status import standing

if TYPE_CHECKING:
    from icans_evidence.project import Project


def card_of(project: Project, name: str) -> dict[str, Any]:
    """The card of the row or the cohort of that name; UsageError, which names the nearest, where there is neither."""
    evidence, wanted = project.evidence, name.strip()
    cohorts = {cohort.casefold(): cohort for cohort in evidence.cohorts["cohort_id"]}
    if wanted.casefold() in cohorts:
        return cohort_card(project, cohorts[wanted.casefold()])
    rows = all_rows(evidence)["row_id"].to_list()
    if wanted.upper() in rows:
        return row_card(project, wanted.upper())
    near = [
        *difflib.get_close_matches(wanted.casefold(), list(cohorts), n=4, cutoff=0.6),
        *difflib.get_close_matches(wanted.upper(), rows, n=4, cutoff=0.5),
    ]
    raise UsageError(f'no row or cohort "{wanted}"; near it: {", ".join(near) or "none"}')


def cohort_card(project: Project, cohort_id: str) -> dict[str, Any]:
    """A cohort as a dictionary: cohort_id, cohort, document, overlaps, rows, results, pages."""
    evidence = project.evidence
    cohort = named(evidence.cohorts, "cohort_id", cohort_id) or {}
    labels = dict(evidence.cohorts.select("cohort_id", "label").iter_rows())
    stands = standing(evidence)
    rows = all_rows(evidence).filter(pl.col("cohort_id") == cohort_id)
    own = set(rows["row_id"])
    resting = [one for one in results_by_id(project).values() if own & set(one.rows) and not one.is_variation]
    shared = [name.strip() for name in cohort.get("overlaps_with", "").split(";") if name.strip()]
    return {
        "cohort_id": cohort_id, "cohort": cohort,
        "document": named(evidence.studies, "study_id", cohort.get("study_id")),
        "overlaps": [{"cohort_id": name, "label": labels.get(name, name)} for name in shared],
        "rows": [
            {
                "row_id": row["row_id"], "table": f"data/extracted/{row['table']}.csv",
                "finding": outcome_words(evidence.vocabulary, row["table"], row["outcome"]),
                "reported": row["reported"], "verdict": stands[row["row_id"]].verdict,
            }
            for row in rows.iter_rows(named=True)
        ],
        "results": [{"result_id": one.result_id, "sentence": one.sentence} for one in resting],
        "pages": pages_quoting(project.root, [one.result_id for one in resting]),
    }  # fmt: skip


def lines_of(card: dict[str, Any]) -> list[str]:
    """A card, of a row or of a cohort, as lines for a terminal."""
    return row_lines(card) if "row_id" in card else _cohort_lines(card)


def _cohort_lines(card: dict[str, Any]) -> list[str]:
    cohort, study = card["cohort"], card["document"] or {}
    traits = [
        f"{name.replace('_', ' ')} {str(value).replace('_', ' ')}" for name, value in cohort.items() if name in WHO
    ]
    shared = ", ".join(f"{one['cohort_id']} ({one['label']})" for one in card["overlaps"])
    lines = [
        f"{card['cohort_id']}  {cohort['label']}", f"  patients    {cohort.get('population', 'not stated')}",
        f"  who         {', '.join(traits)}", f"  treated     {cohort.get('n_treated', 'not stated')}",
        f"  study       {study.get('study_id', 'own records')}: {study.get('title', '')} ({study.get('document', '')})",
        f"  identifier  {study.get('doi') or study.get('pmid') or 'none'}",
        f"  overlaps    {shared or 'none'}",
    ]  # fmt: skip
    lines += [f"  basis       {cohort['overlap_basis']}"] if cohort.get("overlap_basis") else []
    lines += [f"  note        {cohort['note']}"] if cohort.get("note") else []
    lines += ["", f"  rows        {len(card['rows'])}"]
    lines += [f"    {row['row_id']}  {row['finding']}: {row['reported']}" for row in card["rows"]]
    lines += ["", f"  results     {len(card['results'])}"]
    lines += [f"    {one['result_id']}  {one['sentence']}" for one in card["results"]]
    return [*lines, f"  quoted in   {', '.join(card['pages']) or 'no page'}"]


WHO = ("product", "target", "disease", "age_group", "scale", "center", "origin")
"""Columns of a cohort that say who its patients are, besides their number."""
