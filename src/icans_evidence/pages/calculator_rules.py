"""The rules of grading as JSON: what the calculator of the page reads, and all that it knows.

Nothing is written here by hand: every grade, cut-off, unit, band and sentence comes from the grading room.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from icans_evidence.grading import problems, sentences
from icans_evidence.grading.criteria import Domain, dose_bands, ice_items, score_inputs
from icans_evidence.grading.ice import IceScore
from icans_evidence.grading.scales import Grader, graders
from icans_evidence.grading.scores import AS_ENTERED, FORMULAS, SPELLINGS
from icans_evidence.wording import capital


def rules(folder: Path | None = None) -> dict[str, Any]:
    """The rules as plain values: scales, instruments, cautions, conditions, ICE items, laboratory scores, dose bands,
    texts; the scales from a folder of rules, ours by default.
    """
    known = graders(folder)
    scales = [scale for by in known.values() for scale in by.scales]
    return {
        "scales": {scale.name: [_domain(domain) for domain in scale.domains] for scale in scales},
        "graders": {name: _grader(by) for name, by in known.items()},
        "instruments": [
            {**_numbers(asdict(row), "source", "note"), "group": row.group, "groups": by.groups(row.instrument),
             "refused": problems.wrong_instrument(by, row.instrument)}
            for by in known.values() for row in by.instruments
        ],
        "cautions": [_numbers(asdict(row), "source") for by in known.values() for row in by.cautions],
        "ice_items": [{"item": row.item, "points": row.points} for row in ice_items()],
        "items_of": IceScore.domain,
        "laboratory": [_numbers(asdict(row), "source", "note") for row in score_inputs()],
        "formulas": FORMULAS,
        "as_entered": AS_ENTERED,
        "printed_units": {code: printed for printed, code in SPELLINGS.items()},
        "doses": [_numbers(asdict(row), "source") for row in dose_bands()],
        "age": {"limit": problems.AGE_LIMIT, "pattern": problems.AGE_TEXT, "refused": problems.BAD_AGE},
        "nothing": sentences.NOTHING,
    }  # fmt: skip


def _grader(by: Grader) -> dict[str, Any]:
    """What holds for one name: its scales, its shared domains, its conditions, and the texts of a grade."""
    return {
        "scales": [scale.name for scale in by.scales],
        "shared": [domain.code for domain in by.shared],
        "order": list(by.scores),
        "conditions": [_numbers(asdict(row), "source", "note", "name") for row in by.conditions],
        "about": {scale.name: {"highest": scale.about.highest, "severe_from": scale.about.severe_from,
                               "zero": scale.about.zero, "attribution": scale.about.attribution}
                  for scale in by.scales},
        "several_scores": problems.several_scores(by) if by.scores else "",
        "field_words": {"age_years": "age in years"}
        | {domain.code: domain.words for domain in by.domains.values() if domain.is_number},
    }  # fmt: skip


def rules_json(indent: int | None = None, folder: Path | None = None) -> str:
    """The rules as JSON text that may stand inside a script element."""
    tight = (",", ":") if indent is None else None
    text = json.dumps(rules(folder), ensure_ascii=False, indent=indent, separators=tight)
    return text.replace("<", "\\u003c")


def _domain(domain: Domain) -> dict[str, Any]:
    rows = [
        _numbers({"finding": row.finding, "low": row.score_min, "high": row.score_max, "grade": row.grade,
                  "label": row.label})
        for row in domain.rows
    ]  # fmt: skip
    about = domain.about
    finding = next((capital(row.label) for row in domain.rows if row.finding), "")
    return {"code": domain.code, "words": about.words, "findings_follow": about.findings_follow,
            "decimals": about.decimals, "unit": about.unit, "choice": about.form_choice or finding,
            "refused": problems.not_allowed(domain), "rows": rows}  # fmt: skip


def _numbers(row: dict[str, Any], *left_out: str) -> dict[str, Any]:
    """The row with whole numbers written without a decimal point, as a browser writes them."""
    kept = {name: value for name, value in row.items() if name not in (*left_out, "line")}
    return {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in kept.items()}
