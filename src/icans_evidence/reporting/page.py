"""What a page calls: `say`, `chart`, `table` and the audit's lists, all from one reading of the data.

The data folder is `ICANS_EVIDENCE_DATA`, set by the build, or `data` under the nearest folder with `_quarto.yml`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from icans_evidence.errors import UsageError
from icans_evidence.evidence import Evidence, load_evidence
from icans_evidence.project import project_root
from icans_evidence.reporting import audit_lists, chart_key, charts, grading_tables, synthesis_tables, tables
from icans_evidence.reporting.display import Shown, Words
from icans_evidence.reporting.plan import Plan, read_plan
from icans_evidence.reporting.seeded import seeded_results, seeded_table
from icans_evidence.reporting.standing import standing_results
from icans_evidence.reporting.summaries import results


@dataclass(frozen=True)
class Report:
    """The evidence, the plan and the results that the pages quote."""

    evidence: Evidence
    plan: Plan
    results: dict[str, dict[str, Any]]


@cache
def _read(data: Path, root: Path) -> Report:
    evidence = load_evidence(data)
    rows = {row["result_id"]: row for row in results(evidence).iter_rows(named=True)}
    rows |= {row["result_id"]: row for row in (*standing_results(evidence), *seeded_results(root))}
    return Report(evidence, read_plan(root / "analysis" / "plan.toml"), rows)


def report() -> Report:
    """The report of the data folder in force; read once a process."""
    root = project_root()
    return _read(Path(os.environ.get("ICANS_EVIDENCE_DATA") or root / "data").resolve(), root)


PARTS = ("sentence", "phrase", "estimate", "cohorts", "n_total")


def say(result_id: str, part: str = "sentence") -> Words:
    """A result in words, as a link to its row of the audit: the whole sentence, its phrase, or one of its figures."""
    row = report().results.get(result_id)
    if row is None:
        near = ", ".join(name for name in report().results if name.split(".")[0] == result_id.split(".", maxsplit=1)[0])
        raise UsageError(f'say("{result_id}"): no such result; there are: {near[:600] or ", ".join(PARTS)}')
    if part not in PARTS:
        raise UsageError(f'say("{result_id}", "{part}"): allowed parts: {", ".join(PARTS)}')
    value = row[part]
    text = f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)
    if part != "sentence":
        return Words(_linked(row, text))
    before, phrase, after = text.partition(row["phrase"] or text)
    return Words(markdown_escaped(before) + (_linked(row, phrase) if phrase else "") + markdown_escaped(after))


def so_far(name: str) -> Words:
    """What is known of each outcome of a picture of the plan, a line each: its range, or that there is none yet."""
    from icans_evidence.reporting.ranges_so_far import so_far as found

    lines = found(report().evidence, _planned(name), report().results)
    return Words("\n".join(f"- {say(result) if result else markdown_escaped(words)}" for result, words in lines))


def flow() -> Shown:
    """The flow of records into the review, from flow.csv in the data folder."""
    from icans_evidence.reporting.prisma_drawing import shown_flow

    return shown_flow(report().evidence.root)


def _linked(row: dict[str, Any], text: str) -> str:
    """A figure as a quiet link to its row in the audit, its sentence and method in the title."""
    title = " ".join(part for part in (row["sentence"], row["method"]) if part).replace('"', "”")
    target = f"audit.qmd#{audit_lists.anchor(row['result_id'])}"
    return f'[{markdown_escaped(text)}]({target} "{markdown_escaped(title)}"){{.num}}'


def markdown_escaped(text: str) -> str:
    """Text in which no character is taken as Markdown or HTML."""
    return "".join(f"\\{character}" if character in "\\`*_{}[]()#+-.!<>|~^$@\"'" else character for character in text)


def chart(name: str) -> Shown:
    """The chart that the plan names, static first, with its data beneath; UsageError for a name the plan lacks."""
    return charts.chart(report().evidence, _planned(name))


def key() -> Shown:
    """The key to the marks of the charts."""
    return chart_key.chart_key()


def table(name: str) -> Shown:
    """The table of a picture of the plan: the same rows with counts, intervals, scale and place read."""
    plan = _planned(name)
    make = {"proportions": tables.rates_table, "durations": tables.durations_table}.get(plan.kind)
    if make is None:
        raise UsageError(
            f'table("{name}"): pictures of kind {plan.kind} have no table; allowed: proportions, durations'
        )
    return make(report().evidence, plan)


def _planned(name: str) -> Any:
    pictures = report().plan.pictures
    if name not in pictures:
        raise UsageError(f'no picture "{name}" in analysis/plan.toml; there are: {", ".join(pictures)}')
    return pictures[name]


def doses(*drugs: str, in_handout: bool = False) -> Shown:
    """Doses as each source states them, for the drugs named or for all."""
    return tables.doses_table(report().evidence, drugs, in_handout)


def laboratory() -> Shown:
    """Laboratory values as printed and in SI units."""
    return tables.laboratory_table(report().evidence)


def figures() -> Shown:
    """Every figure with its study, place and checks: the first 5,000, and a link to all of them as CSV."""
    return audit_lists.figures_list(report().evidence, report().results)


def results_list() -> Shown:
    """Every result with its sentence, method and the rows behind it."""
    return audit_lists.results_list(report().results)


def register() -> Shown:
    """The register of disagreements with the reading taken in each."""
    return audit_lists.register_list(report().evidence)


def claims() -> Shown:
    """The claims of the review over several studies with their verdicts."""
    return audit_lists.claims_list(report().evidence, report().results)


def consistency() -> Shown:
    """What the checks that need no article tell of the rows, each with the entry of the register that names it."""
    return audit_lists.consistency_list(report().evidence)


def passes(part: str) -> Shown:
    """How far the two extraction passes agree: "tables", "fields" or "differences"; UsageError for another part."""
    from icans_evidence.reporting import agreement

    parts = {
        "tables": agreement.tables_table,
        "fields": agreement.fields_table,
        "differences": agreement.differences_table,
    }
    if part not in parts:
        raise UsageError(f'passes("{part}"): allowed: {", ".join(parts)}')
    folder = report().evidence.root / "extraction_passes"
    return parts[part](agreement.compare(folder / "a", folder / "b"))


def planted() -> Shown:
    """Planted faults and how many are caught, kind by kind."""
    return seeded_table(project_root())


def signoff() -> Shown:
    """The shares of rows that are verified, lapsed and unverified, by table."""
    from icans_evidence.reporting.signing_tables import signoff_table

    return signoff_table(report().evidence)


def studies() -> Shown:
    """The documents read or cited: what was read of each and how many figures came from it."""
    return audit_lists.studies_list(report().evidence)


def sentences_without_row() -> Shown:
    """Sentences of the review that hold a figure and have no row, with the reason."""
    return audit_lists.reasons_list(report().evidence)


def version() -> Words:
    """The data's version and date, marked so that a copied report of a wrong number carries them."""
    evidence = report().evidence
    stamp = f"data {evidence.version} of {evidence.version_date}"
    return Words(f'[{stamp}]{{data-version="{stamp}"}}')


