"""A page of HTML that needs no other file: a title and parts, legible on a phone, on paper, in light and in dark.

It runs no script and asks for nothing from anywhere; what comes from data is escaped by the maker of each part.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from icans_evidence.wording import EDUCATIONAL

_STYLE = """
:root { color-scheme: light dark; }
body { font: 17px/1.55 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
p, ul { max-width: 68ch; }
.table-scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
thead { border-top: 1px solid; border-bottom: 1px solid; }
table { border-bottom: 1px solid; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: left; vertical-align: top; font-weight: normal; }
thead th, .gt_group_heading { font-weight: 600; }
.gt_right, .number { text-align: right; }
caption { text-align: left; }
@media print { body { font-size: 9.5pt; margin: 0; } tr { break-inside: avoid; } h2 { break-after: avoid; } }
""".strip()


def plain_page(title: str, parts: Mapping[str, str]) -> str:
    """A page with a heading for each part; `title` and headings are text, the parts are HTML."""
    sections = "\n".join(f"<section>\n<h2>{escape(head)}</h2>\n{body}\n</section>" for head, body in parts.items())
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{sections}\n</main>\n<footer><p>{escape(EDUCATIONAL)}</p></footer>\n</body>\n</html>\n"
    )
