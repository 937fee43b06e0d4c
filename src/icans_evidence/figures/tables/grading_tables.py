"""The criteria, the score items, the clinical cases and the weight bands as a page prints them, from their rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from icans_evidence import wording
from icans_evidence.errors import UsageError
from icans_evidence.figures.display import Shown
from icans_evidence.figures.paper import Draw
from icans_evidence.figures.tables.evidence_tables import great
from icans_evidence.grading import grade_answer
from icans_evidence.grading.criteria import Condition, Domain, Scale, dose_bands, ice_items
from icans_evidence.grading.scales import grader, graders
from icans_evidence.grading.scores import tocilizumab_dose


def table_names() -> dict[str, Scale]:
    """The scales by the name of their printed table: adult, child, crs."""
    return {scale.about.table: scale for grader in graders().values() for scale in grader.scales}


def _scale(function: str, which: str) -> Scale:
    if which not in table_names():
        raise UsageError(f'{function}("{which}"): allowed: {", ".join(table_names())}')
    return table_names()[which]


def criteria_table(which: str) -> Shown:
    """The criteria of the "adult", "child" or "crs" scale: one row a domain, one column a grade, in our wording."""
    scale = _scale("criteria", which)
    conditions = grader(scale.about.name).conditions
    highest = scale.about.highest
    rows = [{"domain": domain.about.heading, **_grades(domain, conditions, highest)} for domain in scale.domains]
    labels = {"domain": "Domain", **{f"grade_{grade}": f"Grade {grade}" for grade in range(highest + 1)}}
    sources = "; ".join(dict.fromkeys(row.source for domain in scale.domains for row in domain.rows))
    entries = {row.domain for row in conditions if row.kind == "entry"}
    notes = "".join(f" {row.note}" for domain in scale.domains if domain.code in entries
                    for row in domain.rows if row.note)  # fmt: skip
    return great(pl.DataFrame(rows), f"criteria-{which}", labels, note=f"Our wording.{notes} Sources: {sources}.")


def _grades(domain: Domain, conditions: Iterable[Condition], highest: int) -> dict[str, str]:
    """What reaches each grade; a masked entry that is open at grade 0 reaches none and is said in the note."""
    masks = {entry for row in conditions if row.kind == "mask" and row.domain == domain.code == row.lifts
             for entry in row.entries(domain)}  # fmt: skip
    cells: dict[str, list[str]] = {f"grade_{grade}": [] for grade in range(highest + 1)}
    for row in domain.rows:
        if not set(domain.entries(row.finding, row.score_min, row.score_max)) <= masks:
            cells[f"grade_{row.grade}"].append(row.criterion)
    return {column: "; or ".join(words) if words else "–" for column, words in cells.items()}


def readings_table(which: str) -> Shown:
    """The readings taken where the sources leave something open: domain, grade, reading, source."""
    rows = [
        {
            "finding": f"{domain.about.heading}: {row.label}",
            "grade": str(row.grade),
            "reading": row.note,
            "source": row.source,
        }
        for domain in _scale("readings", which).domains
        for row in domain.rows
        if row.note
    ]
    labels = {"finding": "Finding", "grade": "Grade", "reading": "Reading taken", "source": "Source"}
    return great(pl.DataFrame(rows), f"readings-{which}", labels)


def ice_table() -> Shown:
    """The ten items of ICE with their points."""
    rows = [
        {"task": item.task, "domain": wording.capital(item.domain), "points": str(item.points)} for item in ice_items()
    ]
    return great(
        pl.DataFrame(rows),
        "ice-items",
        {"task": "Task", "domain": "Domain", "points": "Points"},
        note="One point each, ten in all. Our wording of the tasks.",
        figures=("points",),
    )


def ice_card() -> Shown:
    """ICE on a card: one row a domain with its tasks and the points of them all."""
    domains = dict.fromkeys(item.domain for item in ice_items())
    rows = [
        {
            "domain": wording.capital(domain),
            "tasks": "; ".join(item.task for item in ice_items() if item.domain == domain),
            "points": str(sum(item.points for item in ice_items() if item.domain == domain)),
        }
        for domain in domains
    ]
    labels = {"domain": "Domain", "tasks": "Tasks", "points": "Points"}
    said = [
        "What is not asked is not a lost point: the score is then a range.",
        *(i.note for i in ice_items() if i.note),
    ]
    note = " ".join([*said, "Our wording."])
    return great(pl.DataFrame(rows), "ice-card", labels, note=note, figures=("points",))


def criteria_card(which: str) -> Shown:
    """The "adult" or "child" criteria on a card: one row a grade, the worst first, and what reaches it; 0 needs all."""
    scale = _scale("criteria_card", which)
    rows = [row for domain in scale.domains for row in domain.rows]
    reached = {grade: [row.label for row in rows if row.grade == grade] for grade in range(scale.about.highest, -1, -1)}
    none = f"All of: {'; '.join(reached.pop(0))}"
    lines = [{"grade": str(grade), "words": wording.capital("; or ".join(words))} for grade, words in reached.items()]
    lines.append({"grade": "0", "words": none})
    note = "Our wording; full criteria and sources: the page on grading."
    return great(pl.DataFrame(lines), f"card-{which}", {"grade": "Grade", "words": "Any one of"}, note=note)


def tocilizumab_table(weights: Iterable[float] = (10, 20, 29, 30, 50, 70, 90, 100, 120)) -> Shown:
    """One dose of tocilizumab for CRS by body weight, each computed by `tocilizumab_dose`."""
    rows = [_dose_row(weight) for weight in weights]
    labels = {"weight": "Weight (kg)", "per_kg": "mg per kg", "dose": "One dose (mg)", "cap": "Cap reached"}
    note = f"For CRS, not ICANS. {dose_bands()[0].note}"
    return great(pl.DataFrame(rows), "tocilizumab", labels, note=note, figures=("per_kg", "dose"))


def _dose_row(weight: float) -> dict[str, str]:
    dose = tocilizumab_dose(weight)
    return {
        "weight": wording.number(weight),
        "per_kg": wording.number(dose.mg_per_kg),
        "dose": wording.number(dose.dose_mg),
        "cap": "yes" if dose.capped else "no",
    }


FINDINGS = ("ice", "capd", "consciousness", "seizure", "motor", "edema")


def clinical_cases(path: Path) -> Shown:
    """The clinical cases that the tests read, as a quiz: vignette and findings, the answer folded away.

    The grade shown is computed; the tests hold it equal to the expected one of each case.
    """
    with path.open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    asked = [_case(case) for case in cases]
    folded = [
        f'<li id="case-{escape(case["case_id"])}">{question}<details><summary>Grade of case {number}</summary>{answer}'
        "</details></li>"
        for number, (case, (question, answer)) in enumerate(zip(cases, asked, strict=True), 1)
    ]
    questions, answers = ([f"<li>{part}</li>" for part in parts] for parts in zip(*asked, strict=True))
    paper = f"{_numbered(questions)}\n<p><strong>Answers</strong></p>\n{_numbered(answers)}"
    return Quiz(_numbered(folded), wording.plural(len(cases), "case"), paper=paper)


def _numbered(items: list[str]) -> str:
    return '<ol class="cases">\n' + "\n".join(items) + "\n</ol>"


@dataclass(frozen=True)
class Quiz(Shown):
    """Cases with their answers folded away; on paper, where nothing folds, the answers come after all of them."""

    paper: str = field(default="", compare=False, repr=False)

    def _paper_html_(self, draw: Draw) -> str:
        return self.paper


def _finding(name: str, value: str) -> str:
    """A finding in the words of its row of criteria; a score with its number."""
    domain = grader("icans").domains[name]
    return f"{domain.words} {value}" if value.isdigit() else domain.by_code[value].label


def _case(case: dict[str, str]) -> tuple[str, str]:
    """Vignette and findings of a case, and its answer, both as HTML."""
    given = {name: case[name] or None for name in FINDINGS}
    age = float(case["age_years"]) if case["age_years"] else None
    delay = {"true": True, "false": False}.get(case["developmental_delay"])
    answer: dict[str, Any] = grade_answer(given, age, delay)
    told = [f"{wording.number(age)} years"] if age is not None else []
    told += ["developmental delay"] if delay else []
    told += [escape(_finding(name, value)) for name, value in given.items() if value]
    missing = [grader("icans").domains[name].words for name in answer["unassessed"] or []]
    told += [f"not assessed: {wording.listing(missing)}"] if missing else []
    findings = "; ".join(told)
    question = f'<p>{escape(case["vignette"])}</p><p class="findings">{findings}</p>'
    return question, f"<p><strong>{escape(answer['sentence'])}</strong></p><p>{escape(case['why'])}</p>"
