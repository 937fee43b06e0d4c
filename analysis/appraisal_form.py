"""Adds to data/extracted/appraisal.csv the items that wait for a person: one `not_judged` row for each.

Usage: python analysis/appraisal_form.py [--check]. Cohorts that enter a planned pool get the items of the checklist
that fits the pool; rows that stand there already are kept. An item without a row counts as not judged as well.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from icans_evidence import load_evidence
from icans_evidence.project import Project
from icans_evidence.summaries.certainty import items_for
from icans_evidence.summaries.poolability import candidates, judge
from icans_evidence.summaries.proportion_rows import counted

ROOT = Path(__file__).parent.parent
FILE = ROOT / "data" / "extracted" / "appraisal.csv"


def completed() -> pl.DataFrame:
    """The rows of appraisal.csv, followed by the items that no row names yet."""
    project = Project(ROOT)
    evidence, plan = project.evidence, project.plan
    present, rows = evidence.appraisal, counted(evidence)
    known = set(present.select("cohort_id", "item").iter_rows())
    wanted: dict[tuple[str, str], None] = {}
    for pool in plan.pools:
        judged = judge(candidates(evidence, rows, pool), pool, evidence.vocabulary)
        wanted |= {(cohort, item): None for cohort in judged.rows["cohort_id"].sort() for item in items_for(judged)}
    new = [(cohort, item, "not_judged", None, None) for cohort, item in wanted if (cohort, item) not in known]
    return pl.concat([present, pl.DataFrame(new, schema=present.schema, orient="row")])


def main() -> None:
    """Write the completed form, or with --check say how many items are missing and fail."""
    form = completed()
    if "--check" in sys.argv[1:]:
        missing = form.height - load_evidence(ROOT / "data").appraisal.height
        print(f"{missing} items without a row")
        sys.exit(1 if missing else 0)
    FILE.write_text(form.write_csv(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
