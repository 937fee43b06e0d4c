"""The form in which a value is shown: the richest that it offers, in Quarto's order.

A value may promise its HTML (`_html_later_`), so that slow pictures are drawn while further cells run; Quarto's
kernel, which knows no such promise, calls the same value's `_repr_html_` and waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from icans_evidence.figures.paper import on_paper

Made = str | Callable[[], str]
Draw = Callable[[str, str], str]
Paper = Callable[[Draw], str]
PLAIN = "text/plain"
FORMS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
}


@dataclass(frozen=True)
class Output:
    """A value as a page shows it: MIME type and text, or a function that returns the text once it is made.

    `paper` gives its HTML for a page on paper, in which drawings are what the function handed to it makes of them.
    `told` is what the value is made from: where it is equal the value is, so that nothing need be drawn to know.
    """

    mime: str
    made: Made
    paper: Paper
    told: str


def output(value: Any) -> Output:
    """A value's richest form; for paper the one that it offers, or the same. Raises `TypeError` as `forms` does."""
    mime, made = forms(value)

    def html() -> str:
        return made if isinstance(made, str) else made()

    def same(draw: Draw) -> str:
        return on_paper(html(), draw)

    told = value._fingerprint_() if hasattr(value, "_fingerprint_") else html()
    return Output(mime, made, getattr(value, "_paper_html_", same), told)


def forms(value: Any) -> tuple[str, Made]:
    """MIME type and text of a value's richest form, or a function that returns the text once it is made.

    Raises `TypeError` for a value that has no HTML, Markdown or SVG and is no text or number.
    """
    if later := getattr(value, "_html_later_", None):
        return "text/html", later
    bundle: Any = {}
    if hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_(include=None, exclude=None) or {}
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    for mime, method in FORMS.items():
        text = bundle.get(mime)
        if text is None and hasattr(value, method):
            text = getattr(value, method)()
        if text is not None:
            return mime, str(text)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return PLAIN, repr(value)
    kind = type(value)
    raise TypeError(f"a value of type {kind.__module__}.{kind.__qualname__} has no HTML or Markdown form")
