"""The key to the marks of the charts: each shape once, with the words for what it stands for."""

from __future__ import annotations

from html import escape

from icans_evidence.figures.display import Shown

_LINE = '<line x1="3" x2="37" y1="10" y2="10" stroke="var(--context, #6b7682)" stroke-width="1.8"/>'
_OPEN = 'fill="var(--paper, #ffffff)" stroke="var(--accent, #0b5f9e)" stroke-width="1.8"'
_DIAMOND = '<path d="M20 4.5 25.5 10 20 15.5 14.5 10Z" '
_ARROW = (
    '<path d="M30 4v12M30 10H12" fill="none" stroke="var(--context, #6b7682)" stroke-width="1.8"/>'
    '<path d="M6 10 13 5.8v8.4Z" fill="var(--context, #6b7682)"/>'
)
_DASHED = (
    '<line x1="20" x2="20" y1="1" y2="19" stroke="var(--amber, #8f5a00)" stroke-width="1.6" stroke-dasharray="3 2"/>'
)

ENTRIES: tuple[tuple[str, str], ...] = (
    (
        f'{_LINE}<circle cx="20" cy="10" r="4.9" fill="var(--accent, #0b5f9e)"/>',
        "counted, with its 95% Wilson interval",
    ),
    (f'<circle cx="20" cy="10" r="4.5" {_OPEN}/>', "percentage printed without a count"),
    (f"{_LINE}{_DIAMOND}{_OPEN}/>", "count reconstructed from a printed percentage"),
    (f'<path d="M14.5 6h11L20 15Z" {_OPEN}/>', "cohort given something to prevent it: beside natural incidence"),
    (_ARROW, "bound: the value lies on the arrow's side"),
    (
        '<path d="M16.2 6.2h7.6v7.6h-7.6Z" fill="var(--context, #6b7682)"/>',
        "statement of the review, of no single study",
    ),
    (_DASHED, "cut-off that the source used"),
    (
        '<text x="20" y="14.5" text-anchor="middle" font-size="13" fill="var(--amber, #8f5a00)">D1</text>',
        "amber words: disputed, see that entry of the register",
    ),
)
"""Drawing of each mark in a field of 40 by 20 pixels, and its words."""


def chart_key() -> Shown:
    """The marks of the charts with their words, as a list; in words alone where there are no pictures."""
    items = "\n".join(
        f'<li><svg viewBox="0 0 40 20" width="40" height="20" aria-hidden="true">{drawing}</svg>'
        f"<span>{escape(words)}</span></li>"
        for drawing, words in ENTRIES
    )
    names = ("filled circle", "open circle", "open diamond", "open triangle", "arrow", "square", "dashed line", "amber")
    told = "; ".join(f"{name}: {words}" for name, (_, words) in zip(names, ENTRIES, strict=True))
    return Shown(f'<ul class="key" aria-label="Marks of the charts">\n{items}\n</ul>', f"{told}.")