def criteria(which: str) -> Shown:
    """The criteria of a scale as a table: adult, child or crs."""
    return grading_tables.criteria_table(which)


def readings(which: str) -> Shown:
    """The readings taken of a scale where its sources leave something open."""
    return grading_tables.readings_table(which)


def ice() -> Shown:
    """The items of ICE."""
    return grading_tables.ice_table()


def tocilizumab() -> Shown:
    """One dose of tocilizumab for CRS by weight."""
    return grading_tables.tocilizumab_table()


def calculator() -> Shown:
    """The calculator of ICE, ICANS, CRS, m-EASIX and tocilizumab by weight."""
    from icans_evidence.reporting.calculator_form import calculator as made

    return made()


def clinical_cases() -> Shown:
    """The clinical cases as a quiz."""
    cases = project_root() / "tests" / "spec" / "cases.csv"
    if not cases.is_file():
        raise UsageError(f"clinical_cases(): this project has no {cases.relative_to(project_root()).as_posix()}")
    return grading_tables.clinical_cases(cases)


def findings() -> Shown:
    """The summary of findings, one line for each planned pool."""
    return synthesis_tables.findings_table(report().evidence)


def hangs_on(pool_id: str) -> Shown:
    """What a pooled rate hangs on: cohorts left out, subgroups, years."""
    return synthesis_tables.dependence_table(report().evidence, pool_id)


def how_pooled(pool_id: str) -> Shown:
    """The method sentence of a pooled result and the R that repeats it."""
    return synthesis_tables.method_shown(report().evidence, pool_id)


def lights(pool_id: str) -> Shown:
    """Risk of bias of a pool's cohorts, item by item."""
    return synthesis_tables.lights(report().evidence, pool_id)


def dictionary() -> Shown:
    """The data dictionary: every column with its meaning, unit and allowed values."""
    from icans_evidence.evidence.dictionary import dictionary as entries

    columns = ["Table", "Column", "Meaning", "Unit", "Allowed", "Required"]
    listed = [
        ("", [escape(str(cell)) for cell in (*entry[:-1], "yes" if entry.required else "")])
        for entry in entries(report().evidence.outcomes)
    ]
    return audit_lists.listing_table(columns, listed, "Data dictionary")


def checks() -> Shown:
    """The checks that every row passes before anything is built from it."""
    from icans_evidence.evidence.checks import RULES

    listed = [("", [escape(rule.name.replace("_", " ")), escape(rule.sentence)]) for rule in RULES]
    return audit_lists.listing_table(["Check", "What must hold"], listed, "Checks", sortable=False)


def questions() -> Shown:
    """The checks of consistency, one sentence each: what they tell is for a person to settle."""
    from icans_evidence.audit.consistency import RULES

    listed = [("", [escape(rule.name), escape(rule.sentence)]) for rule in RULES]
    return audit_lists.listing_table(["Check", "What is asked"], listed, "Checks of consistency", sortable=False)
