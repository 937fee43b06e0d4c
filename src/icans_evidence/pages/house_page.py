"""The page of the house made from CONTRIBUTING.md and GLOSSARY.md, so that nothing is said in two places.

What is made is an include that is committed and guarded: it is plain Markdown, and both engines read it alike.
"""

from __future__ import annotations

import re

_RECIPE = re.compile(r"^\*\*(.+?)\.\*\* +(?=\S)", re.MULTILINE)
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\((?![a-z]+:|#)[^)]+\)")
_DRAWING = re.compile(r"^```\n(.*)\n(?:.*\n)*?```$", re.MULTILINE)
_RULE = re.compile(r"^\|---\|---\|$", re.MULTILINE)
_RUN = re.compile(r"`\{python\} +([^`]+)`")
MADE = "<!-- Made from CONTRIBUTING.md and GLOSSARY.md by `make regenerate`; change those. -->"

WIDTHS = f"|{'-' * 22}|{'-' * 78}|"
"""The rule below a table's head; its hyphens say how wide the columns are."""


def house(contributing: str, glossary: str) -> str:
    """The include of the page: the plan, the recipes with a heading each, what counts as done, and the words.

    A drawing of letters is too wide for a page: its first line stands as a sentence, the table below it names the rest.
    """
    _, _, rooms = contributing.partition("\n\n")
    _, _, words = glossary.partition("\n\n")
    text = f"{rooms.strip()}\n\n## Words of the house\n\n{words.strip()}\n"
    text = _RECIPE.sub(lambda found: f"### {found.group(1)} {{#sec-{slug(found.group(1))}}}\n\n", text)
    text = _HEADING.sub(lambda found: f"## {found.group(1)} {{#sec-{slug(found.group(1))}}}", text)
    text = _DRAWING.sub(lambda found: _sentence(found.group(1)), _RULE.sub(WIDTHS, text))
    plain = _LINK.sub(lambda found: f"`{found.group(1).strip('`')}`", _RUN.sub(r"`\1`", text))
    return f"{MADE}\n\n{plain}"


def _sentence(drawn: str) -> str:
    """A line of a drawing as words between arrows."""
    plain = re.sub(r"([*_])", r"\\\1", drawn.strip())
    return f"{' → '.join(re.split(' *─+► *', plain))}."


def slug(heading: str) -> str:
    """The anchor of a heading: its letters and digits in lower case, joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
