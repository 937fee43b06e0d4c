"""The evidence on ICANS after CAR T-cell therapy, from validated study-level rows to figures and grades.

The public names are listed here; each is imported, with the libraries it needs, only when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icans_evidence.errors import DataError as DataError
    from icans_evidence.errors import UsageError as UsageError
    from icans_evidence.errors import UserError as UserError
    from icans_evidence.evidence import Evidence as Evidence
    from icans_evidence.evidence import load_evidence as load_evidence
    from icans_evidence.grading import easix as easix
    from icans_evidence.grading import grade_crs as grade_crs
    from icans_evidence.grading import grade_icans as grade_icans
    from icans_evidence.grading import m_easix as m_easix
    from icans_evidence.grading import score_ice as score_ice
    from icans_evidence.grading import tocilizumab_dose as tocilizumab_dose
    from icans_evidence.pages.page import chart as chart
    from icans_evidence.pages.page import say as say
    from icans_evidence.pages.page import table as table
    from icans_evidence.project import Project as Project
    from icans_evidence.publishing.site import build as build
    from icans_evidence.summaries.collected import results as results
    from icans_evidence.synthesis.medians import PooledMedian as PooledMedian
    from icans_evidence.synthesis.medians import pool_medians as pool_medians
    from icans_evidence.synthesis.pooled import Choice as Choice
    from icans_evidence.synthesis.pooled import Pooled as Pooled
    from icans_evidence.synthesis.pooling import pool_proportions as pool_proportions

    __version__: str
else:

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            from importlib.metadata import version

            return version("icans-evidence")
        if name not in PUBLIC:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        return getattr(import_module(f"{__name__}.{PUBLIC[name]}"), name)


PUBLIC = {
    "load_evidence": "evidence",
    "Evidence": "evidence",
    "Project": "project",
    "results": "summaries.collected",
    "say": "pages.page",
    "chart": "pages.page",
    "table": "pages.page",
    "build": "publishing.site",
    "pool_proportions": "synthesis.pooling",
    "Choice": "synthesis.pooled",
    "Pooled": "synthesis.pooled",
    "pool_medians": "synthesis.medians",
    "PooledMedian": "synthesis.medians",
    "grade_icans": "grading",
    "grade_crs": "grading",
    "score_ice": "grading",
    "easix": "grading",
    "m_easix": "grading",
    "tocilizumab_dose": "grading",
    "UserError": "errors",
    "DataError": "errors",
    "UsageError": "errors",
}
"""A public name → the module that holds it; type checkers read the imports above, and a test holds both together."""

__all__ = list(PUBLIC)


def __dir__() -> list[str]:
    return [*globals(), *PUBLIC]
