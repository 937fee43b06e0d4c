"""The form in which a value is shown: the richest that it offers, in Quarto's order.

A value may promise its HTML (`_html_later_`), so that slow pictures are drawn while further cells run; Quarto's
kernel, which knows no such promise, calls the same value's `_repr_html_` and waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Made = str | Callable[[], str]
PLAIN = "text/plain"
FORMS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
}


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
