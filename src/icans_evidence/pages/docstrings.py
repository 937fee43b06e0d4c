"""A docstring or a line of help as HTML: paragraphs, lists and code; everything else is escaped."""

from __future__ import annotations

import re
from html import escape
from inspect import cleandoc

_CODE = re.compile(r"``?([^`]+)``?")


def in_line(text: str) -> str:
    """One line of text as HTML, what stands between backticks as code."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(f"<code>{escape(part)}</code>" if place % 2 else escape(part) for place, part in enumerate(parts))


def paragraphs(text: str | None) -> str:
    """A docstring as HTML; "" for none. Lines that begin with a hyphen become a list."""
    return "\n".join(_block(block) for block in re.split(r"\n\s*\n", cleandoc(text or "")) if block.strip())


def _block(block: str) -> str:
    before, *points = re.split(r"^\s*- ", block, flags=re.MULTILINE)
    told = f"<p>{in_line(before)}</p>" if before.strip() else ""
    return told + (f"<ul>{''.join(f'<li>{in_line(point)}</li>' for point in points)}</ul>" if points else "")
