"""A chart's spec drawn as a static SVG, with the colors left as CSS variables.

Words at a fixed place are written straight into the SVG: the renderer would measure each one, which costs more than
drawing all the marks. A test holds that they stand where the renderer would have put them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parents[2] / "publishing" / "theme" / "fonts"
_VARIABLE = re.compile(r"var\(--[a-z0-9-]+, (#[0-9a-f]{6})\)")
_ANCHORS = {"left": "start", "right": "end", "center": "middle"}
_MIDDLE = 0.3
"""How far below its middle the baseline of a line of text stands, in type sizes: the renderer's own rule."""


@cache
def converter() -> Any:
    """vl-convert with the project's fonts registered, so that labels measure as a browser draws them."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def to_svg(spec: dict[str, Any], name: str, title: str, description: str) -> str:
    """The spec as an inline SVG with its own ids, a title and a description; colors stay CSS variables."""
    marks, words = without_words(spec)
    svg = converter().vegalite_to_svg(marks)
    svg = re.sub(r'(id="|url\(#)(clip|gradient)', rf"\1{name}-\2", svg)
    svg = re.sub(r' (?:role|aria-roledescription|aria-label|aria-hidden)="[^"]*"', "", svg)
    font = escape(str(spec.get("config", {}).get("font", "sans-serif")))
    group = f'<g class="words" font-family="{font}">{"".join(words)}</g>' if words else ""
    svg = svg.removesuffix("</g></svg>") + group + "</g></svg>"
    opening = f'<svg role="img" aria-labelledby="{name}-title {name}-desc" class="marks" preserveAspectRatio="xMinYMin"'
    told = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    svg = re.sub(
        r'<svg (xmlns="[^"]*") xmlns:xlink="[^"]*" version="1.1" class="marks"', rf"{opening} \1", svg, count=1
    )
    return svg.replace(">", f">{told}", 1)


def without_words(spec: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The spec without its layers of words at fixed places, and those words as SVG text elements."""
    layers = spec.get("layer", [])
    fixed = [layer for layer in layers if _is_fixed(layer)]
    words = [element for layer in fixed for element in _elements(layer, spec)]
    kept = [layer for layer in layers if not _is_fixed(layer)]
    return ({**spec, "layer": kept}, words) if fixed and kept else (spec, [])


def _is_fixed(layer: dict[str, Any]) -> bool:
    places = layer.get("encoding", {})
    x, y = places.get("x", {}), places.get("y", {})
    fixed_x = "value" in x or x.get("scale", "") is None
    return layer.get("mark", {}).get("type") == "text" and fixed_x and y.get("scale", "") is None


def _elements(layer: dict[str, Any], spec: dict[str, Any]) -> Iterator[str]:
    mark, places = layer["mark"], layer["encoding"]
    rows = layer["data"].get("values") or spec["datasets"][layer["data"]["name"]]
    size, x = mark["fontSize"], places["x"]
    style = f'text-anchor="{_ANCHORS[mark["align"]]}" font-size="{size}px" fill="{mark["color"]}"'
    style += f' font-weight="{mark["fontWeight"]}"' if "fontWeight" in mark else ""
    for row in rows:
        words = row[places["text"]["field"]]
        if words is not None:
            y = row[places["y"]["field"]] + round(_MIDDLE * size)
            edge = x["value"] if "value" in x else row[x["field"]]
            yield f'<text transform="translate({edge:g},{y:g})" {style}>{escape(str(words))}</text>'


def standalone(svg: str) -> str:
    """The SVG as a file of its own: in the colors of print, with its namespace."""
    opening, mark, rest = printable(svg).partition(">")
    if "xmlns=" not in opening:
        opening = opening.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return opening + mark + rest


def printable(svg: str) -> str:
    """The same SVG with every color variable replaced by its light value, for print and for other renderers."""
    return _VARIABLE.sub(r"\1", svg)
