"""The rules of grading as JSON: what the calculator of the page reads, and all that it knows.

Nothing is written here by hand: every grade, cut-off, unit, band and sentence comes from the grading room.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from icans_evidence.grading import crs, grade, problems, sentences
from icans_evidence.grading.criteria import (
    ADULT,
    CHILD,
    CRS,
    SCORES,
    Domain,
    cautions,
    dose_bands,
    ice_items,
    instruments,
    scale,
    score_inputs,
    shared_domains,
)
from icans_evidence.grading.entries import one_row_each
from icans_evidence.grading.scores import AS_ENTERED, FORMULAS, SPELLINGS


def rules() -> dict[str, Any]:
    """The rules as plain values: scales, instruments, cautions, ICE items, laboratory scores, dose bands, texts."""
    return {
        "scales": {name: [_domain(domain) for domain in scale(name).domains] for name in (ADULT, CHILD, CRS)},
        "crs": {"scale": CRS, "entry": crs.ENTRY, "closed": crs.CLOSED, "masked": crs.MASKED},
        "shared": [domain.code for domain in shared_domains()],
        "scores": list(SCORES),
        "instruments": [
            {**_numbers(asdict(row), "source", "note"), "group": row.group, "groups": problems.groups(row.instrument),
             "refused": problems.wrong_instrument(row.instrument)}
            for row in instruments()
        ],
        "order": [row.instrument for row in one_row_each()],
        "cautions": [_numbers(asdict(row), "source") for row in cautions()],
        "ice_items": [{"item": row.item, "points": row.points} for row in ice_items()],
        "laboratory": [_numbers(asdict(row), "source", "note") for row in score_inputs()],
        "formulas": FORMULAS,
        "as_entered": AS_ENTERED,
        "printed_units": {code: printed for printed, code in SPELLINGS.items()},
        "field_words": {"age_years": "age in years", **{row.instrument: row.label for row in one_row_each()}},
        "doses": [_numbers(asdict(row), "source") for row in dose_bands()],
        "age": {"limit": problems.AGE_LIMIT, "pattern": problems.AGE_TEXT, "refused": problems.BAD_AGE},
        "severities": list(grade.SEVERITIES),
        "descriptive": list(sentences.DESCRIPTIVE),
        "texts": {
            "attribution": sentences.ATTRIBUTION, "crs_attribution": sentences.CRS_ATTRIBUTION,
            "nothing": sentences.NOTHING, "zero": grade.ZERO, "crs_zero": crs.ZERO,
            "crs_masked_zero": crs.MASKED_ZERO, "crs_no_entry": crs.NO_ENTRY,
            "crs_other_cause": crs.OTHER_CAUSE, "both_scores": problems.BOTH_SCORES,
        },
    }  # fmt: skip


def rules_json(indent: int | None = None) -> str:
    """The rules as JSON text that may stand inside a script element."""
    tight = (",", ":") if indent is None else None
    text = json.dumps(rules(), ensure_ascii=False, indent=indent, separators=tight)
    return text.replace("<", "\\u003c")


def _domain(domain: Domain) -> dict[str, Any]:
    rows = [
        {"finding": row.finding, "low": row.score_min, "high": row.score_max, "grade": row.grade, "label": row.label}
        for row in domain.rows
    ]
    return {"code": domain.code, "refused": problems.not_allowed(domain), "rows": rows}


def _numbers(row: dict[str, Any], *left_out: str) -> dict[str, Any]:
    """The row with whole numbers written without a decimal point, as a browser writes them."""
    kept = {name: value for name, value in row.items() if name not in left_out}
    return {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in kept.items()}
