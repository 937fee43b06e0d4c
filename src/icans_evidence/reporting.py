"""The old name of `icans_evidence.pages`, for pages of projects that were made with it.

Deprecated since 0.2.0; a page imports the same names from `icans_evidence.pages`.
"""

from __future__ import annotations

from typing import Any

from icans_evidence import pages
from icans_evidence.pages import PAGE

__all__ = list(PAGE)


def __getattr__(name: str) -> Any:
    return getattr(pages, name)
