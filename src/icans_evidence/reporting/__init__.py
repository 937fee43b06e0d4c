"""Reporting: evidence in, results, sentences, pictures and tables out; what a page calls is imported from here."""

from __future__ import annotations

from importlib import import_module
from typing import Any

PAGE = (
    "say", "chart", "key", "table", "doses", "laboratory", "figures", "results_list", "register", "claims", "studies",
    "sentences_without_row", "version", "report", "criteria", "clinical_cases", "tocilizumab", "dictionary",
    "readings", "ice", "calculator", "checks", "findings", "hangs_on", "how_pooled", "lights",
    "so_far", "flow", "consistency", "passes", "signoff", "planted", "questions",
)  # fmt: skip

__all__ = list(PAGE)


def __getattr__(name: str) -> Any:
    if name not in PAGE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.page"), name)
