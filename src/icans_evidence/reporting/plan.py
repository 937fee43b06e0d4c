"""`analysis/plan.toml`: the decisions about what is summarised and shown, in which order and under which words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icans_evidence.errors import DataError

PICTURE_KINDS = ("overview", "proportions", "durations", "laboratory", "directions", "thresholds")


@dataclass(frozen=True)
class Picture:
    """One chart with its table: which rows of which file, grouped by outcome in the order given."""

    id: str
    kind: str
    tables: tuple[str, ...]
    outcomes: tuple[str, ...]
    title: str
    unit: str = ""
    upper: float = 1.0
    denominators: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """The decisions: the review regenerated, the pictures and the options that the synthesis reads."""

    review: str
    pictures: dict[str, Picture]
    options: dict[str, Any]


def read_plan(path: Path) -> Plan:
    """The plan in `path`; every entry that is not understood is named in one DataError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError([f"{path}: the plan is missing"]) from None
    except tomllib.TOMLDecodeError as fault:
        raise DataError([f"{path}: {fault}"]) from None
    faults: list[str] = []
    pictures = [_picture(entry, path, faults) for entry in content.get("picture", [])]
    if faults:
        raise DataError(faults)
    named = {picture.id: picture for picture in pictures if picture}
    return Plan(content.get("review", {}).get("study_id", ""), named, content)


def _picture(entry: dict[str, Any], path: Path, faults: list[str]) -> Picture | None:
    known = set(Picture.__dataclass_fields__)
    name = entry.get("id", "?")
    faults += [f"{path}: picture {name}: unknown entry {key}" for key in sorted(set(entry) - known)]
    missing = {"id", "kind", "tables", "outcomes", "title"} - set(entry)
    faults += [f"{path}: picture {name}: {key} is missing" for key in sorted(missing)]
    if entry.get("kind") not in PICTURE_KINDS:
        allowed = ", ".join(PICTURE_KINDS)
        faults.append(f'{path}: picture {name}: kind is "{entry.get("kind")}"; allowed: {allowed}')
    if faults:
        return None
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    return Picture(**{**entry, **lists})
