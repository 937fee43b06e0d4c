"""Data and plan of a project as the starting point of an update of it, with pages that show what the plan draws.

Whose data they were, and what their licence asks, is written into the new project's pages and README.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from icans_evidence.errors import UsageError
from icans_evidence.exchange.project_metadata import licence_of, licence_words, title_of

if TYPE_CHECKING:
    from icans_evidence.evidence.plan import Picture

COPIED = (
    "extracted", "vocabulary", "references.bib", "VERSION", "README.md", "plausible_ranges.csv", "verification.csv",
)  # fmt: skip
"""What is taken of the data; a file that the source lacks is left as the template has it. Raw passes stay behind."""
BOXES = "previous_studies,,\nprevious_reports,,\ntotal_studies,,\ntotal_reports,,\n"
WITH_TABLE = ("proportions", "durations")
ELSEWHERE = ("overview", "multiverse", "coverage")
"""Kinds of picture that the page of the evidence leaves out: they belong to the summary, or to the method."""
_SECTION = re.compile(r"^## Patients with .*?(?=^## What can be pooled)", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"^```\{python\}\n#\| label: tbl-.*?^```\n\n", re.MULTILINE | re.DOTALL)


def take_over(source: Path, made: Path) -> None:
    """Data, plan and results of the project `source` into the new project `made`.

    DataError where the source's own data or plan are at fault, UsageError where its plan draws nothing.
    """
    from icans_evidence.project import Project

    project = Project(source)
    plan, evidence = project.plan, project.evidence
    shown = {name: picture for name, picture in plan.pictures.items() if picture.kind not in ELSEWHERE}
    if not plan.pictures:
        raise UsageError(f"the plan of {source} draws no picture, so there is nothing to update")
    _copy(source, made)
    first = next(iter(plan.pictures))
    _edit(made / "reports" / "index.qmd", lambda text: text.replace("overview", first))
    _edit(made / "reports" / "evidence.qmd", lambda text: _sections(text, shown))
    _say_whence(made, _whence(source, f"{evidence.version} of {evidence.version_date}"))


def _copy(source: Path, made: Path) -> None:
    data = made / "data"
    for old in (*(data / "extracted").iterdir(), *(data / "vocabulary").iterdir()):
        old.unlink()
    for name in COPIED:
        found = source / "data" / name
        if found.is_dir():
            shutil.copytree(found, data / name, dirs_exist_ok=True)
        elif found.is_file():
            shutil.copyfile(found, data / name)
    for name in ("plan.toml", "results.csv", "coverage.csv"):
        if (source / "analysis" / name).is_file():
            shutil.copyfile(source / "analysis" / name, made / "analysis" / name)
    _edit(data / "flow.csv", lambda text: text + BOXES)


def _edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def _sections(text: str, pictures: Mapping[str, Picture]) -> str:
    """The page of the evidence with the template's one section made for each picture, with a table where it has one."""
    found = _SECTION.search(text)
    assert found is not None
    pattern = found.group(0)
    heading = pattern.partition("{#")[0].removeprefix("## ").strip()
    made = []
    for name, picture in pictures.items():
        section = pattern if picture.kind in WITH_TABLE else _TABLE.sub("", pattern)
        before, _, rest = section.partition('fig-cap: "')
        section = f"{before}fig-cap: {json.dumps(f'{picture.title}.')}\n{rest.partition(chr(10))[2]}"
        made.append(re.sub(r"\bmain\b", name, section.replace(heading, picture.title, 1)))
    return text[: found.start()] + "".join(made) + text[found.end() :]


def _whence(source: Path, version: str) -> str:
    """Whose data these were, and what their licence asks."""
    words, known = licence_words(source / "data"), licence_of(source / "data")
    licence = f"{words} ({known['path']})" if known else "the licence that they carry"
    return (
        f"The data and the plan of this project began as those of {title_of(source)}, data {version}, under {licence}. "
        "Name them when you publish, link to the licence, and say what you changed."
    )


def _say_whence(made: Path, words: str) -> None:
    _edit(made / "README.md", lambda text: f"{text}\n## Where the data come from\n\n{words}\n")
    _edit(
        made / "reports" / "methods.qmd",
        lambda text: text.replace(
            "## Summaries", f"## Where the data come from {{#sec-before}}\n\n{words}\n\n## Summaries", 1
        ),
    )
