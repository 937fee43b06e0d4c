"""The evidence on ICANS after CAR T-cell therapy, from validated study-level rows to figures and grades.

The public functions are named here; each is imported, with the libraries it needs, only when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

PUBLIC = {
    "load_evidence": "evidence",
    "results": "summaries.collected",
    "say": "pages.page",
    "chart": "pages.page",
    "table": "pages.page",
    "build": "publishing.site",
    "grade_icans": "grading",
    "grade_crs": "grading",
    "score_ice": "grading",
    "easix": "grading",
    "m_easix": "grading",
    "tocilizumab_dose": "grading",
}
"""A public function → the module that holds it."""

__all__ = list(PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *PUBLIC]
