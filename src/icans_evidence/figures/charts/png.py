"""An SVG as PNG at twice its size on white, drawn by typst with the project's fonts alone."""

from __future__ import annotations

from functools import cache, lru_cache
from threading import Lock
from typing import Any

from icans_evidence.errors import needing
from icans_evidence.figures.charts.svg import FONTS, standalone
from icans_evidence.figures.drawing_cache import made

SHARPNESS = 2
"""Pixels of the PNG for each pixel of the drawing."""
ONE_AT_A_TIME = Lock()
"""typst's compiler is kept for its fonts and refuses a second thread ("Already borrowed")."""


@cache
def _typst() -> Any:
    with needing("render", "drawing a PNG"):
        import typst
    return typst.Compiler(font_paths=[str(FONTS)], ignore_system_fonts=True)


@lru_cache(maxsize=128)
def png(svg: str) -> bytes:
    """The drawing as PNG; kept, since a Word file and a download show the same."""
    return made("png", svg, lambda: _png(svg))


def _png(svg: str) -> bytes:
    drawn = standalone(svg).replace("\\", "\\\\").replace('"', '\\"')
    page = '#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image(bytes("{}"), format: "svg")'
    with ONE_AT_A_TIME:
        return bytes(_typst().compile(page.replace("{}", drawn).encode(), format="png", ppi=72 * SHARPNESS))
