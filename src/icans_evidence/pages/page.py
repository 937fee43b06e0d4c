"""What a page calls: `say`, `chart`, `table` and the audit's lists, all from one reading of the data.

The project is the one that is named, else the one in force: that of the build, or the nearest with `_quarto.yml`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from icans_evidence.audit.extractions.pairs import FOLDER as PASSES
from icans_evidence.errors import UsageError
from icans_evidence.evidence import Evidence
from icans_evidence.evidence.plan import Plan
from icans_evidence.evidence.vocabulary import FOLDER
from icans_evidence.figures.charts import chart_key, pictures
from icans_evidence.figures.display import Shown, Words, anchor
from icans_evidence.figures.tables import evidence_tables, published_tables, synthesis_tables
from icans_evidence.project import Project, project_in_force
from icans_evidence.summaries import looked_for as looked_for_in_documents
from icans_evidence.summaries import published as published_pools
from icans_evidence.summaries.collected import results_by_id
from icans_evidence.summaries.result import Result
from icans_evidence.summaries.row_status import standing_results


@dataclass(frozen=True)
class Report:
    """A project with the results that its pages quote."""

    project: Project
    results: dict[str, Result]

    @property
    def evidence(self) -> Evidence:
        """All rows of the data."""
        return self.project.evidence

    @property
    def plan(self) -> Plan:
        """The decisions of the analysis."""
        return self.project.plan

    @property
    def root(self) -> Path:
        """The folder of the project."""
        return self.project.root


@lru_cache(maxsize=2)
def _read(data: Path, root: Path, _: frozenset[tuple[str, int, int]]) -> Report:
    project = Project(root, data=data)
    uncommitted = {one.result_id: one for one in standing_results(project.evidence)}
    return Report(project, results_by_id(project) | uncommitted)


def report(project: Project | str | Path | None = None) -> Report:
    """The report of a project, or of the one in force; read once, and again when a file of it has changed."""
    chosen = project_in_force() if project is None else Project.of(project)
    data, root = chosen.data, chosen.root
    passes = data / PASSES
    folders = (data, data / "extracted", data / FOLDER, root / "analysis", passes, passes / "a", passes / "b")
    return _read(data, root, state_of(*folders))


def state_of(*folders: Path) -> frozenset[tuple[str, int, int]]:
    """Name, size and time of every file that lies in the folders."""
    files = [entry for folder in folders if folder.is_dir() for entry in os.scandir(folder) if entry.is_file()]
    return frozenset((entry.path, entry.stat().st_size, entry.stat().st_mtime_ns) for entry in files)


PARTS = ("sentence", "short", "phrase", "estimate", "cohorts", "n_total")


def say(result_id: str, part: str = "sentence", *, project: Project | str | Path | None = None) -> Words:
    """A result in words, as a link to its row of the audit: the whole sentence, its phrase, or one of its figures.

    "short" is the sentence without its part on how far the outcome was looked for; `looked_for` then says it beside.
    """
    known = report(project).results
    result = known.get(result_id)
    if result is None:
        near = ", ".join(name for name in known if name.split(".")[0] == result_id.split(".", maxsplit=1)[0])
        raise UsageError(f'say("{result_id}"): no such result; there are: {near[:600] or ", ".join(PARTS)}')
    if part not in PARTS:
        raise UsageError(f'say("{result_id}", "{part}"): allowed parts: {", ".join(PARTS)}')
    value = getattr(result, part)
    text = f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)
    if part not in ("sentence", "short"):
        return Words(_linked(result, text))
    before, phrase, after = text.partition(result.phrase or text)
    return Words(markdown_escaped(before) + (_linked(result, phrase) if phrase else "") + markdown_escaped(after))


def looked_for(*result_ids: str) -> Words:
    """How far the outcomes of some ranges and pools were looked for, in one sentence: the note to their short words."""
    evidence, known = report().evidence, report().results
    cores: dict[str, None] = {}
    for result_id in result_ids:
        if result_id not in known:
            raise UsageError(f'looked_for("{result_id}"): no such result')
        cores[looked_for_in_documents.core_of(evidence, *result_id.split(".")[:2])] = None
    said = [f"{evidence.vocabulary.core[core]} in {say(f'looked.{core}', 'phrase').markdown}" for core in cores if core]
    whole = f"Documents in which it was looked for: {'; '.join(said)}." if said else ""
    rest = looked_for_in_documents.NOT_EVERYWHERE.strip() if "" in cores else ""
    return Words(" ".join(filter(None, (whole, markdown_escaped(rest) if rest else ""))))


def so_far(name: str) -> Words:
    """What is known of each outcome of a picture of the plan, a line each: its range, or that there is none yet."""
    from icans_evidence.summaries.ranges import so_far as found

    lines = found(report().evidence, _planned(name), report().results)
    return Words(
        "\n".join(f"- {say(result).markdown if result else markdown_escaped(words)}" for result, words in lines)
    )


def flow() -> Shown:
    """The flow of records into the review, from flow.csv in the data folder."""
    from icans_evidence.figures.flow_drawing import shown_flow

    return shown_flow(report().evidence.root)


def _linked(result: Result, text: str) -> str:
    """A figure as a quiet link to its row in the audit, its sentence and method in the title."""
    title = " ".join(part for part in (result.sentence, result.method) if part).replace('"', "”")
    target = f"audit.qmd#{anchor(result.result_id)}"
    return f'[{markdown_escaped(text)}]({target} "{markdown_escaped(title)}"){{.num}}'


def markdown_escaped(text: str) -> str:
    """Text in which no character is taken as Markdown or HTML."""
    return "".join(f"\\{character}" if character in "\\`*_{}[]()#+-.!<>|~^$@\"'" else character for character in text)


def chart(name: str, *, project: Project | str | Path | None = None) -> Shown:
    """The chart that the plan names, static first, with its data beneath; UsageError for a name the plan lacks."""
    return pictures.chart(report(project).evidence, _planned(name, project))


def key() -> Shown:
    """The key to the marks of the charts."""
    return chart_key.chart_key()


def table(name: str, *, project: Project | str | Path | None = None) -> Shown:
    """The table of a picture of the plan: the same rows with counts, intervals, scale and place read."""
    plan = _planned(name, project)
    make = {"proportions": evidence_tables.rates_table, "durations": evidence_tables.durations_table}.get(plan.kind)
    if make is None:
        raise UsageError(
            f'table("{name}"): pictures of kind {plan.kind} have no table; allowed: proportions, durations'
        )
    return make(report(project).evidence, plan)


def _planned(name: str, project: Project | str | Path | None = None) -> Any:
    pictures = report(project).plan.pictures
    if name not in pictures:
        raise UsageError(f'no picture "{name}" in analysis/plan.toml; there are: {", ".join(pictures)}')
    return pictures[name]


def doses(*drugs: str, in_handout: bool = False) -> Shown:
    """Doses as each source states them, for the drugs named or for all."""
    return evidence_tables.doses_table(report().evidence, drugs, in_handout)


def laboratory() -> Shown:
    """Laboratory values as printed and in SI units."""
    return evidence_tables.laboratory_table(report().evidence)


def version() -> Words:
    """The data's version and date, marked so that a copied report of a wrong number carries them."""
    evidence = report().evidence
    stamp = f"data {evidence.version} of {evidence.version_date}"
    return Words(f'[{stamp}]{{data-version="{stamp}"}}')


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


def others_pooled(*outcomes: str) -> Shown:
    """What others pooled of some outcomes; without a name, of all outcomes of which no pool is planned here."""
    chosen = outcomes or _not_pooled_here()
    return published_tables.others_table(report().evidence, chosen, "-".join(outcomes).replace("_", "-") or "rest")


def _not_pooled_here() -> tuple[str, ...]:
    """The outcomes that others pooled and that stand beside no pool of the plan."""
    evidence = report().evidence
    beside = {
        name
        for pool in report().plan.pools
        for name in published_pools.published_for(evidence, pool.outcome)["outcome"]
    }
    return tuple(name for name in evidence.published_pools["outcome"].unique(maintain_order=True) if name not in beside)
