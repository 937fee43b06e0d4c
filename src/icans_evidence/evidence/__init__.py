"""The evidence room: what the rows of `data/` mean, how they are read, and what must hold between them.

Nothing heavy is imported with the room; Pandera and polars come in with the first table that is read.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icans_evidence.evidence.load import Evidence, load_evidence
    from icans_evidence.evidence.vocabulary import Table, Vocabulary

__all__ = ["Evidence", "Table", "Vocabulary", "load_evidence"]

_HOME = {"Table": "vocabulary", "Vocabulary": "vocabulary", "Evidence": "load", "load_evidence": "load"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
