"""What a pooled rate hangs on, as results: their ids on the pages, their figures, and that `diff` sees them move."""

from __future__ import annotations

import csv
import re
import shutil
from math import erfc, sqrt

import polars as pl
import pytest

from handmade import POOL, REFERENCE, judge, reference_rows
from icans_evidence.audit.releases.data_states import state_of
from icans_evidence.figures.charts.pictures import chart
from icans_evidence.figures.display import anchor
from icans_evidence.figures.tables.synthesis_tables import dependence_table
from icans_evidence.pages.audit_lists import results_list, uses
from icans_evidence.project import Project
from icans_evidence.summaries.collected import results_by_id
from icans_evidence.summaries.differences import difference
from icans_evidence.summaries.pooled_rates import answer
from icans_evidence.summaries.result import slug
from icans_evidence.summaries.sensitivity_analyses import dependence_results, steps, universe_results
from own_project import ROOT

LINKED = re.compile(r'class="num" href="audit.html#([^"]+)"')


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(ROOT)


@pytest.fixture(scope="module")
def known(project):
    return results_by_id(project)


def test_every_number_of_the_table_and_of_the_multiverse_stands_in_the_audit(project, known):
    listed = set(re.findall(r' id="([^"]+)"', results_list(known).html))
    assert listed >= {anchor(name) for name, one in known.items() if one.is_variation}
    for name, plan in project.plan.pictures.items():
        if plan.kind == "multiverse":
            drawn = chart(project.evidence, plan).html.split("<tbody>")[1]
            links = LINKED.findall(drawn)
            assert len(links) == drawn.count("<tr>") > 0 and listed >= set(links), name
    tables = [pool.id for pool in project.plan.pools if dependence_table(project.evidence, pool.id).html.count("num")]
    assert len(tables) > 2
    for pool in tables:
        html = dependence_table(project.evidence, pool).html
        links = LINKED.findall(html)
        assert listed >= set(links) and len(links) >= html.count('scope="row"') > 0, pool


def test_variations_are_no_uses_of_a_row_of_their_own(known):
    told = {name for names in uses(known).values() for name in names}
    assert told and not any(known[name].is_variation for name in told)


def pinned(name: str) -> dict[str, float]:
    with (REFERENCE / "pooled.csv").open(newline="", encoding="utf-8") as lines:
        (row,) = [r for r in csv.DictReader(lines) if (r["set"], r["method"], r["test"]) == (name, "GLMM", "t")]
    return {key: float(row[key]) for key in ("mu", "se", "estimate", "ci_low", "ci_high")}


def test_subgroups_are_what_metafor_gives_for_each_alone():
    """Witness: tests/reference/pooled.csv for each set alone; of two groups Q is the squared difference of the logits
    over the sum of their variances, and its probability on 1 df is erfc(sqrt(Q / 2))."""
    first, second = (reference_rows(name).with_columns(product=pl.lit(name)) for name in SETS)
    both = pl.concat([first, second]).with_columns(
        row_id=pl.format("INC-{}", pl.int_range(pl.len()) + 900), cohort_id=pl.format("c{}", pl.int_range(pl.len())),
        in_references=True, year=2020, disputed=pl.lit(None, pl.String),
    )  # fmt: skip
    found = answer(judge(both, POOL))
    made = {one.result_id: one for one in dependence_results([found])}
    for name in SETS:
        one, want = made[f"{found.id}.by.product.{name}"], pinned(name)
        assert [one.estimate, one.ci_low, one.ci_high] == pytest.approx(
            [want["estimate"], want["ci_low"], want["ci_high"]], abs=2e-6
        )
    a, b = map(pinned, SETS)
    q = (a["mu"] - b["mu"]) ** 2 / (a["se"] ** 2 + b["se"] ** 2)
    assert made[f"{found.id}.by.product.test"].estimate == pytest.approx(erfc(sqrt(q / 2)), rel=1e-3)
    assert len(made) == len(
        {id(one) for step in steps(found) for one in (step.result, step.cook, step.test) if one}
    ) + (len(universe_results(found)))


SETS = ("house_a", "house_b")


def test_an_id_is_read_and_never_taken_twice():
    assert (slug("CD19/CD22 tandem"), slug("+")) == ("cd19_cd22_tandem", "other")
    rows = reference_rows("house_a")
    names = ["a/b" if place % 2 else "a-b" for place in range(rows.height)]
    rows = rows.with_columns(
        product=pl.Series(names), in_references=True, year=2020, disputed=pl.lit(None, pl.String)
    )  # fmt: skip
    ids = [one.result_id for one in dependence_results([answer(judge(rows, POOL))])]
    assert len(ids) == len(set(ids))
    assert sum(".by.product.a_b" in name for name in ids) == 2


def test_a_changed_row_moves_its_subgroup_in_diff(tmp_path, known):
    """One cohort of a subgroup of four or more is said to have had no stated product: the subgroup loses it."""
    one = next(
        one for name, one in known.items()
        if ".by.product." in name and one.statistic == "subgroup" and (one.cohorts or 0) > 3 and "not_stated" not in name
    )  # fmt: skip
    for name in ("before", "after"):
        for part in ("data", "analysis"):
            shutil.copytree(ROOT / part, tmp_path / name / part, ignore=shutil.ignore_patterns("extraction_passes"))
    path = tmp_path / "after" / "data" / "extracted" / "cohorts.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        cohorts = list(csv.DictReader(lines))
    out = {row.split(".")[-1] for row in known if row.startswith(one.result_id.split(".by.")[0] + ".without.")}
    product = one.result_id.split(".")[-1]
    changed = next(row for row in cohorts if row["cohort_id"] in out and slug(row["product"]) == product)
    changed["product"] = "not_stated"
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, list(cohorts[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(cohorts)
    with state_of(str(tmp_path / "before"), None) as old, state_of(str(tmp_path / "after"), None) as new:
        moved = {move.result_id: move for move in difference(old, new, None).moved}
    before, after = moved[one.result_id].before, moved[one.result_id].after
    assert before is not None and after is not None and after.cohorts == (before.cohorts or 0) - 1
    assert before.sentence == one.sentence != after.sentence


def test_planted_faults_caught_are_results_counted_from_the_file_by_hand(known):
    """Witness: the lines of analysis/seeded_faults.csv counted by the csv module."""
    with (ROOT / "analysis" / "seeded_faults.csv").open(newline="", encoding="utf-8") as lines:
        faults = list(csv.DictReader(lines))
    kinds = {(row["kind"], row["half"], row["source"]) for row in faults}
    assert sum(name.startswith("seeded.kind.") for name in known) == 3 * len(kinds)
    for kind, half, source in kinds:
        group = [row for row in faults if (row["kind"], row["half"], row["source"]) == (kind, half, source)]
        caught = sum(row["caught_with"] == "true" for row in group)
        name = ".".join(slug(part) for part in (kind, half, source) if part)
        assert known[f"seeded.kind.{name}.caught_with"].estimate == caught / len(group)
