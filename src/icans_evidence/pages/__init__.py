"""What a page of a report may call; each name is imported from here, with what it needs, when first used."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from icans_evidence.figures import display, drawing_cache

_CALLED = {
    "page": "say chart key table doses laboratory version report findings hangs_on how_pooled lights so_far flow "
    "looked_for others_pooled",
    "audit_page": "figures results_list register claims consistency passes planted signoff studies "
    "sentences_without_row dictionary checks questions matrix",
    "grading_page": "criteria readings ice ice_card criteria_card institution tocilizumab calculator clinical_cases",
    "advice_page": "advised",
    "pooling_page": "pooling_cases",
}
PAGE = {name: module for module, names in _CALLED.items() for name in names.split()}
"""What a page may call → the module that has it; no module of this room may have one of these names."""

__all__ = list(PAGE)

# A page's cells may run in a process that Quarto started: what the build or Quarto says to it is read here, once.
drawing_cache.keep_in(os.environ.get(drawing_cache.VARIABLE))
display.run_by_quarto(os.environ.get("QUARTO_EXECUTE_INFO", ""))


def __getattr__(name: str) -> Any:
    if name not in PAGE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PAGE[name]}"), name)
