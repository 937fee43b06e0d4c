"""A page's typst source set as PDF: tagged for PDF/UA-1, fonts embedded, the same bytes each time.

Nothing outside the source, its folder of drawings and the theme's fonts is read; fonts of the machine are not used.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Literal

from icans_evidence.errors import UserError, needing

FONTS = Path(__file__).parent / "theme" / "fonts"
STANDARD: Literal["ua-1"] = "ua-1"


class TypstError(UserError):
    """typst refused a page; the message carries typst's own words."""


def library() -> ModuleType:
    """typst; UsageError where it is not installed."""
    with needing("render", "making pages"):
        import typst
    return typst


def pdf(source: str, name: str, moment: int, folder: Path | None = None) -> bytes:
    """The PDF of a typst source; `moment` (seconds since 1970) is its date, `folder` has its drawings.

    Raises `TypstError`.
    """
    typst = library()
    root = None if folder is None else str(folder)
    compiler = typst.Compiler(root=root, font_paths=[str(FONTS)], ignore_system_fonts=True)
    try:
        made = compiler.compile(source.encode(), format="pdf", pdf_standards=[STANDARD], timestamp=moment)
    except RuntimeError as error:
        told = str(getattr(error, "diagnostic", "") or error).strip().splitlines()
        raise TypstError("\n".join([f"{name}: typst: {told[0]}", *told[1:12]])) from error
    assert isinstance(made, bytes)
    return made
