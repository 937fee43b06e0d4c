"""Grading of ICANS, CRS and any further scale from tables of criteria: a person, a page, a registry.

Importing this package loads the standard library only: `grade_frame` loads its engine when first asked for,
and the course over days stands in `grading.course`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from icans_evidence.grading.grade import CrsGrade, Grade, IcansGrade, grade_answer, grade_crs, grade_icans, grade_scale
from icans_evidence.grading.ice import IceScore, score_ice
from icans_evidence.grading.scales import graders
from icans_evidence.grading.scores import Score, TocilizumabDose, easix, m_easix, tocilizumab_dose

if TYPE_CHECKING:
    from icans_evidence.grading.frames import count_cautions, grade_frame

    ATTRIBUTION: str

LATE = {"grade_frame": "frames", "count_cautions": "frames"}

__all__ = [
    "ATTRIBUTION",
    "CrsGrade",
    "Grade",
    "IcansGrade",
    "IceScore",
    "Score",
    "TocilizumabDose",
    "count_cautions",
    "easix",
    "grade_answer",
    "grade_crs",
    "grade_frame",
    "grade_icans",
    "grade_scale",
    "graders",
    "m_easix",
    "score_ice",
    "tocilizumab_dose",
]


def __getattr__(name: str) -> Any:
    if name == "ATTRIBUTION":  # of ICANS; a grade has that of its own scale
        return graders()["icans"].about.attribution
    if name not in LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{LATE[name]}"), name)
