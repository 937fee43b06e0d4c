"""Where a row is drawn or listed: the pictures and tables of the pages, by the file and outcome of the row."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from icans_evidence.evidence.plan import Plan

Places = dict[tuple[str, str], list[tuple[str, str]]]
_CELL = re.compile(r"^```\{python\}\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LABEL = re.compile(r"^#\| label: ([\w-]+)", re.MULTILINE)
_CALL = re.compile(r'\b(?:chart|table)\("([\w-]+)"\)')


def picture_places(plan: Plan, root: Path) -> Places:
    """File and outcome → the links (target, words) of the pictures and tables of the pages that may show such a row."""
    found: Places = defaultdict(list)
    for page in sorted((root / "reports").glob("[!_]*.qmd")):
        for cell in _CELL.findall(page.read_text(encoding="utf-8")):
            label = _LABEL.search(cell)
            for name in _CALL.findall(cell):
                picture = plan.pictures.get(name)
                for table in picture.tables if picture else ():
                    for outcome in picture.outcomes if picture else ():
                        target = f"{page.stem}.html" + (f"#{label[1]}" if label else "")
                        found[table, outcome].append((target, f"{page.stem}: {name}"))
    return dict(found)
